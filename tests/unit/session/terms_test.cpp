#include "daemon/session/terms.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/fakes.hpp"

namespace wardend::session {
namespace {

std::string terms(const config::Config& config) { return terms_of(config, "vitals", "ehr"); }

struct Change {
  const char* what;
  std::function<void(config::Config&)> make;
};

config::App& app(config::Config& config) { return config.apps.front(); }
config::Server& server(config::Config& config) { return config.servers.front(); }
config::Registration& client(config::Config& config) { return app(config).registrations.front(); }

TEST(Terms, AreOthersWhereWhoMayAskForWhatOrWhereIsAnother) {
  const std::string before = terms(*test::basic_config());
  EXPECT_EQ(terms(*test::basic_config()), before);
  for (const Change& change : {
           Change{"switched off", [](auto& c) { app(c).enabled = false; }},
           Change{"a scope more", [](auto& c) { app(c).scopes.push_back({"user/Task.r", "a", "b", "2026-01-01"}); }},
           Change{"a rule more", [](auto& c) { app(c).peers.push_back({.label = "x"}); }},
           Change{"no rule", [](auto& c) { app(c).peers.clear(); }},
           Change{"another user", [](auto& c) { app(c).peers.front().uid = 1001; }},
           Change{"a unit in the rule", [](auto& c) { app(c).peers.front().unit = "x.service"; }},
           Change{"another client", [](auto& c) { client(c).client_id = "other"; }},
           Change{"another proof", [](auto& c) { client(c).client_auth = config::ClientAuth::private_key_jwt; }},
           Change{"another credential", [](auto& c) { client(c).credential = "vitals"; }},
           Change{"another redirect", [](auto& c) { client(c).redirect_uri = "https://r.example.org/"; }},
           Change{"another address",
                  [](auto& c) { server(c).fhir_base_url = *fhir::BaseUrl::parse("https://ehr2.example.org/fhir"); }},
           Change{"another proxy", [](auto& c) { server(c).route.proxy = "http://proxy:3128"; }},
           Change{"another CA", [](auto& c) { server(c).route.ca_file = "/etc/ca.pem"; }},
           Change{"another aud", [](auto& c) { server(c).oauth.aud = "https://aud.example.org"; }},
           Change{"another host", [](auto& c) { server(c).allowed_token_hosts = {"login.example.org"}; }},
       }) {
    const auto config = test::basic_config();
    change.make(*config);
    EXPECT_NE(terms(*config), before) << change.what;
  }
}

TEST(Terms, AreTheSameWhereASessionLosesNothing) {
  const std::string before = terms(*test::basic_config());
  for (const Change& change : {
           Change{"another name", [](auto& c) { app(c).name = "Trend"; }},
           Change{"another advice", [](auto& c) { app(c).advice = "Wait."; }},
           Change{"another idle_timeout", [](auto& c) { app(c).session.idle_timeout = std::chrono::minutes(5); }},
           Change{"another interval", [](auto& c) { server(c).health.interval = std::chrono::seconds(5); }},
       }) {
    const auto config = test::basic_config();
    change.make(*config);
    EXPECT_EQ(terms(*config), before) << change.what;
  }
}

// What stands before a comma in one list must not read like what stands behind it in another.
TEST(Terms, OfTwoListsNeverReadTheSame) {
  const auto with_hosts = [](std::vector<std::string> hosts) {
    const auto config = test::basic_config();
    server(*config).allowed_token_hosts = std::move(hosts);
    return terms(*config);
  };
  EXPECT_NE(with_hosts({"ab", "c"}), with_hosts({"a", "bc"}));
  EXPECT_NE(with_hosts({"a:b", "c"}), with_hosts({"a", "b:c"}));
  EXPECT_NE(with_hosts({"a", "b"}), with_hosts({"a:b"}));
}

TEST(Terms, AreNoneWhereTheAppIsNotAtTheServer) {
  const auto config = test::basic_config();
  EXPECT_EQ(terms_of(*config, "other", "ehr"), "");
  EXPECT_EQ(terms_of(*config, "vitals", "other"), "");
  app(*config).registrations.clear();
  EXPECT_EQ(terms(*config), "");
}

}  // namespace
}  // namespace wardend::session
