#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* a_server = "[[server]]\nname = \"b\"\nfhir_base_url = \"https://b.example.org\"";
constexpr const char* health = "[[server]]\nname = \"b\"\nfhir_base_url = \"https://b.example.org\"\n[server.health]";
constexpr const char* fhircast =
    "[[server]]\nname = \"b\"\nfhir_base_url = \"https://b.example.org\"\n[server.fhircast]";

TEST(ServerSection, KeepsANumberOrDurationWithinItsBounds) {
  for (const Bounds& row : {
           Bounds{health, "fail_after", {"1", "100"}, {"0", "101", "\"2\""}},
           Bounds{health, "recover_after", {"1", "100"}, {"0", "101"}},
           Bounds{a_server, "staleness", {"\"1s\"", "\"24h\""}, {"\"999ms\"", "\"25h\"", "\"\""}},
           Bounds{health, "interval", {"\"100ms\"", "\"1h\""}, {"\"99ms\"", "\"61m\""}},
           Bounds{health, "timeout", {"\"100ms\"", "\"8s\""}, {"\"0s\"", "\"9s\""}},
           Bounds{fhircast, "loss_grace", {"\"1s\"", "\"1h\""}, {"\"0s\"", "\"2h\""}},
       })
    expect_bounds(row);
}

TEST(ServerSection, RefusesAFaultAtItsPlaceWithANextStep) {
  for (const Said& row : {
           Said{"[[server]]\nfhir_base_url = \"https://a.example.org\"\n", "1:1: [[server]] needs name"},
           Said{"[[server]]\nname = \"a\"\n", "1:1: [[server]] needs fhir_base_url"},
           Said{"[[server]]\nname = \"a\"\nfhir_base_url = \"ehr.example.org\"\n",
                "3:17: fhir_base_url: not an absolute URL"},
           Said{"[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org?x\"\n",
                "3:17: fhir_base_url: a query"},
           Said{"[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org/#x\"\n",
                "3:17: fhir_base_url: a fragment"},
           Said{"[[server]]\nname = \"a b\"\nfhir_base_url = \"https://a.example.org\"\n", "2:8: name must be "},
           Said{"[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org\"\nca_file = \"ca.pem\"\n",
                "4:11: ca_file must be an absolute path"},
           Said{std::string(least_server) + "[server.oauth]\nredirect = \"any\"\n", "5:12: redirect must be one of "},
           Said{std::string(least_server) + "[server.oauth]\nscope_syntax = \"v3\"\n",
                "5:16: scope_syntax must be one of "},
           Said{std::string(least_server) + "[server.fhircast]\non_loss = \"wait\"\n", "5:11: on_loss must be one of "},
       })
    expect_error(row.text, row.finding);
}

TEST(ServerSection, RefusesWhatIsNoHostNameAndNoBaseAddress) {
  for (const Said& row : {
           Said{with_server_key("allowed_token_hosts = [\"https://login.example.org\"]"),
                "wardend.toml:8:23: allowed_token_hosts lists host names alone, like login.example.org: no https://, "
                "no port, "
                "no path, no \"*\""},
           Said{with_server_key("allowed_token_hosts = [\"login.example.org:443\"]"), "lists host names alone"},
           Said{with_server_key("allowed_token_hosts = [\"*.example.org\"]"), "lists host names alone"},
           Said{with_server_key("[server.fhircast]\nallowed_hosts = [\"wss://hub.example.org\"]"),
                "allowed_hosts lists host names alone"},
           Said{std::string(least_roles) +
                    "[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org/r4/metadata\"\n",
                "fhir_base_url ends in /metadata: write the address without it"},
           Said{std::string(least_roles) + "[[server]]\nname = \"a\"\nfhir_base_url = "
                                           "\"https://a.example.org/.well-known/smart-configuration/\"\n",
                "fhir_base_url ends in /.well-known/smart-configuration: write the address without it"},
       })
    expect_error(row.text, row.finding);
}

TEST(ServerSection, SaysThatABaseAddressEndsInAResource) {
  for (const char* end : {"Patient", "Patient/", "Patient/7", "%50atient"})
    expect_note(std::string(least_roles) + "[[server]]\nname = \"main\"\nfhir_base_url = \"https://a.example.org/r4/" +
                    end + "\"\n",
                "fhir_base_url ends in Patient");
}

TEST(ServerSection, RefusesAnUnknownKeyWithTheNearestKnownOne) {
  for (const Said& row : {
           Said{std::string(least_server) + "[server.oath]\n",
                "4:9: unknown key oath in [[server]]: did you mean oauth?"},
           Said{std::string(least_server) + "[server.oauth]\nnone = true\n",
                "5:1: unknown key none in [server.oauth]: did you mean nonce?"},
           Said{std::string(least_server) + "[server.health]\nretries = 2\n",
                "5:1: unknown key retries in [server.health]: take it out"},
           Said{std::string(least_server) + "[server.fhircast]\nhosts = []\n",
                "5:1: unknown key hosts in [server.fhircast]: take it out"},
       })
    expect_error(row.text, row.finding);
}

TEST(ServerSection, SaysWhatMakesDataStale) {
  for (const Said& row : {
           Said{with_server_key("staleness = \"5s\""),
                "wardend.toml:8:13: note: staleness is shorter than the interval of "
                "[server.health]: data counts as stale between two probes"},
       })
    expect_note(row.text, row.finding);
}

TEST(Defaults, OfAServerHoldWhereOnlyItsNameAndAddressAreGiven) {
  const ConfigPtr config = loaded(least());
  ASSERT_NE(config, nullptr);
  ASSERT_THAT(config->servers, SizeIs(1));
  const Server& server = config->servers[0];
  EXPECT_EQ(server.staleness, 60s);
  EXPECT_EQ(server.oauth.redirect, Redirect::fixed);
  EXPECT_EQ(server.oauth.scope_syntax, ScopeSyntax::automatic);
  EXPECT_EQ(server.oauth.basic_encoding, BasicEncoding::form);
  EXPECT_EQ(server.oauth.refresh_scope, RefreshScope::omit);
  EXPECT_EQ(server.oauth.replay, Replay::late);
  EXPECT_FALSE(server.oauth.nonce || server.oauth.smart1_discovery || server.oauth.legacy_pkce);
  EXPECT_EQ(server.health.interval, 30s);
  EXPECT_EQ(server.health.timeout, 5s);
  EXPECT_EQ(server.health.fail_after, 2U);
  EXPECT_EQ(server.health.recover_after, 2U);
  EXPECT_FALSE(server.fhircast.enabled);
  EXPECT_EQ(server.fhircast.on_loss, OnLoss::clear);
  EXPECT_EQ(server.fhircast.loss_grace, 60s);
}

TEST(AssertionAudience, IsAWordAnAddressOrWhatTheServerWants) {
  const auto said = [](const std::string& audience) {
    const Site site;
    site.write("wardend.toml", with_server_key("[server.oauth]\nassertion_audience = \"" + audience + "\""));
    auto all = site.errors();
    for (const std::string& note : site.notes())
      if (note.contains("assertion_audience") && !note.contains("no effect")) all.push_back(note);
    return all;
  };
  EXPECT_THAT(said("token-endpoint"), ElementsAre(HasSubstr("assertion_audience: did you mean token_endpoint?")));
  EXPECT_THAT(said("Issuer"), ElementsAre(HasSubstr("did you mean issuer?")));
  EXPECT_THAT(said(""), ElementsAre(HasSubstr("assertion_audience is empty: leave it out")));
  EXPECT_THAT(said("site-7"), ElementsAre(HasSubstr("note: assertion_audience is no URL")));
  for (const std::string good : {"token_endpoint", "issuer", "endpoint", "https://ehr.example.org/realm", "urn:ehr:1"})
    EXPECT_THAT(said(good), IsEmpty()) << good;
}

}  // namespace
}  // namespace wardend::config
