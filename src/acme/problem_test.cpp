#include "acme/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::acme {
namespace {

using base::ErrorCode;
using base::Retry;
using testing::HasSubstr;

TEST(Problem, TellsWhatItMeans) {
  const auto problem = Problem::parse(
      R"({"type":"urn:ietf:params:acme:error:connection","detail":"Timeout during connect","status":400})", 400);
  EXPECT_TRUE(problem.is("connection"));
  const auto error = problem.to_error("proving control over a.test");
  EXPECT_EQ(error.message,
            "proving control over a.test: the certificate authority answers 400: Timeout during connect (connection); "
            "next step: make port 80 of this server reachable from the internet under the name (firewall, router, DNS "
            "record)");
  EXPECT_EQ(error.code, ErrorCode::kUnreachable);
  EXPECT_EQ(error.retry, Retry::kYes);
}

TEST(Problem, PartsAreDetails) {
  const auto error = Problem::parse(R"({"type":"urn:ietf:params:acme:error:compound","detail":"several",
      "subproblems":[{"type":"urn:ietf:params:acme:error:caa","detail":"forbidden",
                      "identifier":{"type":"dns","value":"a.test"}}, 7]})",
                                    403)
                         .to_error("ordering");
  EXPECT_THAT(error.message, HasSubstr("the CAA record of the domain"));
  EXPECT_THAT(error.detail, HasSubstr("a.test: forbidden (caa)"));
}

TEST(Problem, WhatIsNoProblemDocumentIsQuoted) {
  const auto error = Problem::parse("<html>\r\n\x1b[31mBad Gateway" + std::string(5000, 'x'), 502).to_error("ordering");
  EXPECT_THAT(error.message, HasSubstr("ordering: the certificate authority answers 502: <html>"));
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
  EXPECT_LT(error.message.size(), 400U);
  EXPECT_EQ(error.retry, Retry::kYes);
  EXPECT_EQ(Problem::parse("", 404).to_error("x").message, "x: the certificate authority answers 404: no reason given");
  EXPECT_EQ(Problem::parse(R"({"type":7,"detail":[],"subproblems":{}})", 403).to_error("x").retry, Retry::kNo);
}

}  // namespace
}  // namespace gatehouse::acme
