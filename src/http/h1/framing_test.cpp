#include "http/h1/framing.h"

#include <initializer_list>
#include <utility>

#include <gtest/gtest.h>

namespace gatehouse::http::h1 {
namespace {

using FieldList = std::initializer_list<std::pair<std::string_view, std::string_view>>;

Parsed<Framing> of_request(FieldList fields, MethodId method = MethodId::kPost, Version version = Version::kHttp11) {
  RequestHead head;
  head.method = Method::of(method);
  head.version = version;
  for (const auto& [name, value] : fields) head.fields.add(name, value);
  return request_framing(head);
}

Parsed<Framing> of_response(int status, FieldList fields, MethodId method = MethodId::kGet,
                            Version version = Version::kHttp11) {
  auto head = ResponseHead::of(status);
  head.version = version;
  for (const auto& [name, value] : fields) head.fields.add(name, value);
  return response_framing(head, method);
}

int status_of_request(FieldList fields) {
  const auto framing = of_request(fields);
  return framing ? 0 : status_of(framing.error());
}

constexpr auto kLength = "Content-Length";
constexpr auto kCodings = "Transfer-Encoding";
const auto kChunked = Framing::of_kind(BodyKind::kChunked);
const auto kUntilClose = Framing::of_kind(BodyKind::kUntilClose);
const auto kTunnel = Framing::of_kind(BodyKind::kTunnel);

TEST(RequestFraming, HasNoContentUnlessTheHeadSaysSo) {
  EXPECT_EQ(of_request({}), Framing::none());
  EXPECT_EQ(of_request({}, MethodId::kGet, Version::kHttp10), Framing::none());
  EXPECT_EQ(of_request({{kLength, "0"}}), Framing::of_length(0));
  EXPECT_EQ(of_request({{kLength, "5"}}, MethodId::kGet), Framing::of_length(5));
  EXPECT_EQ(of_request({{kLength, "5"}}, MethodId::kHead, Version::kHttp10), Framing::of_length(5));
  EXPECT_EQ(of_request({{kCodings, "ChUnKeD"}}), kChunked);
}

TEST(RequestFraming, WantsOnePlainNumber) {
  for (const auto* const value : {"", "-0", "+5", "0x5", "0o5", "5_0", "5,", ",5", "5, 5", "abc", "5;a=b", "5e0",
                                  "\"5\"", "5Z", "5 5", "\xd9\xa5", "005", "00", "5.0"}) {
    EXPECT_EQ(status_of_request({{kLength, value}}), 400) << value;
  }
  EXPECT_EQ(of_request({{kLength, "9223372036854775807"}})->length, 9223372036854775807u);
  EXPECT_EQ(status_of_request({{kLength, "9223372036854775808"}}), 413);
  EXPECT_EQ(status_of_request({{kLength, "18446744073709551621"}}), 413);
}

TEST(RequestFraming, LetsTheSameNumberBeRepeated) {
  EXPECT_EQ(of_request({{kLength, "5"}, {"content-LENGTH", "5"}}), Framing::of_length(5));
  EXPECT_EQ(of_request({{kLength, "0"}, {kLength, "40"}}).error(), Violation::kContentLengthConflict);
  EXPECT_EQ(of_request({{kLength, "5"}, {kLength, "05"}}).error(), Violation::kContentLengthConflict);
  EXPECT_EQ(status_of_request({{kLength, ""}, {kLength, "40"}}), 400);
  EXPECT_EQ(status_of_request({{kLength, "40"}, {kLength, ""}}), 400);
}

TEST(RequestFraming, WantsExactlyChunked) {
  for (const auto* const value : {"identity", "gzip", "chunked, chunked", "identity, chunked", "chunked, identity",
                                  "chunkedx", "gzip, chunked", "chunked,", "'chunked'"}) {
    EXPECT_EQ(status_of_request({{kCodings, value}}), 501) << value;
  }
  for (const auto* const value : {"", ",", "chunked;", "chunked;a=b", "\"chunked\"",
                                  "\xa0"
                                  "chunked",
                                  "chu nked", "=chunked"}) {
    EXPECT_EQ(status_of_request({{kCodings, value}}), 400) << value;
  }
  EXPECT_EQ(status_of_request({{kCodings, "chunked"}, {kCodings, "chunked"}}), 501);
  EXPECT_EQ(status_of_request({{kCodings, "chunked"}, {kCodings, ""}}), 400);
}

TEST(RequestFraming, RefusesTwoAnswers) {
  EXPECT_EQ(of_request({{kLength, "5"}, {kCodings, "chunked"}}).error(), Violation::kLengthAndChunked);
  EXPECT_EQ(of_request({{kCodings, "chunked"}, {kLength, "0"}}).error(), Violation::kLengthAndChunked);
  EXPECT_EQ(of_request({{kCodings, "chunked"}}, MethodId::kPost, Version::kHttp10).error(),
            Violation::kTransferEncodingVersion);
}

TEST(RequestFraming, RefusesContentOfConnect) {
  EXPECT_EQ(of_request({}, MethodId::kConnect), Framing::none());
  EXPECT_EQ(of_request({{kLength, "0"}}, MethodId::kConnect).error(), Violation::kConnectContent);
  EXPECT_EQ(of_request({{kCodings, "chunked"}}, MethodId::kConnect).error(), Violation::kConnectContent);
}

TEST(ResponseFraming, DependsOnTheStatusAndTheMethod) {
  EXPECT_EQ(of_response(200, {}), kUntilClose);
  EXPECT_EQ(of_response(200, {{kLength, "5"}}), Framing::of_length(5));
  EXPECT_EQ(of_response(200, {{kCodings, "chunked"}}), kChunked);
  EXPECT_EQ(of_response(200, {{kLength, "5"}}, MethodId::kHead), Framing::declaring(5));
  EXPECT_EQ(of_response(200, {{kCodings, "chunked"}}, MethodId::kHead), Framing::none());
  EXPECT_EQ(of_response(200, {}, MethodId::kHead), Framing::none());
  EXPECT_EQ(of_response(304, {{kLength, "5"}}), Framing::declaring(5));
  EXPECT_EQ(of_response(204, {{kLength, "5"}}), Framing::none());
  EXPECT_EQ(of_response(103, {{kCodings, "chunked"}}), Framing::none());
  EXPECT_EQ(of_response(101, {}), kTunnel);
  EXPECT_EQ(of_response(200, {}, MethodId::kConnect), kTunnel);
  EXPECT_EQ(of_response(407, {{kLength, "5"}}, MethodId::kConnect), Framing::of_length(5));
}

TEST(ResponseFraming, IsAsStrictWithBackends) {
  EXPECT_FALSE(of_response(200, {{kLength, "5"}, {kCodings, "chunked"}}));
  EXPECT_FALSE(of_response(200, {{kLength, "5"}, {kLength, "6"}}));
  EXPECT_FALSE(of_response(200, {{kCodings, "gzip"}}));
  EXPECT_FALSE(of_response(200, {{kCodings, "chunked"}}, MethodId::kGet, Version::kHttp10));
  EXPECT_FALSE(of_response(304, {{kLength, "x"}}));
  EXPECT_TRUE(of_response(200, {{kLength, "5"}, {kLength, "5"}}));
}

TEST(FramingFor, SendsNoChunksToAPeerThatDoesNotKnowThem) {
  EXPECT_EQ(framing_for(kChunked, Version::kHttp10), kUntilClose);
  EXPECT_EQ(framing_for(kUntilClose, Version::kHttp10), kUntilClose);
  EXPECT_EQ(framing_for(kUntilClose, Version::kHttp11), kChunked);
  EXPECT_EQ(framing_for(Framing::of_length(5), Version::kHttp10), Framing::of_length(5));
}

}  // namespace
}  // namespace gatehouse::http::h1
