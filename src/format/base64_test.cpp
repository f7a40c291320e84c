#include "format/base64.h"

#include <gtest/gtest.h>

namespace gatehouse::format {
namespace {

TEST(Base64, MatchesRfc4648Vectors) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
}

TEST(Base64, RoundTripsEveryLengthInBothAlphabets) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
    EXPECT_EQ(decode_base64url(encode_base64url(bytes)), bytes);
    bytes += static_cast<char>(i * 37 + 251);
  }
}

TEST(Base64, UsesTheAlphabetsOfTheirSections) {
  const std::string bytes = "\xfb\xff\xfe";
  EXPECT_EQ(encode_base64(bytes), "+//+");
  EXPECT_EQ(encode_base64url(bytes), "-__-");
  EXPECT_EQ(decode_base64("-__-"), std::nullopt);
  EXPECT_EQ(decode_base64url("+//+"), std::nullopt);
}

TEST(Base64, RefusesWhatIsNotCanonical) {
  for (auto text :
       {"Zg", "Zg=", "Zg===", "Z", "=", "====", "Zm9v=", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm=v", "Zm9v===="}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
  for (auto text : {"Z", "Zg==", "Zh", "Zm9", "Zm9v\n", "a.b="}) {
    EXPECT_EQ(decode_base64url(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace gatehouse::format
