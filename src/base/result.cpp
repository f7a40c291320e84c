#include "base/result.h"

#include <cerrno>
#include <system_error>

namespace gatehouse::base {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kNotFound:
      return "not found";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kLimit:
      return "limit";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kClosed:
      return "closed";
    case ErrorCode::kReset:
      return "reset";
    case ErrorCode::kRefused:
      return "refused";
    case ErrorCode::kUnreachable:
      return "unreachable";
    case ErrorCode::kPermission:
      return "permission";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kIo:
      return "i/o";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "unknown";
}

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::kClient:
      return "client";
    case Fault::kBackend:
      return "backend";
    case Fault::kInternal:
      return "internal";
    case Fault::kOperator:
      return "operator";
  }
  return "unknown";
}

namespace {

ErrorCode code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
      return ErrorCode::kNotFound;
    case EEXIST:
    case EADDRINUSE:
      return ErrorCode::kConflict;
    case EMFILE:
    case ENFILE:
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
      return ErrorCode::kLimit;
    case ETIMEDOUT:
      return ErrorCode::kTimeout;
    case ECONNRESET:
    case EPIPE:
      return ErrorCode::kReset;
    case ECONNREFUSED:
      return ErrorCode::kRefused;
    case EHOSTUNREACH:
    case ENETUNREACH:
      return ErrorCode::kUnreachable;
    case EACCES:
    case EPERM:
      return ErrorCode::kPermission;
    default:
      return ErrorCode::kIo;
  }
}

}  // namespace

Failure fail_errno(int error_number, std::string_view attempted, Fault fault) {
  const auto code = code_of(error_number);
  const bool passes = code == ErrorCode::kTimeout || code == ErrorCode::kReset || code == ErrorCode::kRefused ||
                      code == ErrorCode::kUnreachable || code == ErrorCode::kLimit;
  std::string message(attempted);
  message += ": " + std::generic_category().message(error_number);
  return fail(code, fault, std::move(message), passes ? Retry::kYes : Retry::kNo);
}

}  // namespace gatehouse::base
