// A shift, shortened, against each vendor's server: a launch, refreshes of tokens that live four seconds, a lock, and
// what is left at the server afterwards.
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

struct Vendor {
  const char* profile;
  const char* aud = "";   // as configured; {origin}, {base}
  bool refreshes = true;  // it gives refresh tokens
  bool revokes = true;    // it has a revocation endpoint
  bool v1 = false;        // its client is registered for scopes of v1
};

void PrintTo(const Vendor& vendor, std::ostream* out) { *out << vendor.profile; }

class VendorShift : public Scenario, public ::testing::WithParamInterface<Vendor> {
 protected:
  [[nodiscard]] std::string filled(std::string text) const {
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>{"{origin}", ehr.address()}, {"{base}", ehr.fhir_base()}})
      if (const auto at = text.find(name); at != std::string::npos) text.replace(at, name.size(), value);
    return text;
  }
};

TEST_P(VendorShift, ServesAndLeavesNothingBehind) {
  const Vendor& vendor = GetParam();
  ehr.set("profile", {{"name", vendor.profile}});
  ehr.set("config", {{"token_life", 4}, {"refresh_interval", 0}});
  Settings settings{.oauth = std::string("aud = \"") + filled(vendor.aud) + "\""};
  if (vendor.v1) settings.scopes.back() = "patient/Observation.read";
  start(settings);
  const std::string id = site.launched_session();
  ASSERT_FALSE(id.empty()) << site.wardend().output();
  EXPECT_EQ(session(id).value("refreshable", false), vendor.refreshes);
  if (vendor.refreshes) {
    EXPECT_TRUE(refreshed(2, 15s)) << site.wardend().output();
    EXPECT_EQ(answer({{"session", id}, {"min_validity", 1}}), "token") << reply;
  }
  EXPECT_EQ(ehr.stats().value("reuses", -1), 0);
  EXPECT_EQ(site.wardctl({"lock", "--reason", "ehr_lock"}).exit_code, 0);
  EXPECT_EQ(answer({{"session", id}}), "WorkstationLocked") << reply;
  const auto alive = [&] { return ehr.stats().at("families").value("alive", -1); };
  if (vendor.revokes) {
    EXPECT_TRUE(eventually([&] { return alive() == 0; })) << "what the shift had is revoked";
  }
}

INSTANTIATE_TEST_SUITE_P(Vendors, VendorShift,
                         ::testing::Values(Vendor{.profile = "epic", .revokes = false},
                                           Vendor{.profile = "epic-public", .refreshes = false, .revokes = false},
                                           Vendor{.profile = "oracle-health"},
                                           Vendor{.profile = "cerner-v1", .v1 = true}, Vendor{.profile = "meditech"},
                                           Vendor{.profile = "athenahealth", .aud = "{origin}", .revokes = false},
                                           Vendor{.profile = "eclinicalworks"}, Vendor{.profile = "veradigm"},
                                           Vendor{.profile = "nextgen"}, Vendor{.profile = "advancedmd"},
                                           Vendor{.profile = "medplum"}, Vendor{.profile = "aidbox"},
                                           Vendor{.profile = "smile-cdr"}, Vendor{.profile = "firely"},
                                           Vendor{.profile = "keycloak"}, Vendor{.profile = "entra"},
                                           Vendor{.profile = "azure-fhir", .aud = "{base}/"},
                                           Vendor{.profile = "healthlake", .revokes = false}),
                         [](const auto& info) {
                           std::string name = info.param.profile;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace wardend::test
