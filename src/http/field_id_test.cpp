#include "http/field_id.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace gatehouse::http {
namespace {

TEST(FieldId, IsFoundInAnyCase) {
  for (std::size_t i = 1; i < kFieldIdCount; ++i) {
    const auto id = static_cast<FieldId>(i);
    const auto name = canonical_name(id);
    EXPECT_EQ(field_id_of(name), id) << name;
    EXPECT_EQ(field_id_of(base::to_upper(name)), id) << name;
    EXPECT_EQ(field_id_of(base::to_lower(name)), id) << name;
    EXPECT_EQ(field_id_of(std::string(name) + "x"), FieldId::kOther) << name;
    EXPECT_EQ(field_id_of(name.substr(1)), FieldId::kOther) << name;
  }
}

TEST(FieldId, HasNamesInTheOrderOfTheEnum) {
  EXPECT_EQ(canonical_name(FieldId::kContentLength), "Content-Length");
  EXPECT_EQ(canonical_name(FieldId::kHost), "Host");
  EXPECT_EQ(canonical_name(FieldId::kTe), "TE");
  EXPECT_EQ(canonical_name(FieldId::kXForwardedFor), "X-Forwarded-For");
  EXPECT_EQ(canonical_name(FieldId::kXXssProtection), "X-XSS-Protection");
  EXPECT_EQ(canonical_name(FieldId::kOther), "");
}

TEST(FieldId, KnowsUnderscoresOnlyAsAliases) {
  EXPECT_EQ(field_id_of("X_Forwarded_For"), FieldId::kOther);
  EXPECT_EQ(field_id_of_alias("x_FORWARDED-for"), FieldId::kXForwardedFor);
  EXPECT_EQ(field_id_of_alias("x_custom"), FieldId::kOther);
  EXPECT_EQ(field_id_of(""), FieldId::kOther);
  EXPECT_EQ(field_id_of_alias(std::string(100, 'x')), FieldId::kOther);
}

TEST(FieldIdSet, HoldsIdsOfBothWords) {
  FieldIdSet set = {FieldId::kAccept, FieldId::kXScheme};
  EXPECT_TRUE(set.contains(FieldId::kAccept));
  EXPECT_TRUE(set.contains(FieldId::kXScheme));
  EXPECT_FALSE(set.contains(FieldId::kHost));
  EXPECT_TRUE(set.intersects({FieldId::kXScheme}));
  EXPECT_FALSE(set.intersects({FieldId::kHost, FieldId::kVary}));
  set.erase(FieldId::kAccept);
  EXPECT_EQ(set | FieldIdSet{FieldId::kVary}, (FieldIdSet{FieldId::kVary, FieldId::kXScheme}));
}

}  // namespace
}  // namespace gatehouse::http
