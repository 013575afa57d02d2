#include "protocol/smart/discovery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::smart {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const char* const conformant = R"({
  "token_endpoint": "https://ehr.example.org/token",
  "authorization_endpoint": "https://ehr.example.org/authorize",
  "revocation_endpoint": "https://ehr.example.org/revoke",
  "issuer": "https://ehr.example.org",
  "jwks_uri": "https://ehr.example.org/jwks",
  "grant_types_supported": ["authorization_code"],
  "capabilities": ["launch-ehr", "launch-standalone", "sso-openid-connect", "permission-v2"],
  "scopes_supported": ["openid", "patient/*.rs"],
  "code_challenge_methods_supported": ["S256"],
  "someone_elses": {"nested": [1, 2]}
})";

// The conformant document with members replaced (null takes one out).
std::string document(const char* changes) {
  nlohmann::json merged = nlohmann::json::parse(conformant);
  merged.merge_patch(nlohmann::json::parse(changes));
  return merged.dump();
}

fhir::BaseUrl base() { return fhir::BaseUrl::parse("https://ehr.example.org/fhir/r4").value(); }

std::expected<Discovery, DiscoveryFault> parsed(const std::string& body, const DiscoveryRules& rules = {}) {
  return parse_discovery(200, "application/json", body, base(), rules);
}

TEST(Discovery, ReadsAConformantDocumentWithoutWarnings) {
  const auto discovery = parsed(conformant);
  ASSERT_TRUE(discovery) << discovery.error().description;
  EXPECT_EQ(discovery->token_endpoint.text(), "https://ehr.example.org/token");
  EXPECT_EQ(discovery->authorization_endpoint->text(), "https://ehr.example.org/authorize");
  EXPECT_EQ(discovery->revocation_endpoint->text(), "https://ehr.example.org/revoke");
  EXPECT_EQ(discovery->jwks_uri->text(), "https://ehr.example.org/jwks");
  EXPECT_EQ(discovery->issuer->value, "https://ehr.example.org");
  EXPECT_THAT(discovery->scopes_supported, ElementsAre("openid", "patient/*.rs"));
  EXPECT_TRUE(discovery->has("permission-v2"));
  EXPECT_FALSE(discovery->has("permission-v1"));
  EXPECT_FALSE(discovery->response_iss_required);
  EXPECT_THAT(discovery->warnings, IsEmpty());
}

struct Workable {
  const char* changes;
  std::size_t warnings;
};

class WorkableDiscovery : public testing::TestWithParam<Workable> {};

TEST_P(WorkableDiscovery, IsTakenWithItsWarnings) {
  const auto discovery = parsed(document(GetParam().changes));
  ASSERT_TRUE(discovery) << GetParam().changes << discovery.error().description;
  EXPECT_EQ(discovery->warnings.size(), GetParam().warnings) << GetParam().changes;
}

INSTANTIATE_TEST_SUITE_P(Table, WorkableDiscovery,
                         testing::ValuesIn<Workable>({
                             {R"({"revocation_endpoint": null})", 0},
                             {R"({"revocation_endpoint": ""})", 0},
                             {R"({"authorization_endpoint": null})", 0},
                             {R"({"grant_types_supported": null})", 0},
                             {R"({"scopes_supported": null})", 0},
                             {R"({"scopes_supported": "openid"})", 0},
                             {R"({"capabilities": []})", 1},
                             {R"({"code_challenge_methods_supported": ["plain", "S256"]})", 1},
                             {R"({"capabilities": ["launch-ehr"]})", 1},
                             {R"({"capabilities": [null, "sso-openid-connect"]})", 0},
                             {R"({"capabilities": [7, "sso-openid-connect", {}]})", 1},
                             {R"({"code_challenge_methods_supported": [null, "S256"]})", 0},
                             {R"({"code_challenge_methods_supported": [["plain"], "S256"]})", 1},
                             {R"({"scopes_supported": ["openid", 7]})", 1},
                             {R"({"issuer": null})", 1},
                             {R"({"issuer": ""})", 1},
                             {R"({"issuer": 7})", 1},
                         }));

struct Broken {
  const char* changes;
  const char* code;
};

class BrokenDiscovery : public testing::TestWithParam<Broken> {};

TEST_P(BrokenDiscovery, IsRefusedWithItsCode) {
  const auto discovery = parsed(document(GetParam().changes));
  ASSERT_FALSE(discovery) << GetParam().changes;
  EXPECT_EQ(discovery.error().code, GetParam().code) << GetParam().changes;
  EXPECT_FALSE(discovery.error().description.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, BrokenDiscovery,
    testing::ValuesIn<Broken>({
        {R"({"token_endpoint": null})", "discovery_no_token_endpoint"},
        {R"({"token_endpoint": ""})", "discovery_no_token_endpoint"},
        {R"({"token_endpoint": 7})", "discovery_bad_endpoint"},
        {R"({"token_endpoint": ["https://ehr.example.org/token"]})", "discovery_bad_endpoint"},
        {R"({"token_endpoint": "http://ehr.example.org/token"})", "discovery_bad_endpoint"},
        {R"({"token_endpoint": "https://user:word@ehr.example.org/token"})", "discovery_bad_endpoint"},
        {R"({"token_endpoint": "https://ehr.example.org/token#x"})", "discovery_bad_endpoint"},
        {R"({"token_endpoint": "ftp://ehr.example.org/token"})", "discovery_bad_endpoint"},
        {R"({"authorization_endpoint": "http://ehr.example.org/authorize"})", "discovery_bad_endpoint"},
        {R"({"revocation_endpoint": "http://ehr.example.org/revoke"})", "discovery_bad_endpoint"},
        {R"({"jwks_uri": "http://ehr.example.org/jwks"})", "discovery_bad_endpoint"},
        {R"({"token_endpoint": "https://evil.example.net/token"})", "discovery_foreign_host"},
        {R"({"token_endpoint": "//evil.example.net/token"})", "discovery_foreign_host"},
        {R"({"token_endpoint": "http://127.0.0.1/token"})", "discovery_foreign_host"},
        {R"({"authorization_endpoint": "https://ehr.example.org.evil.net/"})", "discovery_foreign_host"},
        {R"({"capabilities": null})", "discovery_no_capabilities"},
        {R"({"capabilities": "launch-ehr"})", "discovery_no_capabilities"},
        {R"({"code_challenge_methods_supported": null})", "discovery_no_s256"},
        {R"({"code_challenge_methods_supported": []})", "discovery_no_s256"},
        {R"({"code_challenge_methods_supported": ["plain"]})", "discovery_no_s256"},
        {R"({"code_challenge_methods_supported": ["s256"]})", "discovery_no_s256"},
        {R"({"code_challenge_methods_supported": "S256"})", "discovery_no_s256"},
    }));

TEST(Discovery, TrustsAnotherHostOnlyWhereTheConfigurationListsIt) {
  const std::string elsewhere = document(R"({"token_endpoint": "https://Auth.example.net:8443/token"})");
  EXPECT_EQ(parsed(elsewhere).error().code, "discovery_foreign_host");
  EXPECT_THAT(parsed(elsewhere).error().description, HasSubstr("auth.example.net"));
  EXPECT_TRUE(parsed(elsewhere, {.allowed_token_hosts = {"auth.example.net"}}));
  EXPECT_TRUE(parsed(elsewhere, {.allowed_token_hosts = {"AUTH.example.net"}}));
  EXPECT_FALSE(parsed(elsewhere, {.allowed_token_hosts = {"example.net", ""}}));
}

TEST(Discovery, TakesAServerThatIgnoresPkceOnlyWithLegacyPkce) {
  for (const char* changes :
       {R"({"code_challenge_methods_supported": null})", R"({"code_challenge_methods_supported": ["plain"]})"}) {
    const auto discovery = parsed(document(changes), {.legacy_pkce = true});
    ASSERT_TRUE(discovery) << changes;
    EXPECT_FALSE(discovery->warnings.empty());
  }
}

TEST(Discovery, TellsHowClientsMayAuthenticate) {
  const auto silent = parsed(conformant);
  EXPECT_THAT(silent->token_endpoint_auth_methods, IsEmpty());
  EXPECT_THAT(silent->token_endpoint_auth_algorithms, IsEmpty());
  const auto discovery = parsed(document(R"({
      "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
      "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"]})"));
  EXPECT_THAT(discovery->token_endpoint_auth_methods, ElementsAre("client_secret_basic", "private_key_jwt"));
  EXPECT_THAT(discovery->token_endpoint_auth_algorithms, ElementsAre("RS384", "ES384"));
  EXPECT_THAT(discovery->warnings, IsEmpty());
}

TEST(Discovery, RemembersAPromiseToNameTheIssuerInRedirects) {
  EXPECT_TRUE(parsed(document(R"({"authorization_response_iss_parameter_supported": true})"))->response_iss_required);
  EXPECT_FALSE(
      parsed(document(R"({"authorization_response_iss_parameter_supported": "true"})"))->response_iss_required);
}

struct Change {
  const char* changes;
  bool same;
};

class EndpointChange : public testing::TestWithParam<Change> {};

TEST_P(EndpointChange, IsSeenWhereTokensOrCodesWouldGoElsewhere) {
  const auto before = parsed(conformant);
  const auto after = parsed(document(GetParam().changes));
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->same_endpoints(*after), GetParam().same) << GetParam().changes;
  EXPECT_EQ(after->same_endpoints(*before), GetParam().same) << GetParam().changes;
}

INSTANTIATE_TEST_SUITE_P(Table, EndpointChange,
                         testing::ValuesIn<Change>({
                             {R"({})", true},
                             {R"({"scopes_supported": []})", true},
                             {R"({"revocation_endpoint": "https://ehr.example.org/revoke2"})", false},
                             {R"({"token_endpoint": "https://ehr.example.org/token2"})", false},
                             {R"({"authorization_endpoint": "https://ehr.example.org/a"})", false},
                             {R"({"authorization_endpoint": null})", false},
                             {R"({"issuer": "https://ehr.example.org/"})", false},
                             {R"({"issuer": null})", false},
                             {R"({"jwks_uri": "https://ehr.example.org/jwks2"})", false},
                         }));

TEST(Difference, IsNamedWithBothAddresses) {
  const auto before = parsed(conformant);
  const auto after = parsed(document(R"({"token_endpoint": "https://ehr.example.org/token2", "issuer": null})"));
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->difference(*after), "token_endpoint is https://ehr.example.org/token2, was " +
                                            before->token_endpoint.text() + "; issuer is gone, was " +
                                            before->issuer->value);
}

TEST(Difference, OfRevocationIsOneWhereTokensWouldBeSentAndNoneWhereNothingIs) {
  const auto with = parsed(conformant);
  const auto without = parsed(document(R"({"revocation_endpoint": null})"));
  ASSERT_TRUE(with && without);
  EXPECT_TRUE(with->same_endpoints(*without));
  EXPECT_FALSE(without->same_endpoints(*with));
}

}  // namespace
}  // namespace wardend::smart
