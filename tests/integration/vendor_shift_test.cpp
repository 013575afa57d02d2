// The real wardend against each vendor's server, with tokens that live four seconds: a launch, refreshes, a lock, and
// what is left at the server afterwards. tests/unit/vendors plays the whole shift with the lives that the tokens have.
#include <sys/stat.h>

#include <fstream>

#include "tests/integration/keys.hpp"
#include "tests/integration/scenario.hpp"
#include "tests/support/vendors.hpp"

namespace wardend::test {
namespace {

class VendorShift : public Scenario, public ::testing::WithParamInterface<Vendor> {
 protected:
  // wardend configured for the vendor's server, which knows its client.
  void SetUp() override {
    const Vendor& vendor = GetParam();
    ehr.set("profile", {{"name", vendor.profile}});
    ehr.set("config", {{"token_life", 4}, {"refresh_interval", 0}});
    Settings settings{.oauth = "aud = \"" + aud_of(vendor, ehr.address()) + "\"\n"};
    if (vendor.v1) settings.scopes.back() = "patient/Observation.read";
    if (vendor.smart1) settings.oauth += "smart1_discovery = true\nlegacy_pkce = true\n";
    if (vendor.course == Course::another_patient) settings.patient_context = "optional";
    if (vendor.client != Registered::open) register_client(vendor.client == Registered::key, settings);
    start(settings);
  }
  void register_client(bool key, Settings& settings) {
    settings.client_auth = key ? "private_key_jwt" : "client_secret_basic";
    settings.credential = (site.folder() / "credential").string();
    std::ofstream(settings.credential) << (key ? first_key : "of-vitals");
    ::chmod(settings.credential.c_str(), 0600);
    json client = {{"client_id", "vitals"}, {"auth", settings.client_auth}};
    if (key)
      client["jwks"] = public_halves({first_key});
    else
      client["secret"] = "of-vitals";
    ehr.set("clients", client);
  }
  // What became of the session after its first token.
  void follow(const std::string& id) {
    if (GetParam().course == Course::refreshed) {
      EXPECT_TRUE(refreshed(2, 15s)) << site.wardend().output();
      EXPECT_EQ(answer({{"session", id}, {"min_validity", 1}}), "token") << reply;
      return;
    }
    const bool over = GetParam().course == Course::launched_again;
    const char* end = over ? "ReauthenticationRequired" : "SessionCleared";
    EXPECT_TRUE(eventually([&] { return answer({{"session", id}}) == end; })) << reply;
    EXPECT_EQ(reply.value("reason", ""), over ? "no_refresh_token" : "patient_changed");
  }
};

TEST_P(VendorShift, ServesAndLeavesNothingBehind) {
  const Vendor& vendor = GetParam();
  const std::string id = site.launched_session();
  ASSERT_FALSE(id.empty()) << site.wardend().output();
  EXPECT_EQ(session(id).value("refreshable", false), vendor.course != Course::launched_again);
  EXPECT_EQ(answer({{"session", id}}), "token") << reply;
  follow(id);
  EXPECT_EQ(ehr.stats().value("reuses", -1), 0);
  EXPECT_EQ(site.wardctl({"lock", "--reason", "ehr_lock"}).exit_code, 0);
  EXPECT_EQ(answer({{"session", id}}), "WorkstationLocked") << reply;
  const auto alive = [&] { return ehr.stats().at("families").value("alive", -1); };
  if (vendor.revokes) {
    EXPECT_TRUE(eventually([&] { return alive() == 0; })) << "what the shift had is revoked";
  }
}

INSTANTIATE_TEST_SUITE_P(Vendors, VendorShift, ::testing::ValuesIn(vendors()),
                         [](const auto& info) { return name_of(info.param); });

}  // namespace
}  // namespace wardend::test
