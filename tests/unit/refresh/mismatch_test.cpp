// A refresh that comes back for somebody else, or about somebody else.
#include <gtest/gtest.h>

#include "tests/support/test_issuer.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using session::State;
using test::World;

std::vector<std::string> reasons_told(const events::EventHub::Subscription& watcher) {
  std::vector<std::string> reasons;
  for (const events::SessionEvent& happening : watcher.queue)
    if (happening.kind == events::EventKind::session_cleared) reasons.push_back(happening.reason);
  return reasons;
}

struct Claims {
  const char* name;
  std::string issuer = "https://ehr.example.org";
  std::string subject = "u1";
  std::string fhir_user = "";
  std::optional<ClearReason> cleared = {};
};
void PrintTo(const Claims& row, std::ostream* out) { *out << row.name; }

class IdTokenOfARefresh : public ::testing::TestWithParam<Claims> {};
TEST_P(IdTokenOfARefresh, ByTheTable) {
  const Claims& row = GetParam();
  World world;
  session::Session& session = world.begin("s");
  session::Session& beside = world.begin("beside");
  session.user = {
      .fhir_user = "https://ehr.example.org/fhir/Practitioner/1", .subject = "u1", .issuer = "https://ehr.example.org"};
  events::EventHub::Subscription watcher(world.hub);
  std::string claims = R"({"iss":")" + row.issuer + R"(","sub":")" + row.subject + R"(","aud":"vitals-client")";
  if (!row.fhir_user.empty()) claims += R"(,"fhirUser":")" + row.fhir_user + "\"";
  world.ehr.extra_members = R"(,"id_token":")" + test::signed_by_issuer(claims + "}") + "\"";
  ASSERT_TRUE(world.refresher.start_now(session));
  world.clock.advance(5s);
  if (!row.cleared) {
    EXPECT_EQ(session.state(), State::active);
    EXPECT_EQ(session.tokens()->access.reveal(), "at-s.2");
    return;
  }
  ASSERT_EQ(session.state(), State::cleared);
  EXPECT_EQ(session.cleared()->reason, *row.cleared);
  EXPECT_EQ(beside.state(), State::cleared) << "a user switch is of the whole login session";
  EXPECT_TRUE(world.ehr.revoked.contains("s.2")) << "what came is revoked";
  EXPECT_EQ(reasons_told(watcher), (std::vector<std::string>{"other_user", "other_user"}));
  EXPECT_EQ(world.audit.count(AuditKind::clear), 1U);
}
INSTANTIATE_TEST_SUITE_P(
    Refresher, IdTokenOfARefresh,
    ::testing::Values(
        Claims{.name = "TheSameUser"},
        Claims{.name = "TheSameByName", .fhir_user = "https://ehr.example.org/fhir/Practitioner/1"},
        Claims{.name = "TheSameByRelativeName", .fhir_user = "Practitioner/1"},
        Claims{.name = "ANameThatIsNone", .fhir_user = "somebody"},
        Claims{.name = "AnotherSubject", .subject = "u2", .cleared = ClearReason::other_user},
        Claims{.name = "AnotherIssuer", .issuer = "https://x", .cleared = ClearReason::other_user},
        Claims{.name = "AnotherFhirUser", .fhir_user = "Practitioner/2", .cleared = ClearReason::other_user}),
    [](const auto& info) { return info.param.name; });

TEST(Refresher, AnotherPatientInARefreshLeavesTheOthersAlone) {
  World world;
  world.begin("s");
  session::Session& beside = world.begin("beside");
  events::EventHub::Subscription watcher(world.hub);
  world.ehr.patient = "p2";
  ASSERT_TRUE(world.refresher.start_now(*world.store.find("s")));
  world.clock.advance(5s);
  EXPECT_EQ(world.store.find("s")->cleared()->reason, ClearReason::patient_changed);
  EXPECT_EQ(beside.state(), State::active);
  EXPECT_TRUE(world.ehr.revoked.contains("s.2"));
  EXPECT_EQ(reasons_told(watcher), std::vector<std::string>{"patient_changed"});
  EXPECT_EQ(world.audit.count(AuditKind::session_end), 1U);
}

}  // namespace
}  // namespace wardend
