#include "config/model.hpp"

#include <gtest/gtest.h>

#include "config/refreshable.hpp"

namespace wardend::config {
namespace {

fhir::BaseUrl base(const char* address) { return fhir::BaseUrl::parse(address).value(); }

TEST(Config, FindsAServerByTheBaseThatALaunchNames) {
  Config config;
  config.servers.resize(2);
  config.servers[0].name = "main";
  config.servers[0].fhir_base_url = base("https://ehr.example.org/fhir");
  config.servers[1].name = "twin";
  config.servers[1].fhir_base_url = base("https://ehr.example.org/fhir");
  const auto named = [&](const char* iss) { return config.server_by_iss(base(iss)); };
  ASSERT_NE(named("https://EHR.example.org:443/fhir/"), nullptr);
  EXPECT_EQ(named("https://EHR.example.org:443/fhir/")->name, "main") << "the first of two";
  EXPECT_EQ(named("https://ehr.example.org/FHIR"), nullptr);
  EXPECT_EQ(named("https://ehr.example.org.evil.net/fhir"), nullptr);
}

TEST(Config, FindsServersAppsAndRegistrationsByTheirExactName) {
  Config config;
  config.servers.resize(1);
  config.servers[0].name = "main";
  config.apps.resize(1);
  config.apps[0].id = "chart";
  config.apps[0].registrations.resize(1);
  config.apps[0].registrations[0].server = "main";
  EXPECT_EQ(config.server("main"), &config.servers[0]);
  EXPECT_EQ(config.server("Main"), nullptr);
  EXPECT_EQ(config.app("chart"), &config.apps[0]);
  EXPECT_EQ(config.app(""), nullptr);
  EXPECT_EQ(config.apps[0].registration("main"), &config.apps[0].registrations[0]);
  EXPECT_EQ(config.apps[0].registration("elsewhere"), nullptr);
}

TEST(Broker, NeedsTwoDescriptorsAConnectionAndOneToAServer) {
  Broker broker;
  const std::size_t before = broker.descriptors();
  broker.max_connections += 10;
  EXPECT_EQ(broker.descriptors(), before + 70);
  EXPECT_LE(Broker().descriptors(), unit_descriptors) << "the unit must do for the defaults";
}

TEST(Broker, HasALockSourceThatIsListed) {
  Broker broker;
  broker.lock_sources = {"control"};
  EXPECT_TRUE(broker.has_lock_source("control"));
  EXPECT_FALSE(broker.has_lock_source("logind"));
}

TEST(App, AsksToRefreshByEitherScope) {
  const auto refreshes = [](const char* scope) {
    App app;
    app.scopes.resize(2);
    app.scopes[1].scope = scope;
    EXPECT_TRUE(app.wanted_scopes().contains(scope));
    return asks_to_refresh(app);
  };
  EXPECT_TRUE(refreshes("offline_access"));
  EXPECT_TRUE(refreshes("online_access"));
  EXPECT_FALSE(refreshes("offline_access/x"));
}

}  // namespace
}  // namespace wardend::config
