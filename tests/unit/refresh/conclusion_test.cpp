// A refresh that comes back for somebody else, or about somebody else.
#include <gmock/gmock.h>

#include "base/log.hpp"
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
  std::string audience = "vitals-client";
  enum class Ends { nothing, session, login_session } ends = Ends::nothing;
  bool odd = false;  // an alarm
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
  std::string claims = R"({"iss":")" + row.issuer + R"(","sub":")" + row.subject + R"(","aud":")" + row.audience + '"';
  if (!row.fhir_user.empty()) claims += R"(,"fhirUser":")" + row.fhir_user + "\"";
  world.ehr.extra_members = R"(,"id_token":")" + test::signed_by_issuer(claims + "}") + "\"";
  ASSERT_TRUE(world.refresher.start_now(session));
  world.clock.advance(5s);
  EXPECT_EQ(world.refresh.news.counters().odd_users.contains("ehr"), row.odd);
  if (row.ends == Claims::Ends::nothing) {
    EXPECT_EQ(session.state(), State::active);
    EXPECT_EQ(session.tokens()->access.reveal(), "at-s.2");
    return;
  }
  ASSERT_EQ(session.state(), State::cleared);
  EXPECT_EQ(session.cleared()->reason, ClearReason::other_user);
  EXPECT_TRUE(world.ehr.revoked.contains("s.2")) << "what came is revoked";
  const bool all = row.ends == Claims::Ends::login_session;
  EXPECT_EQ(beside.state(), all ? State::cleared : State::active);
  EXPECT_EQ(reasons_told(watcher), std::vector<std::string>(all ? 2 : 1, "other_user"));
}
INSTANTIATE_TEST_SUITE_P(
    Refresher, IdTokenOfARefresh,
    ::testing::Values(
        Claims{.name = "TheSameUser"},
        Claims{.name = "TheSameByName", .fhir_user = "https://ehr.example.org/fhir/Practitioner/1"},
        Claims{.name = "TheSameByRelativeName", .fhir_user = "Practitioner/1"},
        Claims{.name = "ANameThatIsNone", .fhir_user = "somebody"},
        Claims{.name = "TheSameInCapitals", .fhir_user = "HTTPS://EHR.example.org:443/fhir//Practitioner/1"},
        Claims{.name = "TheSameAtAVersion", .fhir_user = "Practitioner/1/_history/2"},
        Claims{.name = "TheSameUnderAnotherPath", .fhir_user = "https://ehr.example.org/fhir/r4/Practitioner/1"},
        Claims{.name = "TheSameIssuerWithASlash", .issuer = "https://ehr.example.org/"},
        Claims{.name = "InAnotherRole", .fhir_user = "PractitionerRole/7", .odd = true},
        Claims{.name = "AnotherIssuer", .issuer = "https://x", .subject = "u2", .odd = true},
        Claims{.name = "ForAnotherClient", .subject = "u2", .audience = "somebody-else", .odd = true},
        Claims{.name = "AnotherFhirUser", .fhir_user = "Practitioner/2", .ends = Claims::Ends::session, .odd = true},
        // A proxy that ends TLS, and a second name of the host.
        Claims{.name = "AnotherScheme", .fhir_user = "http://ehr.example.org/fhir/Practitioner/1"},
        Claims{.name = "AnotherHost", .fhir_user = "https://x.example.org/fhir/Practitioner/1"},
        Claims{.name = "AnotherSubject", .subject = "u2", .ends = Claims::Ends::login_session, .odd = true}),
    [](const auto& info) { return info.param.name; });

// 2^31 seconds make no sense, as null and a list do not.
TEST(Refresher, ALifeThatIsNotToldIsTheOneBefore) {
  constexpr std::chrono::seconds senseless{1LL << 31U};
  for (const auto known : {8s, 60s, 600s}) {
    World world;
    world.ehr.token_life = known;
    session::Session& session = world.begin("s");
    world.ehr.token_life = senseless;
    ASSERT_TRUE(world.refresher.start_now(session));
    world.clock.advance(5s);
    ASSERT_TRUE(session.tokens());
    EXPECT_EQ(session.tokens()->life(), known);
    const std::size_t first = world.ehr.refresh_requests.size();
    world.clock.advance(known);
    EXPECT_GT(world.ehr.refresh_requests.size(), first);
    ASSERT_TRUE(session.tokens());
    EXPECT_EQ(session.tokens()->life(), known) << "after the next one, too";
  }
}

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

// One that cannot be read may be another one's, and somebody has to hear of that.
TEST(Refresher, WhatIsOddInARefreshIsToldAndAMissingScopeIsNot) {
  std::string told;
  log::set_sink([&](log::Level, std::string_view line) { told.append(line).append("\n"); });
  World world;
  world.begin("s");
  world.ehr.patient = "patient 99";
  ASSERT_TRUE(world.refresher.start_now(*world.store.find("s")));
  world.clock.advance(5s);
  log::set_sink([](log::Level, std::string_view) {});
  EXPECT_EQ(world.store.find("s")->state(), State::active);
  EXPECT_THAT(told, ::testing::HasSubstr("finding=\"patient is not a FHIR id\""));
  EXPECT_THAT(told, ::testing::Not(::testing::HasSubstr("names no scope")));
}

}  // namespace
}  // namespace wardend
