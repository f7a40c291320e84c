#include "acme/account.h"

#include "acme/jws.h"
#include "format/json.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::Fault;
using base::Result;

Task<Result<Registration>> register_account(Session& session, std::vector<std::string> contacts,
                                            std::optional<ExternalAccount> external, Deadline deadline) {
  const auto& url = session.directory().new_account;
  if (session.directory().external_account_required && !external) {
    co_return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                         "the certificate authority wants an account that it knows already: set eab.kid and "
                         "eab.hmacEncoded of the resolver");
  }
  format::JsonWriter writer;
  writer.begin_object().key("termsOfServiceAgreed").boolean(true);
  if (!contacts.empty()) {
    writer.key("contact").begin_array();
    for (const auto& contact : contacts) writer.string("mailto:" + contact);
    writer.end_array();
  }
  if (external) {
    BASE_CO_TRY(const auto binding, bind_external_account(session.key(), url, external->kid, external->hmac_encoded));
    writer.key("externalAccountBinding").raw(binding);
  }
  writer.end_object();
  session.set_account({});
  BASE_CO_TRY(auto reply, co_await session.post(url, writer.take(), "making the ACME account", deadline));
  if (reply.location.empty()) {
    co_return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                         "making the ACME account: the certificate authority does not say where it is");
  }
  session.set_account(reply.location);
  co_return Registration{std::move(reply.location), std::move(reply.body)};
}

}  // namespace gatehouse::acme
