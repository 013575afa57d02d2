// Every kind of client against the authorization server that others wrote, and its refreshes: the launch, a rotation,
// the revocation, each with a proof of its own.
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <thread>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

struct Kind {
  std::string name;
  std::string client_id;
  std::string client_auth;
  std::string secret = {};    // the credential's text
  std::string key_file = {};  // or the provider's private key of that name
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class EveryClient : public ::testing::TestWithParam<Kind> {
 protected:
  // The credential as an administrator puts it down; empty for a public client.
  [[nodiscard]] std::string credential() const {
    if (GetParam().client_auth == "none") return {};
    const auto file = site.folder() / "credential";
    std::ofstream out(file);
    if (GetParam().key_file.empty())
      out << GetParam().secret << "\n";
    else
      out << std::ifstream(site.folder() / "keys" / (GetParam().key_file + ".private.jwk.json")).rdbuf();
    out.close();
    ::chmod(file.c_str(), 0600);
    return file.string();
  }
  // A session whose access tokens live so many seconds.
  void launch(int token_life) {
    provider.emplace(site, token_life);
    site.start({.fhir_base = provider->fhir_base(),
                .client_id = GetParam().client_id,
                .client_auth = GetParam().client_auth,
                .credential = credential(),
                .broker = "max_connections_per_user = 128"});
    session = site.launched_session();
    broker.emplace(site.broker());
  }
  // "token", or the bare name of GetToken's error.
  std::string answer(int min_validity = 1) {
    const auto reply =
        broker->call("org.wardend.Broker.GetToken", {{"session", session}, {"min_validity", min_validity}});
    return reply ? "token" : reply.error().error.substr(reply.error().error.rfind('.') + 1);
  }
  void fault(json members) const {
    members["path"] = "/token";
    provider->set("faults", members);
  }
  [[nodiscard]] std::size_t refreshes(int status = 200) const {
    return provider->token_requests("refresh_token", status);
  }
  // After the outage that a fault is: the session has lost nothing.
  void recovers_from(const json& members) {
    launch(5);
    fault(members);
    EXPECT_TRUE(eventually([&] { return refreshes() >= 1 && answer() == "token"; }, 20s)) << site.wardend().output();
    EXPECT_EQ(refreshes(400) + refreshes(401), 0U);
  }

  Site site;
  std::optional<Provider> provider;
  std::optional<client::Client> broker;
  std::string session;
};

TEST_P(EveryClient, LaunchesRefreshesAndRevokes) {
  launch(4);
  EXPECT_TRUE(eventually([&] { return refreshes() >= 2; })) << site.wardend().output();
  EXPECT_EQ(answer(), "token");
  EXPECT_EQ(refreshes(401), 0U);
  (void)ask(*broker, "Broker.EndSession", {{"session", session}});
  EXPECT_TRUE(eventually([&] { return provider->revocations() == 1; }));
}

TEST_P(EveryClient, MakesOneRefreshOfFiftyCallersAtExpiry) {
  launch(6);
  fault({{"delay_ms", 1000}, {"count", 1}});
  ASSERT_TRUE(eventually([&] {
    return ask(*broker, "Broker.GetToken", {{"session", session}, {"min_validity", 0}}).value("expires_in", 9) < 4;
  }));
  std::vector<std::string> tokens(50);
  std::vector<std::thread> callers;
  for (std::string& token : tokens)
    callers.emplace_back([this, &token] {
      auto client = site.broker();
      token = ask(client, "Broker.GetToken", {{"session", session}, {"min_validity", 4}}).value("access_token", "");
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(refreshes(), 1U);
  EXPECT_EQ(std::ranges::count(tokens, tokens.front()), 50);
  EXPECT_FALSE(tokens.front().empty());
}

TEST_P(EveryClient, NeedsALaunchWhenTheReplyThatRotatedItsTokenIsLost) {
  launch(5);
  fault({{"drop", "after"}, {"count", 1}});
  EXPECT_TRUE(eventually([&] { return answer() == "ReauthenticationRequired"; }, 15s)) << site.wardend().output();
  EXPECT_EQ(refreshes(400), 1U) << "the spent token is shown once more, and not again";
}

TEST_P(EveryClient, LosesNothingByASlowAnswer) { recovers_from({{"delay_ms", 1500}, {"count", 1}}); }
TEST_P(EveryClient, LosesNothingByARequestThatNeverArrived) { recovers_from({{"drop", "before"}, {"count", 1}}); }
TEST_P(EveryClient, LosesNothingByAServerThatIsDown) {
  recovers_from({{"status", 503}, {"body", "down"}, {"count", 2}});
}
TEST_P(EveryClient, LosesNothingByAPageInsteadOfTokens) {
  recovers_from(
      {{"status", 200}, {"body", "<h1>Sign in</h1>"}, {"headers", {{"content-type", "text/html"}}}, {"count", 1}});
}

TEST_P(EveryClient, NeedsALaunchOnceItsTokensAreRevokedOrUsedElsewhere) {
  launch(4);
  provider->set("revoke-all", json::object());
  EXPECT_TRUE(eventually([&] { return answer() == "ReauthenticationRequired"; })) << site.wardend().output();
  EXPECT_EQ(refreshes(400), 1U);
}

INSTANTIATE_TEST_SUITE_P(Provider, EveryClient,
                         ::testing::Values(Kind{"Public", "smart-public", "none"},
                                           Kind{"Basic", "smart-basic", "client_secret_basic", "basic s3cret:+/%&="},
                                           Kind{"Post", "smart-post", "client_secret_post", "post-secret"},
                                           Kind{"ES384", "smart-es384", "private_key_jwt", {}, "app-es384"},
                                           Kind{"RS384", "smart-rs384", "private_key_jwt", {}, "app-rs384"}),
                         [](const auto& info) { return info.param.name; });

TEST(ClientOf, AWrongSecretIsToldAtTheLaunchWithWhatToLookAt) {
  Site site;
  const Provider provider(site, 60);
  const auto file = site.folder() / "credential";
  std::ofstream(file) << "not the secret";
  ::chmod(file.c_str(), 0600);
  site.start({.fhir_base = provider.fhir_base(),
              .client_id = "smart-post",
              .client_auth = "client_secret_post",
              .credential = file.string()});
  const Finished launched = site.launch();
  EXPECT_EQ(launched.exit_code, 1);
  EXPECT_TRUE(launched.out.contains("invalid_client") && launched.out.contains("credential")) << launched.out;
  EXPECT_FALSE((launched.out + site.wardend().output()).contains("not the secret"));
}

TEST(ClientOf, ACredentialThatOthersCanReadIsNotUsed) {
  Site site;
  const Provider provider(site, 60);
  const auto file = site.folder() / "credential";
  std::ofstream(file) << "post-secret";
  ::chmod(file.c_str(), 0644);
  site.start({.fhir_base = provider.fhir_base(),
              .client_id = "smart-post",
              .client_auth = "client_secret_post",
              .credential = file.string()});
  const Finished launched = site.launch();
  EXPECT_TRUE(launched.out.contains("chmod 0600")) << launched.out;
  EXPECT_EQ(provider.token_requests("authorization_code"), 0U);
}

}  // namespace
}  // namespace wardend::test
