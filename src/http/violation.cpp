#include "http/violation.h"

#include <array>

namespace gatehouse::http {
namespace {

struct Entry {
  Violation violation;
  int status;
  std::string_view sentence;
};

constexpr std::array<Entry, kViolationCount> kTable = {{
    {Violation::kEmptyLines, 400, "too many empty lines before the start line"},
    {Violation::kRequestLine, 400, "the request line is not method, target and version with one space between"},
    {Violation::kMethod, 400, "the method is not a token"},
    {Violation::kVersion, 400, "the start line does not end with an HTTP version"},
    {Violation::kVersionUnsupported, 505, "the HTTP version is not 1.0 or 1.1"},
    {Violation::kStatusLine, 400, "the status line is not version, three digits and a reason"},
    {Violation::kLineEnd, 400, "a line does not end with CR LF"},
    {Violation::kFieldName, 400, "a field line does not begin with a token and a colon"},
    {Violation::kFieldValue, 400, "a field value contains a control character"},
    {Violation::kObsoleteFold, 400, "a field is continued on a second line"},
    {Violation::kHeadTooLarge, 431, "the head has more bytes than the limit allows"},
    {Violation::kLineTooLong, 431, "a field line is longer than the limit allows"},
    {Violation::kTooManyFields, 431, "the head has more fields than the limit allows"},
    {Violation::kTarget, 400, "the request target has none of the forms that the method allows"},
    {Violation::kTargetTooLong, 414, "the request line is longer than the limit allows"},
    {Violation::kFragment, 400, "the request target contains a number sign"},
    {Violation::kUserInfo, 400, "the request target contains user information"},
    {Violation::kPercentEncoding, 400, "the path contains a percent sign that no two hexadecimal digits follow"},
    {Violation::kAmbiguousPath, 400, "the path contains dot segments or separators that servers read differently"},
    {Violation::kHostMissing, 400, "there is no Host field"},
    {Violation::kHostRepeated, 400, "there is more than one Host field"},
    {Violation::kHost, 400, "the host is neither a name nor an address with an optional port"},
    {Violation::kScheme, 421, "the scheme of the request target is not that of the connection"},
    {Violation::kContentLength, 400, "Content-Length is not a decimal number"},
    {Violation::kContentLengthConflict, 400, "several Content-Length fields differ"},
    {Violation::kContentLengthTooLarge, 413, "Content-Length is larger than any content can be"},
    {Violation::kTransferEncoding, 400, "Transfer-Encoding is not a list of codings that ends with chunked"},
    {Violation::kTransferEncodingUnsupported, 501, "Transfer-Encoding is not exactly chunked"},
    {Violation::kTransferEncodingVersion, 400, "Transfer-Encoding in a message of HTTP/1.0"},
    {Violation::kLengthAndChunked, 400, "both Content-Length and Transfer-Encoding"},
    {Violation::kConnectContent, 400, "CONNECT with content"},
    {Violation::kChunkSize, 400, "a chunk does not begin with a hexadecimal size"},
    {Violation::kChunkTooLarge, 413, "a chunk is larger than any content can be"},
    {Violation::kChunkExtension, 400, "a chunk extension is malformed"},
    {Violation::kChunkExtensionTooLong, 400, "the chunk extensions have more bytes than the limit allows"},
    {Violation::kChunkEnd, 400, "the data of a chunk is not followed by CR LF"},
    {Violation::kExpectation, 417, "Expect is not exactly 100-continue"},
    {Violation::kUnexpectedUpgrade, 400, "a switch of protocols that was not agreed on"},
}};

consteval bool is_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].violation) != i) return false;
  }
  return true;
}
static_assert(is_in_order());

base::ErrorCode code_of(Violation violation) {
  switch (status_of(violation)) {
    case 413:
    case 414:
    case 431:
      return base::ErrorCode::kLimit;
    case 501:
    case 505:
      return base::ErrorCode::kUnsupported;
    default:
      return base::ErrorCode::kInvalid;
  }
}

}  // namespace

int status_of(Violation violation) { return kTable[static_cast<std::size_t>(violation)].status; }

std::string_view to_string(Violation violation) { return kTable[static_cast<std::size_t>(violation)].sentence; }

base::Error to_error(Violation violation, base::Fault fault) {
  std::string message(fault == base::Fault::kBackend ? "the backend's response breaks HTTP: "
                                                     : "the client's request breaks HTTP: ");
  message += to_string(violation);
  return base::Error{code_of(violation), fault, base::Retry::kNo, std::move(message), {}};
}

}  // namespace gatehouse::http
