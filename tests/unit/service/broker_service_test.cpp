// The other methods of org.wardend.Broker, over the real server and a pair of sockets.
#include <gtest/gtest.h>

#include "daemon/workstation/configuration_source.hpp"
#include "tests/unit/service/office.hpp"

namespace wardend {
namespace {

using test::error_of;
using test::json;
using test::Office;
using test::Peer;

TEST(BrokerMethods, ALaunchThroughTheBrowserEndsInASessionForWhoeverAwaitsIt) {
  Office office;
  Peer peer = office.connect_peer();
  const json begun = office.call(peer, "BeginLaunch");
  ASSERT_TRUE(begun.contains("parameters")) << begun.dump();
  const std::string id = begun["parameters"]["launch_id"];
  EXPECT_EQ(begun["parameters"]["authorization_url"], "http://127.0.0.1:8724/go/" + id);
  EXPECT_EQ(begun["parameters"]["expires_in"], 600);
  EXPECT_TRUE(office.call(peer, "AwaitLaunch", {{"launch_id", id}}).is_null()) << "it waits";
  const auto redirected = office.start(office.redirect(id, "code=c1"));
  office.clock.advance(2s);
  const json awaited = peer.reply();
  ASSERT_TRUE(awaited.contains("parameters")) << awaited.dump();
  const json& session = awaited["parameters"]["session"];
  EXPECT_EQ(session["app"], "vitals");
  EXPECT_EQ(session["state"], "active");
  EXPECT_EQ(session["context"]["patient"], "p1");
  EXPECT_EQ(session["patient_verification"]["status"], "unverified");
  EXPECT_EQ(session["on_screen"]["state"], "not_followed");
  EXPECT_EQ(session["refreshable"], true);
  EXPECT_EQ(awaited.dump().find("at-c1"), std::string::npos) << "only GetToken hands out tokens";
  const json token = office.call(peer, "GetToken");
  EXPECT_EQ(token["parameters"]["access_token"], "at-c1.1");
}

// A launch of "vitals" that the caller of this test may or may not name.
struct NamedLaunch {
  const char* name;
  void (*change)(Office&, launch::Pending&);
  bool own;
};
class LaunchNamedByACaller : public ::testing::TestWithParam<NamedLaunch> {};
TEST_P(LaunchNamedByACaller, IsThereForItsOwnerOnly) {
  Office office;
  office.settings->apps.push_back(office.app());
  office.settings->apps.back().id = "labs";
  office.app().registrations.front().redirect_uri = "org.example.vitals:/callback";
  Peer peer = office.connect_peer();
  launch::Beginning beginning{.app = "vitals", .login_session = office.home, .uid = ::getuid()};
  beginning.epoch = office.workstation.enter(office.home);
  const std::string id = office.begin(std::move(beginning))->launch_id;
  const std::string state(office.pending.find(id)->state.reveal());
  GetParam().change(office, *office.pending.find(id));
  const json redirect = {{"launch_id", id}, {"redirect_url", "org.example.vitals:/callback?code=c1&state=" + state}};
  const json completed = office.call(peer, "CompleteLaunch", redirect);
  const json awaited = office.call(peer, "AwaitLaunch", {{"launch_id", id}});
  if (GetParam().own) {
    EXPECT_TRUE(completed.contains("parameters")) << completed.dump();
    EXPECT_EQ(awaited["parameters"], completed["parameters"]);
    return;
  }
  EXPECT_EQ(error_of(completed), "LaunchExpired");
  EXPECT_EQ(error_of(awaited), "LaunchExpired");
  EXPECT_EQ(awaited, office.call(peer, "AwaitLaunch", {{"launch_id", "never-was"}})) << "as if it were not there";
  EXPECT_TRUE(office.wire.seen.empty()) << "no code is exchanged for somebody else";
}
INSTANTIATE_TEST_SUITE_P(
    BrokerMethods, LaunchNamedByACaller,
    ::testing::Values(
        NamedLaunch{"OfItsOwnApp", [](Office&, launch::Pending&) {}, true},
        NamedLaunch{"OfAnotherAppOfTheSameUser",
                    [](Office& office, launch::Pending&) { office.app().peers = {{.user = "y", .uid = 1}}; }, false},
        NamedLaunch{"OfAnotherUser", [](Office&, launch::Pending& launch) { launch.uid += 1; }, false},
        NamedLaunch{"OfAnotherLoginSession", [](Office&, launch::Pending& launch) { launch.login_session = "c1"; },
                    false},
        NamedLaunch{"OfAnotherEpoch", [](Office&, launch::Pending& launch) { launch.epoch += 1; }, false}),
    [](const auto& info) { return info.param.name; });

TEST(BrokerMethods, ListAndGetShowTheCallersOwnLiveSessionsOldestFirst) {
  Office office;
  office.begin_here("first").started_at = WallTime(1s);
  office.begin_here("second").started_at = WallTime(2s);
  office.begin_here("foreign").uid = ::getuid() + 1;
  office.begin_here("gone");
  office.clearing.clear_session(*office.store.find("gone"), {ClearReason::ended_by_app, ""});
  Peer peer = office.connect_peer();
  const json listed = office.call(peer, "ListSessions")["parameters"]["sessions"];
  ASSERT_EQ(listed.size(), 2U) << listed.dump();
  EXPECT_EQ(listed[0]["id"], "first");
  EXPECT_EQ(listed[1]["id"], "second");
  const json got = office.call(peer, "GetSession", {{"session", "first"}});
  EXPECT_EQ(got["parameters"]["session"], listed[0]);
  EXPECT_EQ(got["parameters"]["freshness"]["server"], "ehr");
  EXPECT_EQ(error_of(office.call(peer, "GetSession", {{"session", "foreign"}})), "UnknownSession");
  const json gone = office.call(peer, "GetSession", {{"session", "gone"}});
  EXPECT_EQ(error_of(gone), "SessionCleared");
  EXPECT_EQ(gone["parameters"]["reason"], "ended_by_app");
  EXPECT_EQ(gone.dump().find("p1"), std::string::npos) << "no context of the one before";
}

TEST(BrokerMethods, TimesOnTheWireFollowTheWallClockWhenThatIsSet) {
  Office office;
  office.begin_here("s");
  Peer peer = office.connect_peer();
  for (const auto step : {std::chrono::hours(24), std::chrono::hours(-48)}) {
    const json before = office.call(peer, "GetSession", {{"session", "s"}})["parameters"]["session"];
    office.clock.step_wall(step);
    const json after = office.call(peer, "GetSession", {{"session", "s"}})["parameters"]["session"];
    for (const char* end : {"expires_at", "ends_by"})
      EXPECT_EQ(after[end].get<std::int64_t>(), before[end].get<std::int64_t>() + std::chrono::seconds(step).count())
          << end;
  }
}

TEST(BrokerMethods, EndSessionEndsItHereAndAtTheServerAndOnlyOnce) {
  Office office;
  office.begin_here("s");
  Peer peer = office.connect_peer();
  EXPECT_EQ(office.call(peer, "EndSession", {{"session", "s"}})["parameters"], json::object());
  EXPECT_TRUE(office.ehr.revoked.contains("s.1"));
  EXPECT_EQ(error_of(office.call(peer, "EndSession", {{"session", "s"}})), "SessionCleared");
  EXPECT_EQ(error_of(office.call(peer, "EndSession", {{"session", "none"}})), "UnknownSession");
}

TEST(BrokerMethods, AConnectionOfAnEndedEpochCannotEndTheNextOnesSession) {
  Office office;
  office.begin_here("old");
  Peer peer = office.connect_peer();
  office.clearing.clear_login_session(office.home, {ClearReason::ehr_user_switch, ""});
  static_cast<void>(office.workstation.prove_presence(office.home, workstation::EhrLaunch{}));
  session::Session& next = office.begin_here("next");
  const json reply = office.call(peer, "EndSession", {{"session", "next"}});
  EXPECT_EQ(error_of(reply), "UnknownSession") << reply.dump();
  EXPECT_EQ(next.state(), session::State::active);
  Peer again = office.connect_peer();
  EXPECT_EQ(office.call(again, "EndSession", {{"session", "next"}})["parameters"], json::object());
}

TEST(BrokerMethods, WhileHeldOnlyHealthMonitorEndSessionAndALaunchAnswer) {
  Office office;
  office.begin_here("s");
  office.clearing.clear_login_session(office.home, {ClearReason::ehr_lock, ""});
  Peer peer = office.connect_peer();
  for (const char* method : {"GetToken", "ListSessions", "AuthorizeWrite", "ResumeWork"}) {
    json parameters = json::object();
    if (std::string_view(method) == "AuthorizeWrite")
      parameters = {{"session", "s"}, {"patient", "p"}, {"interaction", "create"}, {"resource_type", "Observation"}};
    if (std::string_view(method) == "ResumeWork") parameters = {{"session", "s"}};
    EXPECT_EQ(error_of(office.call(peer, method, parameters)), "WorkstationLocked") << method;
  }
  EXPECT_EQ(error_of(office.call(peer, "GetSession", {{"session", "s"}})), "WorkstationLocked");
  EXPECT_TRUE(office.call(peer, "GetHealth").contains("parameters"));
  EXPECT_EQ(error_of(office.call(peer, "EndSession", {{"session", "s"}})), "SessionCleared");
  EXPECT_TRUE(office.call(peer, "BeginLaunch").contains("parameters"));
}

TEST(BrokerMethods, HealthAnswersAnybodyAndNamesNoAdviceToStrangers) {
  Office office;
  Peer known = office.connect_peer();
  const json own = office.call(known, "GetHealth")["parameters"]["servers"];
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own[0]["advice"], "Use the flowsheet.");
  office.app().peers = {{.user = "x", .uid = ::getuid() + 1}};
  Peer stranger = office.connect_peer();
  const json seen = office.call(stranger, "GetHealth", {{"server", "ehr"}})["parameters"]["servers"];
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_FALSE(seen[0].contains("advice"));
  EXPECT_EQ(error_of(office.call(stranger, "GetHealth", {{"server", "nope"}})), "UnknownServer");
  EXPECT_EQ(error_of(office.call(stranger, "ListSessions")), "NotAuthorized");
  EXPECT_EQ(error_of(office.call(stranger, "GetToken")), "NotAuthorized");
}

// A start with a wrong file: an empty list would say that all is well and nothing configured.
TEST(BrokerMethods, WithoutAConfigurationHealthSaysWhatIsWrongWithIt) {
  const std::string fault = "mend the configuration: it has one fault, in /etc/wardend/conf.d/bad.toml, line 1";
  workstation::ConfigurationSource source([&] { return fault; });
  Office office;
  office.workstation.attach(source);
  auto none = std::make_shared<config::Config>(*office.settings);
  none->apps.clear();
  none->servers.clear();
  office.config.replace(none);
  Peer peer = office.connect_peer();
  for (const json& wish : {json::object(), json{{"server", "ehr"}}}) {
    const json reply = office.call(peer, "GetHealth", wish);
    EXPECT_EQ(error_of(reply), "WorkstationLocked");
    EXPECT_EQ(reply["parameters"]["reason"], fault) << reply;
  }
}

TEST(BrokerMethods, WhatAnAppTellsThatItReadIsRecorded) {
  Office office;
  office.begin_here("s");
  Peer peer = office.connect_peer();
  const json accesses = {{{"interaction", "read"}, {"resource", "Observation/7"}, {"outcome", "success"}},
                         {{"interaction", "delete"}, {"resource", "Task/1"}, {"outcome", "failure"}, {"at", 5}}};
  const json reply = office.call(peer, "RecordAccess", {{"session", "s"}, {"accesses", accesses}});
  EXPECT_EQ(reply["parameters"]["recorded"], 2) << reply.dump();
  EXPECT_EQ(office.audit.count(AuditKind::access), 2U);
  EXPECT_EQ(office.audit.records.back().action, "delete");
  EXPECT_EQ(office.audit.records.back().reason, "failure");
}

TEST(BrokerMethods, ASleepTakesBackTheTokensThatNobodyHasRead) {
  Office office;
  office.shape_tokens = [](session::Tokens& tokens) { tokens.access = Secret(std::string(20'000, 't')); };
  office.begin_here("s");
  Peer peer = office.connect_peer(4096);
  for (int i = 0; i < 3; ++i) peer.call("GetToken", {{"session", "s"}});
  office.clock.settle();
  office.clock.sleep_through(1s);
  EXPECT_TRUE(peer.closed()) << "its first reply was half written";
}

}  // namespace
}  // namespace wardend
