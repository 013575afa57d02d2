#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

const Loaded& example() {
  static const Loaded loaded = load(WARDEND_SOURCE_DIR "/config/wardend.toml", Files::left_alone);
  return loaded;
}

// Only the groups of the roles may be missing: they are made when the package is installed.
TEST(ShippedExample, LoadsWithoutFindingsOnceTheGroupsAreThere) {
  for (const Finding& finding : example().findings) {
    EXPECT_EQ(finding.severity, Finding::Severity::hint) << finding.to_string();
    EXPECT_THAT(finding.text, HasSubstr("no group wardend-")) << finding.to_string();
  }
  EXPECT_NE(example().config, nullptr);
}

TEST(ShippedExample, ShowsTheDefaultsOfTheServiceItself) {
  ASSERT_NE(example().config, nullptr);
  const Config& config = *example().config;
  const Broker broker;
  EXPECT_EQ(config.broker.socket, broker.socket);
  EXPECT_EQ(config.broker.control_socket, broker.control_socket);
  EXPECT_EQ(config.broker.lock_socket, broker.lock_socket);
  EXPECT_EQ(config.broker.fhir_socket, broker.fhir_socket);
  EXPECT_EQ(config.broker.loopback_port, broker.loopback_port);
  EXPECT_EQ(config.broker.metrics_listen, broker.metrics_listen);
  EXPECT_EQ(config.broker.metrics_textfile, broker.metrics_textfile);
  EXPECT_EQ(config.broker.state_dir, broker.state_dir);
  EXPECT_EQ(config.broker.lock_sources, broker.lock_sources);
  EXPECT_EQ(config.broker.lock_grace, broker.lock_grace);
  EXPECT_EQ(config.broker.unlock_proves_presence, broker.unlock_proves_presence);
  EXPECT_EQ(config.broker.max_connections_per_user, broker.max_connections_per_user);
  EXPECT_EQ(config.broker.max_connections, broker.max_connections);
  EXPECT_EQ(config.roles.ehr.names, Roles().ehr.names);
  EXPECT_EQ(config.roles.operators.names, Roles().operators.names);
  EXPECT_EQ(config.roles.observer.names, Roles().observer.names);
  EXPECT_EQ(config.audit.file, Audit().file);
  EXPECT_EQ(config.audit.forward_to, Audit().forward_to);
  EXPECT_EQ(config.audit.organization, Audit().organization);
  EXPECT_EQ(config.audit.purpose_of_use, Audit().purpose_of_use);
  EXPECT_EQ(config.audit.forward_token, Audit().forward_token);
  EXPECT_EQ(config.audit.forward_certificate, Audit().forward_certificate);
  EXPECT_EQ(config.audit.forward_key, Audit().forward_key);
  EXPECT_EQ(config.audit.syslog, Audit().syslog);
  EXPECT_EQ(config.audit.syslog_ca_file, Audit().syslog_ca_file);
  EXPECT_EQ(config.audit.on_failure, Audit().on_failure);
}

TEST(ShippedExample, ShowsTheDefaultsOfAServer) {
  ASSERT_NE(example().config, nullptr);
  ASSERT_THAT(example().config->servers, SizeIs(1));
  const Server& server = example().config->servers[0];
  const Server fresh;
  EXPECT_EQ(server.fhir_base_url.text(), "https://ehr.example.org/fhir/r4");
  EXPECT_EQ(server.route, fresh.route);
  EXPECT_EQ(server.allowed_token_hosts, fresh.allowed_token_hosts);
  EXPECT_EQ(server.staleness, fresh.staleness);
  EXPECT_EQ(server.ehr_unit, fresh.ehr_unit);
  EXPECT_EQ(server.oauth.aud, fresh.oauth.aud);
  EXPECT_EQ(server.oauth.redirect, fresh.oauth.redirect);
  EXPECT_EQ(server.oauth.scope_syntax, fresh.oauth.scope_syntax);
  EXPECT_EQ(server.oauth.basic_encoding, fresh.oauth.basic_encoding);
  EXPECT_EQ(server.oauth.prompt, fresh.oauth.prompt);
  EXPECT_EQ(server.oauth.nonce, fresh.oauth.nonce);
  EXPECT_EQ(server.oauth.refresh_scope, fresh.oauth.refresh_scope);
  EXPECT_EQ(server.oauth.replay, fresh.oauth.replay);
  EXPECT_EQ(server.oauth.smart1_discovery, fresh.oauth.smart1_discovery);
  EXPECT_EQ(server.oauth.legacy_pkce, fresh.oauth.legacy_pkce);
  EXPECT_EQ(server.health.interval, fresh.health.interval);
  EXPECT_EQ(server.health.timeout, fresh.health.timeout);
  EXPECT_EQ(server.health.fail_after, fresh.health.fail_after);
  EXPECT_EQ(server.health.recover_after, fresh.health.recover_after);
  EXPECT_EQ(server.fhircast.enabled, fresh.fhircast.enabled);
  EXPECT_EQ(server.fhircast.allowed_hosts, fresh.fhircast.allowed_hosts);
  EXPECT_EQ(server.fhircast.on_loss, fresh.fhircast.on_loss);
  EXPECT_EQ(server.fhircast.loss_grace, fresh.fhircast.loss_grace);
}

TEST(ShippedExample, DescribesOneWholeApp) {
  ASSERT_NE(example().config, nullptr);
  ASSERT_THAT(example().config->apps, SizeIs(1));
  const App& app = example().config->apps[0];
  EXPECT_EQ(app.id, "vitals-trend");
  EXPECT_EQ(app.name, "Vitals trend");
  EXPECT_THAT(app.servers, ElementsAre("st-elsewhere"));
  EXPECT_EQ(app.wanted_scopes().text(),
            "openid fhirUser offline_access patient/Observation.rs?category=vital-signs "
            "patient/MedicationRequest.cru");
  EXPECT_EQ(app.scopes[0].approved_on, "2026-05-04");
  ASSERT_THAT(app.registrations, SizeIs(1));
  EXPECT_EQ(app.registration("st-elsewhere")->client_id, "vitals-trend-prod");
  ASSERT_THAT(app.peers, SizeIs(1));
  EXPECT_EQ(app.peers[0].unit, "app-vitals-*.scope");
  EXPECT_EQ(app.session.refresh_lead, std::nullopt);
  EXPECT_EQ(app.session.idle_timeout, 30min);
  EXPECT_EQ(app.session.max_lifetime, 13h);
  EXPECT_EQ(app.session.park_ttl, 30min);
  EXPECT_FALSE(app.advice.empty());
}

// The first configuration that people write is the one that README shows.
TEST(ReadmesExample, IsGoodAndItsSessionsAreRefreshed) {
  std::ifstream readme(WARDEND_SOURCE_DIR "/README.md");
  std::string text;
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (inside && line == "```") break;
    if (inside) text += line + "\n";
    inside = inside || line == "```toml";
  }
  ASSERT_THAT(text, HasSubstr("group = \"clinicians\""));
  text.replace(text.find("\"clinicians\""), 12, "\"root\"");
  const Site site;
  site.write("wardend.toml", std::string(least_roles) + text);
  EXPECT_THAT(site.errors(), IsEmpty());
  EXPECT_THAT(site.notes(), ElementsAre(HasSubstr("this rule keeps users apart, not programs")));
  EXPECT_THAT(site.unready(), IsEmpty());
}

}  // namespace
}  // namespace wardend::config
