// Every kind of client against the authorization server that others wrote, and its refreshes: the launch, a rotation,
// the revocation, each with a proof of its own.
#include <sys/stat.h>

#include <fstream>

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

class ConfidentialClient : public ::testing::TestWithParam<Kind> {
 protected:
  // The credential as an administrator puts it down.
  [[nodiscard]] std::string credential() const {
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
  Site site;
};

TEST_P(ConfidentialClient, LaunchesRefreshesAndRevokes) {
  const Provider provider(site, 4);
  site.start({.fhir_base = provider.fhir_base(),
              .client_id = GetParam().client_id,
              .client_auth = GetParam().client_auth,
              .credential = credential()});
  const std::string session = site.launched_session();
  auto broker = site.broker();
  EXPECT_TRUE(eventually([&] { return provider.token_requests("refresh_token") >= 2; })) << site.wardend().output();
  EXPECT_FALSE(ask(broker, "Broker.GetToken", {{"session", session}}).value("access_token", "").empty());
  EXPECT_EQ(provider.token_requests("refresh_token", 401), 0U);
  (void)ask(broker, "Broker.EndSession", {{"session", session}});
  EXPECT_TRUE(eventually([&] { return provider.revocations() == 1; }));
}

INSTANTIATE_TEST_SUITE_P(Provider, ConfidentialClient,
                         ::testing::Values(Kind{"Basic", "smart-basic", "client_secret_basic", "basic s3cret:+/%&="},
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
