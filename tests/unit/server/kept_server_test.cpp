// The record of a server's endpoints, and the digest by which an operator names them.
#include "daemon/server/kept_server.hpp"

#include <gtest/gtest.h>

namespace wardend::server {
namespace {

smart::Discovery document() {
  return {.token_endpoint = *http::Url::parse("https://ehr.example.org/token"),
          .authorization_endpoint = *http::Url::parse("https://ehr.example.org/authorize"),
          .revocation_endpoint = *http::Url::parse("https://ehr.example.org/revoke"),
          .jwks_uri = *http::Url::parse("https://ehr.example.org/jwks"),
          .issuer = smart::AuthorizationIssuer{"https://ehr.example.org"}};
}

TEST(KeptServer, ComesBackAsItWas) {
  smart::Discovery moved = document();
  moved.token_endpoint = *http::Url::parse("https://ehr.example.org/new/token");
  moved.issuer.reset();
  const auto back = server::kept_server_from(to_record({"ehr", "https://ehr.example.org/fhir", document(), moved}));
  ASSERT_TRUE(back && back->waiting);
  EXPECT_EQ(back->name, "ehr");
  EXPECT_EQ(back->base, "https://ehr.example.org/fhir");
  EXPECT_EQ(back->approved.difference(document()), "");
  EXPECT_EQ(back->waiting->difference(moved), "");
  EXPECT_FALSE(server::kept_server_from(to_record({"ehr", "b", document(), {}}))->waiting);
}

TEST(KeptServer, IsNotMadeOfAnythingElse) {
  for (const char* text : {"", "{}", "[]", "null", R"({"name":"x","base":"y"})",
                           R"({"name":"x","base":"y","approved":{"token":"ftp://x"}})",
                           R"({"name":"x","base":"y","approved":{}})", R"({"name":1,"base":"y","approved":{}})"})
    EXPECT_FALSE(server::kept_server_from(text)) << text;
}

TEST(EndpointsDigest, NamesEndpointsIssuerAndKeysAndNothingElse) {
  const std::string before = server::endpoints_digest(document());
  EXPECT_EQ(before.size(), 32U);
  smart::Discovery same = document();
  same.capabilities = {"launch-ehr"};
  same.warnings = {"odd"};
  EXPECT_EQ(server::endpoints_digest(same), before);
  const auto changed = [&](auto change) {
    smart::Discovery other = document();
    change(other);
    return server::endpoints_digest(other) != before;
  };
  const auto elsewhere = *http::Url::parse("https://ehr.example.org/other");
  EXPECT_TRUE(changed([&](smart::Discovery& other) { other.token_endpoint = elsewhere; }));
  EXPECT_TRUE(changed([&](smart::Discovery& other) { other.authorization_endpoint = elsewhere; }));
  EXPECT_TRUE(changed([&](smart::Discovery& other) { other.revocation_endpoint = elsewhere; }));
  EXPECT_TRUE(changed([&](smart::Discovery& other) { other.jwks_uri = elsewhere; }));
  EXPECT_TRUE(changed([&](smart::Discovery& other) { other.revocation_endpoint.reset(); }));
  EXPECT_TRUE(changed([&](smart::Discovery& other) { other.issuer->value += "/"; }));
}

}  // namespace
}  // namespace wardend::server
