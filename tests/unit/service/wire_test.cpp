#include "daemon/service/wire.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::service {
namespace {

using ipc::broker::FreshnessState;
using ipc::broker::OnScreenState;

TEST(Wire, TellsAdviceOnlyWhereItIsNeeded) {
  const auto told = [](server::State state, bool stale) {
    return to_wire(server::Freshness{.server = "ehr", .state = state, .stale = stale}, "Use the flowsheet.").advice;
  };
  EXPECT_EQ(told(server::State::up, false), std::nullopt);
  EXPECT_EQ(told(server::State::degraded, false), std::nullopt);
  EXPECT_EQ(told(server::State::down, false), "Use the flowsheet.");
  EXPECT_EQ(told(server::State::up, true), "Use the flowsheet.");
  EXPECT_EQ(to_wire(server::Freshness{.state = server::State::down}, "").advice, std::nullopt) << "never an empty one";
  EXPECT_EQ(to_wire(server::Freshness{.state = server::State::degraded}, "").state, FreshnessState::degraded);
  EXPECT_EQ(to_wire(server::Freshness{}, "").state, FreshnessState::unknown);
}

TEST(Wire, TellsTheScreenThatNobodyFollowsFromOneThatIsUnknown) {
  using Who = fhircast::OnScreen::Who;
  EXPECT_EQ(to_wire(std::optional<fhircast::OnScreen>()).state, OnScreenState::not_followed);
  EXPECT_EQ(to_wire(std::optional(fhircast::OnScreen{.who = Who::unknown})).state, OnScreenState::unknown);
  EXPECT_EQ(to_wire(std::optional(fhircast::OnScreen{.who = Who::nobody})).state, OnScreenState::none);
  const auto known = to_wire(std::optional(fhircast::OnScreen{.who = Who::patient, .patient = "p1"}));
  EXPECT_EQ(known.state, OnScreenState::known);
  EXPECT_EQ(known.patient, "p1");
  EXPECT_EQ(to_wire(std::optional(fhircast::OnScreen{.who = Who::nobody})).patient, std::nullopt);
}

TEST(Wire, CarriesTheLaunchContextAsItIs) {
  const smart::LaunchContext context{
      .patient = "p1", .fhir_context = {R"({"reference":"ImagingStudy/1"})"}, .need_patient_banner = false};
  const auto wire = to_wire(context);
  EXPECT_EQ(wire.patient, "p1");
  EXPECT_EQ(wire.encounter, std::nullopt) << "absent is not empty";
  EXPECT_EQ(wire.fhir_context_json, context.fhir_context);
  EXPECT_FALSE(wire.need_patient_banner);
}

TEST(Wire, OfASessionTellsWhatIsThere) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  const auto config = test::basic_config();
  config->apps.front().session.max_lifetime = std::chrono::hours(13);
  session::Session session(session::Active{
      {.access = Secret("at"), .refresh = Secret("rt"), .obtained_at = clock.now(), .expires_at = clock.now() + 300s}});
  session.app = "vitals";
  session.server = "ehr";
  session.started_boot = clock.now();
  auto wire = to_wire(session, *config, clock);
  EXPECT_EQ(wire.fhir_base_url, "https://ehr.example.org/fhir");
  EXPECT_TRUE(wire.refreshable);
  EXPECT_EQ(wire.expires_at, unix_seconds(clock.wall_now()) + 300);
  EXPECT_EQ(wire.ends_by, unix_seconds(clock.wall_now()) + 13 * 3600);
  EXPECT_EQ(wire.patient_verification.status, ipc::broker::PatientVerificationStatus::not_applicable);
  EXPECT_EQ(wire.user.fhir_user, std::nullopt);
  session.context.patient = "p1";
  session.expire();
  wire = to_wire(session, *config, clock);
  EXPECT_EQ(wire.expires_at, std::nullopt);
  EXPECT_EQ(wire.patient_verification.status, ipc::broker::PatientVerificationStatus::unverified);
  EXPECT_EQ(wire.patient_verification.findings,
            std::vector<std::string>{"Not checked: the patient's record has not been read yet."});
  config->apps.clear();
  EXPECT_EQ(to_wire(session, *config, clock).ends_by, std::nullopt);
}

}  // namespace
}  // namespace wardend::service
