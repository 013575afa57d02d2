#include "daemon/launch/launch_request.hpp"

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/virtual_random.hpp"

namespace wardend::launch {
namespace {

struct Request {
  std::shared_ptr<config::Config> config = test::basic_config();
  test::VirtualRandom random;
  smart::Discovery discovery{.token_endpoint = http::Url::parse("https://ehr.example.org/token").value(),
                             .authorization_endpoint = http::Url::parse("https://ehr.example.org/authorize").value()};
  [[nodiscard]] Setting setting(std::uint16_t port = 8724) const { return {*config, config->apps.front(), port}; }
  [[nodiscard]] Result<Plan> planned(const Beginning& beginning) const { return plan(setting(), beginning); }
  std::unique_ptr<Pending> prepared(const Beginning& beginning, std::uint16_t port = 8724) {
    return prepare(setting(port), *planned(beginning), beginning, discovery, random, BootTime(1h));
  }
  config::Server& server() { return config->servers.front(); }
  config::Registration& registration() { return config->apps.front().registrations.front(); }
};

Beginning by_app(std::optional<std::string> server = {}) {
  Beginning beginning;
  beginning.app = "vitals";
  beginning.server = std::move(server);
  return beginning;
}
Beginning from_ehr(std::string iss, std::string_view launch = "value") {
  Beginning beginning = by_app();
  beginning.iss = std::move(iss);
  beginning.launch = Secret(launch);
  return beginning;
}

TEST(LaunchPlan, OfAnEhrLaunchGoesToTheServerThatItsIssNames) {
  Request request;
  const auto plan = request.planned(from_ehr("https://EHR.example.org:443/fhir/"));
  ASSERT_TRUE(plan) << plan.error().detail();
  EXPECT_EQ(plan->server, "ehr");
  EXPECT_EQ(plan->mode, Mode::ehr);
  EXPECT_EQ(plan->aud, "https://EHR.example.org:443/fhir/") << "exactly as the EHR wrote it";
  EXPECT_EQ(plan->registration, &request.registration());
  request.server().oauth.aud = "https://aud.example.org";
  EXPECT_EQ(request.planned(from_ehr("https://ehr.example.org/fhir"))->aud, "https://aud.example.org");
}

TEST(LaunchPlan, LeavesTheAllowListToNobody) {
  Request request;
  EXPECT_EQ(request.planned(from_ehr("https://evil.example/fhir")).error().code(), Errc::UnknownServer);
  config::Server other = request.server();
  other.name = "other";
  other.fhir_base_url = *fhir::BaseUrl::parse("https://other.example.org/fhir");
  request.config->servers.push_back(other);
  EXPECT_EQ(request.planned(from_ehr("https://other.example.org/fhir")).error().code(), Errc::UnknownServer)
      << "configured, and not this app's";
  Beginning named = from_ehr("https://ehr.example.org/fhir");
  named.server = "other";
  EXPECT_EQ(*test::told<errors::InvalidRequest>(request.planned(named).error()).field, "server");
}

TEST(LaunchPlan, TakesALaunchValueOfEightKibibytesWithoutControlCharacters) {
  const Request request;
  const std::string iss = "https://ehr.example.org/fhir";
  EXPECT_TRUE(request.planned(from_ehr(iss, std::string(8192, 'x'))));
  for (const std::string& value : {std::string(8193, 'x'), std::string("a\nb"), std::string("\x7f"), std::string()}) {
    const auto refused = request.planned(from_ehr(iss, value));
    ASSERT_FALSE(refused) << value.size();
    EXPECT_EQ(*test::told<errors::InvalidRequest>(refused.error()).field, "launch");
  }
}

TEST(LaunchPlan, OfALaunchByTheAppNeedsOneServer) {
  Request request;
  EXPECT_EQ(request.planned(by_app())->server, "ehr");
  config::App& app = request.config->apps.front();
  app.servers.push_back("other");
  EXPECT_EQ(*test::told<errors::InvalidRequest>(request.planned(by_app()).error()).field, "server");
  EXPECT_EQ(request.planned(by_app("ehr"))->server, "ehr");
  EXPECT_EQ(request.planned(by_app("other")).error().code(), Errc::UnknownServer) << "not configured";
  app.launch_standalone = false;
  EXPECT_EQ(request.planned(by_app("ehr")).error().code(), Errc::InvalidRequest);
}

TEST(PreparedLaunch, HasSecretsOfItsOwnAndTenMinutes) {
  Request request;
  const auto one = request.prepared(from_ehr("https://ehr.example.org/fhir"));
  const auto other = request.prepared(from_ehr("https://ehr.example.org/fhir"));
  EXPECT_FALSE(one->state.equals(other->state.reveal()) || one->verifier.equals(other->verifier.reveal()) ||
               one->cookie.equals(other->cookie.reveal()));
  EXPECT_NE(one->id, other->id);
  EXPECT_EQ(one->expires_at, BootTime(1h) + 10min);
  EXPECT_TRUE(one->authorization_url.reveal().contains("launch=value"));
  EXPECT_FALSE(one->authorization_url.reveal().contains(one->verifier.reveal())) << "its challenge goes, never it";
}

TEST(PreparedLaunch, ComesBackThroughTheBrowserOnlyWhereWardendHearsIt) {
  Request request;
  EXPECT_FALSE(request.prepared(by_app())->cookie.empty());
  EXPECT_TRUE(request.prepared(by_app(), 0)->cookie.empty()) << "no listener";
  request.server().oauth.redirect = config::Redirect::loopback;
  EXPECT_EQ(request.prepared(by_app(), 9000)->redirect_uri, "http://127.0.0.1:9000/callback");
  request.server().oauth.redirect = config::Redirect::fixed;
  request.registration().redirect_uri = "org.example.vitals:/callback";
  EXPECT_TRUE(request.prepared(by_app())->cookie.empty()) << "the app takes the redirect itself";
  request.server().oauth.redirect = config::Redirect::relay;
  request.registration().redirect_uri = "https://relay.example.org/";
  EXPECT_FALSE(request.prepared(by_app())->cookie.empty());
}

TEST(PreparedLaunch, IsPostedWhereItsAddressIsTooLongAndTheServerTakesThat) {
  Request request;
  const auto carriage = [&](std::size_t size) {
    return request.prepared(from_ehr("https://ehr.example.org/fhir", std::string(size, 'x')))->carriage;
  };
  EXPECT_EQ(carriage(3000), Carriage::redirect);
  request.discovery.capabilities = {"authorize-post"};
  EXPECT_EQ(carriage(3000), Carriage::form);
  EXPECT_EQ(carriage(100), Carriage::redirect);
}

}  // namespace
}  // namespace wardend::launch
