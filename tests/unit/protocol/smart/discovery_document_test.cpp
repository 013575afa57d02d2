#include "protocol/smart/discovery_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::smart {
namespace {

using testing::HasSubstr;

constexpr JsonLimits limits{.bytes = 1000};

auto answered(int status, std::string_view type, std::string_view body) {
  return read_discovery_document(status, type, body, limits);
}

struct Answer {
  int status;
  const char* content_type;
  std::string body;
  const char* code;
};

TEST(DiscoveryDocument, IsRefusedWhereTheAnswerIsNone) {
  for (const Answer& row : {
           Answer{404, "application/json", "{}", "discovery_status"},
           Answer{204, "", "", "discovery_not_json"},
           Answer{401, "application/json", "{}", "discovery_status"},
           Answer{503, "text/html", "", "discovery_status"},
           Answer{301, "application/json", "{}", "discovery_redirect"},
           Answer{307, "text/html", "", "discovery_redirect"},
           Answer{200, "text/html", "<html>sign in</html>", "discovery_not_json"},
           Answer{200, "", "", "discovery_not_json"},
           Answer{200, "application/json", "", "discovery_not_json"},
           Answer{200, "application/json", "<html>sign in</html>", "discovery_not_json"},
           Answer{200, "application/json", "[]", "discovery_not_json"},
           Answer{200, "application/json", "null", "discovery_not_json"},
           Answer{200, "application/json", R"({"token_endpoint":"https://a","token_endpoint":"https://b"})",
                  "discovery_not_json"},
           Answer{200, "application/json", std::string(999, '['), "discovery_not_json"},
           Answer{200, "application/json", R"({"x":")" + std::string(993, 'x') + "\"}", "discovery_not_json"},
       }) {
    const auto document = answered(row.status, row.content_type, row.body);
    ASSERT_FALSE(document) << row.status << " " << row.body;
    EXPECT_EQ(document.error().code, row.code) << row.status << " " << row.body;
  }
}

TEST(DiscoveryDocument, MayHaveAsManyValuesAsItsBytesBring) {
  constexpr std::size_t bytes = 1024UL * 1024;
  const auto with = [](std::size_t values) {
    std::string list = R"({"scopes_supported":["a")";
    while (values-- > 3) list += R"(,"a")";
    return read_discovery_document(200, "application/json", list + "]}", {.bytes = bytes});
  };
  EXPECT_TRUE(with(bytes / 16));
  EXPECT_FALSE(with(bytes / 16 + 2));
}

TEST(DiscoveryDocument, MayBeAsLongAsItsLimit) {
  EXPECT_TRUE(answered(200, "application/json", R"({"x":")" + std::string(992, 'x') + "\"}"));
}

TEST(DiscoveryDocument, IsTakenUnderJsonsOtherNames) {
  for (const char* type : {"application/json; charset=utf-8", "application/fhir+json", "APPLICATION/JSON",
                           "application/octet-stream", "text/plain", ""})
    EXPECT_EQ(answered(200, type, R"({"a":1})").value()["a"], 1) << type;
}

// A proxy that has changed it says so. Spec: RFC 9110 §15.3.4
TEST(DiscoveryDocument, IsTakenWithAnyStatusOfSuccess) {
  for (const int status : {200, 201, 203, 206}) EXPECT_TRUE(answered(status, "application/json", "{}")) << status;
}

TEST(DiscoveryDocument, ThatIsNotUtf8IsToldAsThat) {
  EXPECT_THAT(answered(200, "application/json", "{\"name\":\"Ren\xe9\"}").error().description,
              HasSubstr("it is not UTF-8: save it as UTF-8"));
  EXPECT_EQ(answered(200, "application/json", "{\"a\":").error().description.find("UTF-8"), std::string::npos);
}

TEST(DiscoveryDocument, OfAForeignTypeShowsItWithoutControlCharacters) {
  EXPECT_THAT(answered(200, "text/\x1b[31mhtml", "").error().description, HasSubstr("text/[31mhtml"));
}

// A server in the middle of a redirect is told apart from one that is not there: the first has a key to mend.
TEST(DiscoveryDocument, ThatIsRedirectedSaysWhichKeyToCorrect) {
  EXPECT_THAT(answered(302, "", "").error().description, HasSubstr("correct fhir_base_url"));
}

struct Endpoint {
  const char* written;
  const char* meant;
};

const fhir::BaseUrl& base() {
  static const auto url = fhir::BaseUrl::parse("https://ehr.example.org:8443/fhir/r4").value();
  return url;
}

TEST(Endpoint, IsResolvedAgainstTheBaseWithASlashAdded) {
  const DiscoveryRules rules;
  for (const Endpoint& row : {
           Endpoint{"https://ehr.example.org/token", "https://ehr.example.org/token"},
           Endpoint{"auth/token", "https://ehr.example.org:8443/fhir/r4/auth/token"},
           Endpoint{"/oauth/token", "https://ehr.example.org:8443/oauth/token"},
           Endpoint{"//ehr.example.org/t", "https://ehr.example.org/t"},
           Endpoint{"token?next=https://a", "https://ehr.example.org:8443/fhir/r4/token?next=https://a"},
       }) {
    const auto endpoint = checked_endpoint("token_endpoint", row.written, {.base = base(), .rules = rules});
    ASSERT_TRUE(endpoint) << row.written << ": " << endpoint.error().description;
    EXPECT_EQ(endpoint->text(), row.meant);
  }
}

TEST(Endpoint, ThatIsUnsafeOrElsewhereIsNamedInTheFault) {
  const DiscoveryRules rules{.allowed_token_hosts = {"login.example.org"}};
  const auto code_of = [&](const char* address) {
    const auto endpoint = checked_endpoint("jwks_uri", address, {.base = base(), .rules = rules});
    if (endpoint) return std::string("taken");
    EXPECT_THAT(endpoint.error().description, HasSubstr("jwks_uri")) << address;
    return endpoint.error().code;
  };
  EXPECT_EQ(code_of("https://login.example.org/keys"), "taken");
  EXPECT_EQ(code_of("https://evil.example.net/keys"), "discovery_foreign_host");
  EXPECT_EQ(code_of("//evil.example.net/keys"), "discovery_foreign_host");
  EXPECT_EQ(code_of("https://ehr.example.org.evil.net/keys"), "discovery_foreign_host");
  EXPECT_EQ(code_of("http://ehr.example.org/keys"), "discovery_bad_endpoint");
  EXPECT_EQ(code_of("https://user:word@ehr.example.org/keys"), "discovery_bad_endpoint");
}

}  // namespace
}  // namespace wardend::smart
