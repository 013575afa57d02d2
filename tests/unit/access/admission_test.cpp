#include "daemon/access/admission.hpp"

#include <gtest/gtest.h>

#include "tests/unit/writes/write_world.hpp"

namespace wardend {
namespace {

using test::WriteWorld;

struct Admitting : WriteWorld {
  access::Admission& admission = core.admission;
  std::string looked(const std::string& session, const std::string& patient) {
    const auto asked = admission.look(client.caller, client.call.epoch_tag, {.session = session, .patient = patient});
    return asked.refused ? std::string(name_of(asked.refused->code())) : "may ask";
  }
  asio::awaitable<bool> admitted() {
    const auto asked =
        co_await admission.admit(client.caller, client.call.epoch_tag, {.session = "s", .patient = "p1"});
    co_return !asked.refused;
  }
};

TEST(Admission, LooksAtCallerSessionAppAndTrail) {
  Admitting world;
  world.writer();
  EXPECT_EQ(world.looked("s", "p1"), "may ask");
  EXPECT_EQ(world.looked("other", "p1"), "UnknownSession");
  EXPECT_EQ(world.looked("s", "p2"), "PatientMismatch");
  world.audit.can_write = false;
  EXPECT_EQ(world.looked("s", "p1"), "WorkstationLocked");
  world.audit.can_write = true;
  world.app().enabled = false;
  EXPECT_EQ(world.looked("s", "p1"), "AppDisabled");
  world.app().enabled = true;
  world.logind.at("c1").locked = true;
  world.workstation.read_picture({});
  EXPECT_EQ(world.looked("s", "p1"), "WorkstationLocked");
}

TEST(Admission, WaitsForARefreshOfATokenThatIsNearlyOver) {
  Admitting world;
  world.shape_tokens = [&](session::Tokens& tokens) {
    tokens.obtained_at = world.clock.now() - 295s;
    tokens.expires_at = world.clock.now() + 5s;
  };
  world.writer();
  const auto admitted = world.within(20s, world.admitted());
  ASSERT_TRUE(admitted);
  EXPECT_TRUE(*admitted);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
}

TEST(Admission, TellsTheAppsAdviceWithAServerThatIsAway) {
  Admitting world;
  world.writer();
  const auto asked =
      world.admission.look(world.client.caller, world.client.call.epoch_tag, {.session = "s", .patient = "p1"});
  const Error error = world.admission.told(errors::ServerUnavailable{.server = "ehr", .reason = "away"}, asked);
  EXPECT_EQ(test::told<errors::ServerUnavailable>(error).advice, "Use the flowsheet.");
}

}  // namespace
}  // namespace wardend
