#include "acme/storage_codec.h"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "format/base64.h"

namespace gatehouse::acme {

using base::ErrorCode;
using base::Fault;
using base::Result;
using base::Secret;
using format::JsonValue;
using format::JsonWriter;

namespace {

OtherMembers others_of(JsonValue object, std::initializer_list<std::string_view> known) {
  OtherMembers others;
  for (std::size_t i = 0; i < object.size() && object.is_object(); ++i) {
    const auto name = object.key(i);
    if (std::ranges::find(known, name) == known.end()) others.emplace_back(name, object.at(i).text());
  }
  return others;
}

void write_others(JsonWriter& writer, const OtherMembers& others) {
  for (const auto& [name, json] : others) writer.key(name).raw(json);
}

std::string text_of(JsonValue object, std::string_view name) {
  return std::string(object.find(name).string().value_or(""));
}

std::optional<StoredAccount> read_account(JsonValue value) {
  StoredAccount account;
  account.email = text_of(value, "Email");
  const auto registration = value.find("Registration");
  account.uri = text_of(registration, "uri");
  if (const auto body = registration.find("body"); body.is_object()) account.registration = body.text();
  account.registration_others = others_of(registration, {"body", "uri"});
  auto key = format::decode_base64(value.find("PrivateKey").string().value_or(""));
  if (!key || key->empty()) return std::nullopt;
  account.key = Secret(*std::move(key));
  account.others = others_of(value, {"Email", "Registration", "PrivateKey"});
  return account;
}

void write_account(JsonWriter& writer, const StoredAccount& account) {
  writer.begin_object().key("Email").string(account.email).key("Registration").begin_object();
  writer.key("body").raw(account.registration.empty() ? "{}" : account.registration);
  writer.key("uri").string(account.uri);
  write_others(writer, account.registration_others);
  writer.end_object().key("PrivateKey").string(format::encode_base64(account.key.reveal()));
  write_others(writer, account.others);
  writer.end_object();
}

std::optional<StoredCertificate> read_certificate(JsonValue value) {
  StoredCertificate certificate;
  const auto domain = value.find("domain");
  certificate.main = text_of(domain, "main");
  const auto sans = domain.find("sans");
  for (std::size_t i = 0; i < sans.size() && sans.is_array(); ++i) {
    certificate.sans.emplace_back(sans.at(i).string().value_or(""));
  }
  auto chain = format::decode_base64(value.find("certificate").string().value_or(""));
  auto key = format::decode_base64(value.find("key").string().value_or(""));
  if (certificate.main.empty() || !chain || chain->empty() || !key || key->empty()) return std::nullopt;
  certificate.chain = *std::move(chain);
  certificate.key = Secret(*std::move(key));
  if (const auto store = value.find("Store").string()) certificate.store = *store;
  certificate.others = others_of(value, {"domain", "certificate", "key", "Store"});
  certificate.domain_others = others_of(domain, {"main", "sans"});
  return certificate;
}

void write_certificate(JsonWriter& writer, const StoredCertificate& certificate) {
  writer.begin_object().key("domain").begin_object().key("main").string(certificate.main);
  if (!certificate.sans.empty()) {
    writer.key("sans").begin_array();
    for (const auto& san : certificate.sans) writer.string(san);
    writer.end_array();
  }
  write_others(writer, certificate.domain_others);
  writer.end_object();
  writer.key("certificate").string(format::encode_base64(certificate.chain));
  writer.key("key").string(format::encode_base64(certificate.key.reveal()));
  writer.key("Store").string(certificate.store);
  write_others(writer, certificate.others);
  writer.end_object();
}

}  // namespace

Result<StoredResolver> read_resolver(const std::string& name, JsonValue value, std::vector<std::string>& complaints) {
  StoredResolver resolver;
  if (value.is_null()) return resolver;
  if (!value.is_object()) {
    return base::fail(ErrorCode::kInvalid, Fault::kOperator, fmt::format("resolver {} is not an object", name));
  }
  const auto account = value.find("Account");
  if (account.is_object()) {
    resolver.account = read_account(account);
    if (!resolver.account) {
      return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                        fmt::format("the account of resolver {} has no private key", name));
    }
  }
  const auto certificates = value.find("Certificates");
  for (std::size_t i = 0; i < certificates.size() && certificates.is_array(); ++i) {
    auto certificate = read_certificate(certificates.at(i));
    if (certificate) {
      resolver.certificates.push_back(*std::move(certificate));
    } else {
      resolver.unreadable.emplace_back(certificates.at(i).text());
      complaints.push_back(
          fmt::format("entry {} of the certificates of resolver {} is broken and passed over", i, name));
    }
  }
  resolver.others = others_of(value, {"Account", "Certificates"});
  return resolver;
}

void write_resolver(JsonWriter& writer, const StoredResolver& resolver) {
  writer.begin_object().key("Account");
  if (resolver.account) {
    write_account(writer, *resolver.account);
  } else {
    writer.null();
  }
  writer.key("Certificates");
  if (resolver.certificates.empty() && resolver.unreadable.empty()) {
    writer.null();
  } else {
    writer.begin_array();
    for (const auto& certificate : resolver.certificates) write_certificate(writer, certificate);
    for (const auto& entry : resolver.unreadable) writer.raw(entry.reveal());
    writer.end_array();
  }
  write_others(writer, resolver.others);
  writer.end_object();
}

std::string indented(std::string_view compact) {
  std::string text;
  text.reserve(compact.size() * 5 / 4);
  std::size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] { text.append(1, '\n').append(2 * depth, ' '); };
  for (std::size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    const char next = i + 1 < compact.size() ? compact[i + 1] : '\0';
    if (in_string || c == '"') {
      text += c;
      if (c == '\\' && in_string) {
        text += next;
        ++i;
      } else if (c == '"') {
        in_string = !in_string;
      }
    } else if (c == '{' || c == '[') {
      text += c;
      if (next == '}' || next == ']') {
        text += next;
        ++i;
        continue;
      }
      ++depth;
      new_line();
    } else if (c == '}' || c == ']') {
      --depth;
      new_line();
      text += c;
    } else {
      text += c;
      if (c == ',') new_line();
      if (c == ':') text += ' ';
    }
  }
  return text;
}

}  // namespace gatehouse::acme
