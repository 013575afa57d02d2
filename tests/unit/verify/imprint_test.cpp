#include "daemon/verify/imprint.hpp"

#include <gtest/gtest.h>

#include "tests/unit/verify/comparison.hpp"

namespace wardend::verify::test {
namespace {

std::optional<std::string> content(Source source, const std::string& body, int status = 200) {
  return content_of(source, {.status = status, .content_type = "application/json", .body = body});
}
std::optional<std::string> of_metadata(const std::string& body) { return content(Source::metadata, body); }
std::optional<std::string> of_smart(const std::string& body) { return content(Source::smart_configuration, body); }

TEST(Imprint, IsOneForDocumentsThatSayTheSame) {
  const std::string same[] = {
      R"({"resourceType":"CapabilityStatement","kind":"instance","rest":[{"mode":"server"},{"mode":"client"}]})",
      R"({"rest":[{"mode":"client"},{"mode":"server"}],"kind":"instance","resourceType":"CapabilityStatement"})",
      R"({"resourceType":"CapabilityStatement","date":"now","id":"1","meta":{},"text":{},"software":null,
          "kind":"instance","rest":[{"mode":"server"},null,{"mode":"client"}]})",
      R"({"resourceType":"Bundle","id":"7","entry":[{"resource":{"resourceType":"Patient"}},{"fullUrl":"x","resource":
          {"resourceType":"CapabilityStatement","kind":"instance","rest":[{"mode":"server"},{"mode":"client"}]}}]})"};
  for (const std::string& body : same) {
    EXPECT_TRUE(of_metadata(body)) << body;
    EXPECT_EQ(of_metadata(body), of_metadata(same[0])) << body;
  }
  EXPECT_EQ(of_metadata(same[0])->size(), 64U);
}

TEST(Imprint, IsAnotherOneForAnotherContent) {
  const char* others[] = {
      R"({"resourceType":"CapabilityStatement","rest":[["a","b"]]})",
      R"({"resourceType":"CapabilityStatement","rest":[["a"],["b"]]})",
      R"({"resourceType":"CapabilityStatement","rest":["a","b"]})",
      R"({"resourceType":"CapabilityStatement","rest":["a","b","b"]})",
      R"({"resourceType":"CapabilityStatement","rest":["a\nb"]})",
      R"({"resourceType":"CapabilityStatement","rest":{"a":"b"}})",
      R"({"resourceType":"CapabilityStatement","rest":{"b":"a"}})",
      R"({"resourceType":"CapabilityStatement","rest":[{"date":"1"}]})",
      R"({"resourceType":"CapabilityStatement","rest":[{"date":"2"}]})",
      R"({"resourceType":"CapabilityStatement","rest":1})",
      R"({"resourceType":"CapabilityStatement","rest":"1"})",
      R"({"resourceType":"CapabilityStatement","rest":[]})",
      R"({"resourceType":"CapabilityStatement"})",
      R"({"resourceType":"Conformance"})",
  };
  std::vector<std::string> seen;
  for (const char* body : others) {
    const auto one = of_metadata(body);
    ASSERT_TRUE(one) << body;
    EXPECT_EQ(std::ranges::find(seen, *one), seen.end()) << body;
    seen.push_back(*one);
  }
}

TEST(Imprint, WhatIsNoSuchDocumentHasNone) {
  for (const char* body : {"", "<html>", "[]", "7", "{}", R"({"resourceType":"OperationOutcome"})",
                           R"({"resourceType":"Bundle","entry":[]})", R"({"resourceType":"Bundle"})",
                           R"({"resourceType":"CapabilityStatement","a":1,"a":2})"})
    EXPECT_FALSE(of_metadata(body)) << body;
  for (const char* body : {"", "{}", R"({"error":"maintenance"})", R"({"issuer":"https://x"})"})
    EXPECT_FALSE(of_smart(body)) << body;
  EXPECT_TRUE(of_smart(R"({"token_endpoint":"https://x/token"})"));
  EXPECT_TRUE(of_smart(conformant_smart));
  for (const int status : {0, 302, 304, 401, 404, 500})
    EXPECT_FALSE(content(Source::metadata, conformant_metadata, status)) << status;
}

TEST(Imprint, OfTwentyMegabytesIsMade) {
  std::string body = R"({"resourceType":"CapabilityStatement","rest":[)";
  const std::string text(1000, 'x');
  while (body.size() < 19UL * 1024 * 1024) body += "{\"documentation\":\"" + text + "\"},";
  body.back() = ']';
  EXPECT_TRUE(of_metadata(body + "}"));
}

}  // namespace
}  // namespace wardend::verify::test
