#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

ConfigPtr loaded(std::string_view text) {
  const Site site;
  site.write("wardend.toml", text);
  EXPECT_THAT(site.errors(), IsEmpty());
  return site.load().config;
}

TEST(Defaults, OfTheServiceHoldWhereTheFileIsEmpty) {
  const ConfigPtr config = loaded("");
  ASSERT_NE(config, nullptr);
  EXPECT_EQ(config->broker.socket, "/run/wardend/broker.sock");
  EXPECT_EQ(config->broker.control_socket, "/run/wardend/control.sock");
  EXPECT_EQ(config->broker.lock_socket, "/run/wardend/lock.sock");
  EXPECT_EQ(config->broker.loopback_port, 8724);
  EXPECT_EQ(config->broker.metrics_listen, "127.0.0.1:9724");
  EXPECT_EQ(config->broker.state_dir, "/var/lib/wardend");
  EXPECT_EQ(config->broker.metrics_textfile, "");
  EXPECT_THAT(config->broker.lock_sources, ElementsAre("logind"));
  EXPECT_TRUE(config->broker.has_lock_source("logind"));
  EXPECT_FALSE(config->broker.has_lock_source("control"));
  EXPECT_EQ(config->broker.lock_grace, 2s);
  EXPECT_FALSE(config->broker.unlock_proves_presence);
  EXPECT_EQ(config->broker.max_connections_per_user, 64U);
  EXPECT_EQ(config->broker.max_connections, 512U);
  EXPECT_THAT(config->roles.ehr.names, ElementsAre("wardend-ehr"));
  EXPECT_THAT(config->roles.operators.names, ElementsAre("wardend-operator"));
  EXPECT_THAT(config->roles.observer.names, ElementsAre("wardend-observer"));
  EXPECT_EQ(config->audit.file, "/var/log/wardend/audit.jsonl");
  EXPECT_EQ(config->audit.forward_to, "");
  EXPECT_EQ(config->audit.on_failure, OnFailure::refuse);
  EXPECT_THAT(config->servers, IsEmpty());
  EXPECT_THAT(config->apps, IsEmpty());
}

TEST(Defaults, PutTheLockSocketBesideTheControlSocket) {
  const auto lock_socket = [](const std::string& lines) {
    return loaded("[broker]\ncontrol_socket = \"/srv/w/control.sock\"\n" + lines)->broker;
  };
  EXPECT_EQ(lock_socket("").lock_socket, "/srv/w/lock.sock");
  EXPECT_FALSE(lock_socket("").lock_socket_named);
  EXPECT_EQ(lock_socket("lock_socket = \"/srv/l\"").lock_socket, "/srv/l");
  EXPECT_TRUE(lock_socket("lock_socket = \"/srv/l\"").lock_socket_named);
  EXPECT_EQ(lock_socket("lock_socket = \"\"").lock_socket, "");
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

TEST(Defaults, OfAnAppHoldWhereOnlyWhatItNeedsIsGiven) {
  const ConfigPtr config = loaded(least());
  ASSERT_NE(config, nullptr);
  ASSERT_THAT(config->apps, SizeIs(1));
  const App& app = config->apps[0];
  EXPECT_EQ(app.name, "chart");
  EXPECT_EQ(app.identity, Identity::required);
  EXPECT_EQ(app.patient_context, PatientContext::required);
  EXPECT_EQ(app.on_scope_shortfall, OnScopeShortfall::warn);
  EXPECT_TRUE(app.launch_ehr && app.launch_standalone && app.enabled);
  EXPECT_FALSE(app.require_verified_patient);
  ASSERT_THAT(app.registrations, SizeIs(1));
  EXPECT_EQ(app.registrations[0].server, "main");
  EXPECT_EQ(app.registrations[0].client_id, "chart-1");
  EXPECT_EQ(app.registrations[0].client_auth, ClientAuth::none);
  EXPECT_EQ(app.registrations[0].redirect_uri, "http://127.0.0.1:8724/callback");
  EXPECT_EQ(app.session.refresh_lead, std::nullopt);
  EXPECT_EQ(app.session.idle_timeout, 30min);
  EXPECT_EQ(app.session.max_lifetime, 13h);
  EXPECT_EQ(app.session.park_ttl, 30min);
}

TEST(Defaults, OfTheRedirectFollowTheLoopbackPort) {
  const ConfigPtr config = loaded("[broker]\nloopback_port = 9000\n" + least());
  ASSERT_NE(config, nullptr);
  EXPECT_EQ(config->apps[0].registrations[0].redirect_uri, "http://127.0.0.1:9000/callback");
}

TEST(Registration, TakesWhatItLeavesOutFromTheApp) {
  const ConfigPtr config =
      loaded(least("[[server]]\nname = \"other\"\nfhir_base_url = \"https://other.example.org\"\n"
                   "[[app]]\nid = \"two\"\nservers = [\"main\", \"other\"]\nclient_id = \"two-1\"\n"
                   "[[app.registration]]\nserver = \"other\"\nclient_id = \"two-2\"\n[[app.peer]]\nlabel = \"two\"\n"));
  ASSERT_NE(config, nullptr);
  const App* app = config->app("two");
  ASSERT_NE(app, nullptr);
  EXPECT_EQ(app->registration("main")->client_id, "two-1");
  EXPECT_EQ(app->registration("other")->client_id, "two-2");
  EXPECT_EQ(app->registration("other")->redirect_uri, "http://127.0.0.1:8724/callback");
  EXPECT_EQ(app->registration("elsewhere"), nullptr);
}

TEST(Config, FindsAServerByTheBaseThatALaunchNames) {
  const ConfigPtr config = loaded(least());
  ASSERT_NE(config, nullptr);
  const auto named = [&](const char* iss) { return config->server_by_iss(fhir::BaseUrl::parse(iss).value()); };
  ASSERT_NE(named("https://EHR.example.org:443/fhir/"), nullptr);
  EXPECT_EQ(named("https://EHR.example.org:443/fhir/")->name, "main");
  EXPECT_EQ(named("https://ehr.example.org/FHIR"), nullptr);
  EXPECT_EQ(named("https://ehr.example.org.evil.net/fhir"), nullptr);
  EXPECT_EQ(config->server("Main"), nullptr);
  EXPECT_EQ(config->app(""), nullptr);
}

}  // namespace
}  // namespace wardend::config
