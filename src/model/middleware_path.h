// Middlewares that look at or change where a request goes. Options and defaults are Traefik's. Pure values.
#pragma once

#include <string>
#include <vector>

namespace gatehouse::model {

struct AddPrefix {
  std::string prefix;

  bool operator==(const AddPrefix&) const = default;
  static void fields(auto& field) { field("prefix", &AddPrefix::prefix); }
};

struct StripPrefix {
  std::vector<std::string> prefixes;
  bool force_slash = false;  // deprecated, without effect

  bool operator==(const StripPrefix&) const = default;
  static void fields(auto& field) {
    field("prefixes", &StripPrefix::prefixes);
    field("forceSlash", &StripPrefix::force_slash);
  }
};

struct StripPrefixRegex {
  std::vector<std::string> regex;

  bool operator==(const StripPrefixRegex&) const = default;
  static void fields(auto& field) { field("regex", &StripPrefixRegex::regex); }
};

struct ReplacePath {
  std::string path;

  bool operator==(const ReplacePath&) const = default;
  static void fields(auto& field) { field("path", &ReplacePath::path); }
};

struct ReplacePathRegex {
  std::string regex;
  std::string replacement;

  bool operator==(const ReplacePathRegex&) const = default;
  static void fields(auto& field) {
    field("regex", &ReplacePathRegex::regex);
    field("replacement", &ReplacePathRegex::replacement);
  }
};

struct RedirectScheme {
  std::string scheme;
  std::string port;
  bool permanent = false;

  bool operator==(const RedirectScheme&) const = default;
  static void fields(auto& field) {
    field("scheme", &RedirectScheme::scheme);
    field("port", &RedirectScheme::port);
    field("permanent", &RedirectScheme::permanent);
  }
};

struct RedirectRegex {
  std::string regex;
  std::string replacement;
  bool permanent = false;

  bool operator==(const RedirectRegex&) const = default;
  static void fields(auto& field) {
    field("regex", &RedirectRegex::regex);
    field("replacement", &RedirectRegex::replacement);
    field("permanent", &RedirectRegex::permanent);
  }
};

// Which characters a path may hold %-encoded; the others are answered with 400.
struct EncodedCharacters {
  bool allow_encoded_slash = false;
  bool allow_encoded_back_slash = false;
  bool allow_encoded_null_character = false;
  bool allow_encoded_semicolon = false;
  bool allow_encoded_percent = false;
  bool allow_encoded_question_mark = false;
  bool allow_encoded_hash = false;

  bool operator==(const EncodedCharacters&) const = default;
  static void fields(auto& field) {
    field("allowEncodedSlash", &EncodedCharacters::allow_encoded_slash);
    field("allowEncodedBackSlash", &EncodedCharacters::allow_encoded_back_slash);
    field("allowEncodedNullCharacter", &EncodedCharacters::allow_encoded_null_character);
    field("allowEncodedSemicolon", &EncodedCharacters::allow_encoded_semicolon);
    field("allowEncodedPercent", &EncodedCharacters::allow_encoded_percent);
    field("allowEncodedQuestionMark", &EncodedCharacters::allow_encoded_question_mark);
    field("allowEncodedHash", &EncodedCharacters::allow_encoded_hash);
  }
};

}  // namespace gatehouse::model
