// Expected failures are values: Result<T> holds a T, or an Error that says what went wrong, whose fault it is and
// whether trying again makes sense. Exceptions are for bugs and for start-up. Pure values, any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace gatehouse::base {

enum class ErrorCode {
  kInvalid,      // bytes, text or a configuration that breaks its rules
  kNotFound,     // the object does not exist
  kConflict,     // it exists already, or somebody else holds it
  kLimit,        // a named limit was reached
  kTimeout,      // a deadline passed
  kClosed,       // the peer ended the connection, in order
  kReset,        // the peer, or the network, ended it out of order
  kRefused,      // nobody listens, or we were turned away
  kUnreachable,  // no route, no such host
  kPermission,   // the system or a peer does not let us
  kUnsupported,  // understood, and not supported
  kUnavailable,  // nothing healthy, not ready yet
  kIo,           // a system call failed in another way
  kCancelled,    // we stopped it ourselves
  kInternal,     // a bug of ours
};

// Who has to act for it to get better.
enum class Fault { kClient, kBackend, kInternal, kOperator };

enum class Retry { kNo, kYes };

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  Fault fault = Fault::kInternal;
  Retry retry = Retry::kNo;
  std::string message;  // one sentence: the object, the cause, the next step; never holds a secret
  std::string detail;   // more lines for whoever looks closer; may be empty

  // The same error, told from further away: "reading .env: permission denied".
  [[nodiscard]] Error within(std::string_view context) && {
    message.insert(0, ": ").insert(0, context);
    return std::move(*this);
  }
  [[nodiscard]] Error within(std::string_view context) const& { return Error(*this).within(context); }
};

std::string_view to_string(ErrorCode code);
std::string_view to_string(Fault fault);

template <class T = void>
using Result = std::expected<T, Error>;

using Failure = std::unexpected<Error>;

// return fail(ErrorCode::kInvalid, Fault::kClient, "...");
[[nodiscard]] inline Failure fail(ErrorCode code, Fault fault, std::string message, Retry retry = Retry::kNo) {
  return Failure(Error{code, fault, retry, std::move(message), {}});
}
[[nodiscard]] inline Failure fail(Error error) { return Failure(std::move(error)); }

// errno as a Result: its message names what was attempted. The fault is the machine's until the caller knows better.
[[nodiscard]] Failure fail_errno(int error_number, std::string_view attempted, Fault fault = Fault::kInternal);

}  // namespace gatehouse::base

// BASE_TRY(auto value, expression): declares value from a Result, or returns its error. BASE_CO_TRY is for coroutines.
// The expression form BASE_CHECK(expression) is for a Result<void>.
#define BASE_JOIN_(a, b) a##b
#define BASE_JOIN(a, b) BASE_JOIN_(a, b)
#define BASE_TRY_(keyword, temporary, declaration, ...)                  \
  auto temporary = (__VA_ARGS__);                                        \
  if (!temporary) keyword std::unexpected(std::move(temporary).error()); \
  declaration = *std::move(temporary)
#define BASE_TRY(declaration, ...) BASE_TRY_(return, BASE_JOIN(base_try_, __LINE__), declaration, __VA_ARGS__)
#define BASE_CO_TRY(declaration, ...) BASE_TRY_(co_return, BASE_JOIN(base_try_, __LINE__), declaration, __VA_ARGS__)
#define BASE_CHECK(...) \
  if (auto base_checked = (__VA_ARGS__); !base_checked) return std::unexpected(std::move(base_checked).error())
#define BASE_CO_CHECK(...) \
  if (auto base_checked = (__VA_ARGS__); !base_checked) co_return std::unexpected(std::move(base_checked).error())
