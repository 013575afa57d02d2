#include "protocol/smart/conformance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::smart {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using Json = nlohmann::json;

constexpr const char* oauth_uris = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
constexpr const char* capability = "http://fhir-registry.smarthealthit.org/StructureDefinition/capabilities";

Json uri(const char* name, const char* address) { return {{"url", name}, {"valueUri", address}}; }

Json code(const char* name) { return {{"url", capability}, {"valueCode", name}}; }

// An array, and never what a lone element in braces might become.
Json list(std::initializer_list<Json> entries) { return Json(Json::array_t(entries)); }

Json oauth(std::initializer_list<Json> entries) { return {{"url", oauth_uris}, {"extension", list(entries)}}; }

Json uris() {
  return oauth({uri("register", "http://elsewhere.example.net/register"), uri("token", "https://ehr.example.org/token"),
                uri("authorize", "https://ehr.example.org/authorize"),
                uri("revoke", "https://ehr.example.org/revoke")});
}

Json statement(std::initializer_list<Json> extensions, const char* type = "CapabilityStatement") {
  const Json security = {{"cors", true}, {"extension", list(extensions)}};
  return {{"resourceType", type},
          {"fhirVersion", "4.0.1"},
          {"rest", list({Json{{"mode", "server"}, {"security", security}}})}};
}

fhir::BaseUrl base() { return fhir::BaseUrl::parse("https://ehr.example.org/fhir").value(); }

std::expected<Discovery, DiscoveryFault> parsed(const Json& document, const DiscoveryRules& rules = {}) {
  return parse_conformance(200, "application/fhir+json", document.dump(), base(), rules);
}

TEST(Conformance, TellsTheEndpointsInEveryFhirVersion) {
  for (const char* type : {"CapabilityStatement", "Conformance"}) {
    const auto discovery = parsed(statement({uris()}, type));
    ASSERT_TRUE(discovery) << type << discovery.error().description;
    EXPECT_EQ(discovery->token_endpoint.text(), "https://ehr.example.org/token");
    EXPECT_EQ(discovery->authorization_endpoint->text(), "https://ehr.example.org/authorize");
    EXPECT_EQ(discovery->revocation_endpoint->text(), "https://ehr.example.org/revoke");
    EXPECT_FALSE(discovery->issuer);
    EXPECT_FALSE(discovery->jwks_uri);
    EXPECT_FALSE(discovery->response_iss_required);
    EXPECT_THAT(discovery->warnings, SizeIs(1)) << "PKCE is taken for granted";
  }
}

TEST(Conformance, SpeaksTheOlderScopesUnlessItSaysOtherwise) {
  EXPECT_THAT(parsed(statement({uris()}))->capabilities, ElementsAre("permission-v1"));
  EXPECT_THAT(parsed(statement({code("launch-ehr"), uris(), code("client-public")}))->capabilities,
              ElementsAre("launch-ehr", "client-public", "permission-v1"));
  EXPECT_THAT(parsed(statement({uris(), code("permission-v2")}))->capabilities, ElementsAre("permission-v2"));
}

TEST(Conformance, MayBeOneOfSeveralRestEntries) {
  Json document = statement({uris()});
  const Json other = {{"extension", list({oauth({uri("token", "https://evil.example.net/")})})}};
  const Json client = {{"mode", "client"}, {"security", other}};
  document["rest"] = list({7, Json::object(), client, Json{{"mode", "server"}}, document["rest"][0]});
  const auto discovery = parsed(document);
  ASSERT_TRUE(discovery) << discovery.error().description;
  EXPECT_EQ(discovery->token_endpoint.text(), "https://ehr.example.org/token");
}

TEST(Conformance, NeedsNoAuthorizationAndNoRevocationEndpoint) {
  const auto discovery = parsed(statement({oauth({uri("token", "token")})}));
  ASSERT_TRUE(discovery);
  EXPECT_EQ(discovery->token_endpoint.text(), "https://ehr.example.org/fhir/token") << "resolved against the base";
  EXPECT_FALSE(discovery->authorization_endpoint);
  EXPECT_FALSE(discovery->revocation_endpoint);
}

TEST(Conformance, FollowsTheRulesOfEveryEndpoint) {
  const auto code_of = [](const Json& entry, const DiscoveryRules& rules = {}) {
    const Json token = uri("token", "https://ehr.example.org/token");
    const auto discovery = parsed(statement({oauth({entry, token})}), rules);
    return discovery ? "none" : discovery.error().code;
  };
  EXPECT_EQ(code_of(uri("token", "https://evil.example.net/token")), "discovery_foreign_host");
  EXPECT_EQ(code_of(uri("authorize", "https://evil.example.net/a")), "discovery_foreign_host");
  EXPECT_EQ(code_of(uri("revoke", "https://evil.example.net/r")), "discovery_foreign_host");
  EXPECT_EQ(code_of(uri("token", "http://ehr.example.org/token")), "discovery_bad_endpoint");
  EXPECT_EQ(code_of(uri("authorize", "https://user@ehr.example.org/a")), "discovery_bad_endpoint");
  EXPECT_EQ(code_of(uri("token", "https://auth.example.net/t"), {.allowed_token_hosts = {"AUTH.example.net"}}), "none");
  EXPECT_EQ(code_of(uri("manage", "http://evil.example.net/m")), "none") << "what is not used is not judged";
}

struct Answer {
  int status;
  const char* content_type;
  std::string body;
  const char* code;
};

class ConformanceAnswer : public testing::TestWithParam<Answer> {};

TEST_P(ConformanceAnswer, ThatIsNoSmartServersIsRefused) {
  const auto& [status, content_type, body, code] = GetParam();
  const auto discovery = parse_conformance(status, content_type, body, base(), {});
  ASSERT_FALSE(discovery);
  EXPECT_EQ(discovery.error().code, code);
  EXPECT_FALSE(discovery.error().description.empty());
}

std::vector<Answer> answers() {
  const char* const json = "application/fhir+json";
  const std::string good = statement({uris()}).dump();
  const Json none = Json::array();
  return {
      {401, json, good, "discovery_status"},
      {302, json, good, "discovery_redirect"},
      {200, "text/html", "<html>", "discovery_not_json"},
      {200, "application/fhir+xml", "<CapabilityStatement/>", "discovery_not_json"},
      {200, json, "[]", "discovery_not_json"},
      {200, json, R"({"resourceType":"OperationOutcome"})", "discovery_no_conformance"},
      {200, json, "{}", "discovery_no_conformance"},
      {200, json, R"({"resourceType":"CapabilityStatement"})", "discovery_no_conformance"},
      {200, json, R"({"resourceType":"CapabilityStatement","rest":{}})", "discovery_no_conformance"},
      {200, json, R"({"resourceType":"CapabilityStatement","rest":[{"security":[]}]})", "discovery_no_conformance"},
      {200, json, statement({7, "text", none, code("launch-ehr")}).dump(), "discovery_no_conformance"},
      {200, json, statement({Json{{"url", oauth_uris}}}).dump(), "discovery_no_token_endpoint"},
      {200, json, statement({oauth({uri("token", "")})}).dump(), "discovery_no_token_endpoint"},
      {200, json, statement({oauth({uri("authorize", "https://ehr.example.org/a")})}).dump(),
       "discovery_no_token_endpoint"},
  };
}

INSTANTIATE_TEST_SUITE_P(Table, ConformanceAnswer, testing::ValuesIn(answers()));

TEST(Conformance, MayBeAsLargeAsServersMakeIt) {
  Json document = statement({uris()});
  document["text"] = {{"div", std::string(4UL * 1024 * 1024, 'x')}};
  EXPECT_TRUE(parsed(document));
  document["text"] = {{"div", std::string(20UL * 1024 * 1024, 'x')}};
  EXPECT_EQ(parsed(document).error().code, "discovery_not_json");
}

}  // namespace
}  // namespace wardend::smart
