#include "daemon/access/gate.hpp"

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "tests/unit/service/service_world.hpp"

namespace wardend {
namespace {

using access::Demand;
using access::Gate;
using test::Client;
using test::in_login_session;
using test::in_system_unit;
using test::ServiceWorld;

Result<access::Who> admit(ServiceWorld& world, const ipc::Call& call, Demand demand) {
  return world.gate.admit(call.caller, call.epoch_tag, demand);
}
Result<access::Who> judge(const ServiceWorld& world, const ipc::Call& call, Demand demand) {
  return world.gate.judge(call.caller, call.epoch_tag, demand);
}

enum class Station { present, locked, held, source_lost };
enum class Connection { of_this_epoch, of_an_ended_epoch, without_a_place };

struct Admission {
  const char* name;
  bool known_app;
  Connection connection;
  Station station;
  // What each demand gets: present, unlocked, registered. nullopt: admitted.
  std::array<std::optional<Errc>, 3> gets;
};
constexpr auto not_authorized = Errc::NotAuthorized;
constexpr auto locked = Errc::WorkstationLocked;
constexpr auto cleared = Errc::SessionCleared;

class GateAdmits : public ::testing::TestWithParam<Admission> {};
TEST_P(GateAdmits, ByTheTable) {
  const Admission& row = GetParam();
  ServiceWorld world;
  ipc::CallerFacts facts = in_login_session(row.known_app ? 1000 : 1001, "c1");
  if (row.connection == Connection::without_a_place)
    facts.cgroup = {.system_unit = "user@1000.service", .user_manager = 1000};
  if (row.connection == Connection::without_a_place) world.logind.add("c9", 1000);  // a second desktop: which one?
  const Client client = world.connect(facts);
  if (row.connection == Connection::of_an_ended_epoch || row.station == Station::held) {
    world.clearing.clear_login_session("c1", {ClearReason::ehr_lock, ""});
    if (row.station != Station::held)
      static_cast<void>(world.workstation.prove_presence("c1", workstation::EhrLaunch{}));
  }
  Client late = world.connect(facts);
  if (row.station == Station::locked) {
    world.logind.at("c1").locked = true;
    world.workstation.read_picture("");
  }
  if (row.station == Station::source_lost) world.logind.is_live = false;
  const ipc::Call& call = row.connection == Connection::of_an_ended_epoch ? client.call : late.call;
  const std::array demands = {Demand::present, Demand::unlocked, Demand::registered};
  for (std::size_t i = 0; i < demands.size(); ++i) {
    const auto who = admit(world, call, demands[i]);
    ASSERT_EQ(who.has_value(), !row.gets[i]) << "demand " << i;
    if (!who) EXPECT_EQ(who.error().code(), *row.gets[i]) << "demand " << i;
  }
}
INSTANTIATE_TEST_SUITE_P(
    Gate, GateAdmits,
    ::testing::Values(
        Admission{"SomebodyThere", true, Connection::of_this_epoch, Station::present, {}},
        Admission{"NobodyKnown",
                  false,
                  Connection::of_this_epoch,
                  Station::present,
                  {not_authorized, not_authorized, not_authorized}},
        Admission{"NobodyKnownIsSaidBeforeTheLock",
                  false,
                  Connection::of_an_ended_epoch,
                  Station::locked,
                  {not_authorized, not_authorized, not_authorized}},
        Admission{"Locked", true, Connection::of_this_epoch, Station::locked, {locked, locked, {}}},
        Admission{
            "LockedIsSaidBeforeTheClear", true, Connection::of_an_ended_epoch, Station::locked, {locked, locked, {}}},
        Admission{"HeldLetsALaunchThrough", true, Connection::of_this_epoch, Station::held, {locked, {}, {}}},
        Admission{
            "HeldIsSaidBeforeTheClear", true, Connection::of_an_ended_epoch, Station::held, {locked, cleared, {}}},
        Admission{"AnOlderConnectionIsToldOfTheClear",
                  true,
                  Connection::of_an_ended_epoch,
                  Station::present,
                  {cleared, cleared, {}}},
        Admission{"WithALostSourceNobodyIsThere",
                  true,
                  Connection::of_this_epoch,
                  Station::source_lost,
                  {locked, locked, {}}},
        Admission{"InNoOneLoginSession",
                  true,
                  Connection::without_a_place,
                  Station::present,
                  {not_authorized, not_authorized, not_authorized}},
        Admission{"InNoOneLoginSessionWhileTheSourceIsLost",
                  true,
                  Connection::without_a_place,
                  Station::source_lost,
                  {locked, locked, locked}}),
    [](const auto& info) { return info.param.name; });

TEST(Gate, TellsWhyAndWhenTheEpochOfAConnectionEnded) {
  ServiceWorld world;
  const Client client = world.user();
  world.clearing.clear_login_session("c1", {ClearReason::ehr_user_switch, ""});
  const auto at = world.wall();
  static_cast<void>(world.workstation.prove_presence("c1", workstation::EhrLaunch{}));
  const auto who = admit(world, client.call, Demand::present);
  ASSERT_FALSE(who);
  const auto& refusal = test::told<errors::SessionCleared>(who.error());
  EXPECT_EQ(*refusal.reason, ClearReason::ehr_user_switch);
  EXPECT_EQ(unix_seconds(*refusal.at), at);
}

TEST(Gate, AConnectionOfAForgottenEpochIsStillToldToConnectAgain) {
  ServiceWorld world;
  const Client client = world.user();
  for (int i = 0; i < 5000; ++i) world.workstation.end_epoch("c1", ClearReason::os_lock);
  static_cast<void>(world.workstation.prove_presence("c1", workstation::EhrLaunch{}));
  ASSERT_EQ(world.workstation.login_session_of_epoch(client.call.epoch_tag), "") << "the test must reach the limit";
  const auto who = admit(world, client.call, Demand::present);
  ASSERT_FALSE(who);
  const auto& refusal = test::told<errors::SessionCleared>(who.error());
  EXPECT_EQ(*refusal.reason, ClearReason::os_lock);
  EXPECT_EQ(unix_seconds(*refusal.at), world.wall());
}

TEST(Gate, OutsideLoginSessionsOnlyARuleThatNamesTheSystemUnitCounts) {
  ServiceWorld world;
  world.app().peers = {{.user = "990", .uid = 990}};
  const Client by_user = world.connect(in_system_unit(990, "app-bridge.service"));
  const auto refused = admit(world, by_user.call, Demand::present);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::NotAuthorized);
  world.app().peers.front().unit = "app-*.service";
  const auto admitted = admit(world, by_user.call, Demand::present);
  ASSERT_TRUE(admitted) << admitted.error().detail();
  EXPECT_EQ(admitted->login_session, "uid:990");
}

// What sudo, su and pkexec start in somebody's desktop.
TEST(Gate, AProgramOfAnotherUserInALoginSessionIsNotServed) {
  ServiceWorld world;
  world.app().peers = {{.user = "root", .uid = 0U}, {.user = "1000", .uid = 1000}};
  const Client root = world.connect(in_login_session(0, "c1"));
  for (const auto demand : {Demand::present, Demand::unlocked, Demand::registered}) {
    const auto refused = admit(world, root.call, demand);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::NotAuthorized);
    EXPECT_TRUE(refused.error().detail().contains("another user's")) << refused.error().detail();
  }
  EXPECT_TRUE(admit(world, world.user().call, Demand::present)) << "its own user is";
}

TEST(Gate, ACallerHasEveryAppWhoseRulesMatchIt) {
  ServiceWorld world;
  config::App second = world.app();
  second.id = "second";
  config::App others = world.app();
  others.id = "others";
  others.peers = {{.user = "1001", .uid = 1001}};
  world.settings->apps.push_back(second);
  world.settings->apps.push_back(others);
  const auto who = admit(world, world.user().call, Demand::present);
  ASSERT_TRUE(who);
  ASSERT_EQ(who->apps.size(), 2U);
  EXPECT_EQ(who->process.pid, 77);
  EXPECT_EQ(who->uid, 1000U);

  const auto none = Gate::choose_app(*who, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), Errc::InvalidRequest);
  EXPECT_EQ(*test::told<errors::InvalidRequest>(none.error()).field, "app");
  EXPECT_EQ((*Gate::choose_app(*who, "second"))->id, "second");
  for (const char* foreign : {"others", "nonsense", ""}) {
    const auto unknown = Gate::choose_app(*who, foreign);
    ASSERT_FALSE(unknown) << foreign;
    EXPECT_EQ(unknown.error().code(), Errc::UnknownApp) << foreign;
  }
}

TEST(Gate, ADisabledAppIsToldSoWithItsAdvice) {
  ServiceWorld world;
  world.app().enabled = false;
  for (const Demand demand : {Demand::present, Demand::unlocked}) {
    const auto refused = admit(world, world.user().call, demand);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::AppDisabled);
    EXPECT_EQ(test::told<errors::AppDisabled>(refused.error()).advice, "Use the flowsheet.");
  }
  const auto who = admit(world, world.user().call, Demand::registered);
  ASSERT_TRUE(who) << "whoever watches hears when it is back";
  const auto app = Gate::choose_app(*who, {});
  ASSERT_FALSE(app);
  EXPECT_EQ(app.error().code(), Errc::AppDisabled);
}

TEST(Gate, ASessionBelongsToItsAppUserAndLoginSessionTogether) {
  ServiceWorld world;
  const auto who = admit(world, world.user().call, Demand::present);
  ASSERT_TRUE(who);
  session::Session& session = world.begin("s");
  EXPECT_TRUE(who->owns(session));
  session.uid = 1001;
  EXPECT_FALSE(who->owns(session));
  session.uid = 1000;
  session.app = "other";
  EXPECT_FALSE(who->owns(session));
  session.app = "vitals";
  session.login_session = "c2";
  EXPECT_FALSE(who->owns(session));
  session.login_session = "c1";
}

// Whoever is refused can ask again at once, for ever: the journal gets a few lines of each user and reason, then a
// count.
TEST(Gate, TellsTheJournalWhomItRefusedAndWhyAFewTimes) {
  ServiceWorld world;
  std::vector<std::string> lines;
  log::set_sink([&](log::Level, std::string_view line) { lines.emplace_back(line); });
  const Client stranger = world.connect(in_login_session(1001, "c1"));
  for (int times = 0; times < 50; ++times) (void)admit(world, stranger.call, Demand::present);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_TRUE(lines[0].contains("caller refused uid=1001")) << lines[0];
  EXPECT_TRUE(lines[0].contains("no [[app.peer]] rule matches the caller")) << lines[0];
  (void)judge(world, stranger.call, Demand::present);
  EXPECT_EQ(lines.size(), 5U);
  log::tell_all_left_out();
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_TRUE(lines[5].contains("left_out=45")) << lines[5];
  log::set_sink([](log::Level, std::string_view) {});
}

}  // namespace
}  // namespace wardend
