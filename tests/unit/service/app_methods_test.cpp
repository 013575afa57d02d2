// SetAppEnabled, and what every method answers while an app is off.
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/service/ward.hpp"

namespace wardend {
namespace {

using test::By;
using test::Client;
using test::facts_of;
using test::plain;
using test::Ward;

struct Hospital : Ward {
  Hospital() { app().advice = "Use the flowsheet."; }
  Client root{facts_of(By::root)};
  Result<ipc::control::SetAppEnabledReply> turn(const char* name, bool on, const std::string& reason = "wrong doses") {
    return ask(control.set_app_enabled(root.call, {.app = name, .enabled = on, .reason = reason}));
  }
  // Only rows for vitals: the other app may still run.
  void leave_one_app() { settings->apps.pop_back(); }
};

TEST(SetAppEnabled, ClearsTheAppsSessionsEverywhereAndNoOthers) {
  Hospital world;
  const auto reply = world.turn("vitals", false);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->cleared, 2);
  EXPECT_FALSE(reply->not_kept || reply->still_disabled);
  EXPECT_EQ(world.alive(), "b");
  EXPECT_EQ(world.store.find("c")->cleared()->reason, ClearReason::app_disabled);
  const AuditRecord& record = world.audit.records.back();
  EXPECT_EQ(record.outcome, "granted");
  EXPECT_EQ(record.action, "SetAppEnabled");
  EXPECT_EQ(record.app, "vitals");
  EXPECT_EQ(record.reason, "wrong doses");
  EXPECT_EQ(record.detail, "switched off");
  EXPECT_EQ(record.uid, 0U);
}

TEST(SetAppEnabled, EveryMethodThatServesTheAppSaysSo) {
  using Call = std::function<Result<void>(Ward&, Client&)>;
  const std::pair<const char*, Call> table[] = {
      {"GetToken", [](Ward& w, Client& c) { return plain(w.ask(w.broker.get_token(c.call, {}))); }},
      {"GetToken of a session",
       [](Ward& w, Client& c) { return plain(w.ask(w.broker.get_token(c.call, {.session = "a"}))); }},
      {"GetSession", [](Ward& w, Client& c) { return plain(w.ask(w.broker.get_session(c.call, {.session = "a"}))); }},
      {"ListSessions", [](Ward& w, Client& c) { return plain(w.ask(w.broker.list_sessions(c.call, {}))); }},
      {"ResumeWork", [](Ward& w, Client& c) { return plain(w.ask(w.broker.resume_work(c.call, {.session = "a"}))); }},
      {"BeginLaunch",
       [](Ward& w, Client& c) { return plain(w.ask(w.broker.begin_launch(c.call, {.app = "vitals"}))); }},
      {"AwaitLaunch",
       [](Ward& w, Client& c) { return plain(w.ask(w.broker.await_launch(c.call, {.launch_id = "x"}))); }},
      {"CompleteLaunch",
       [](Ward& w, Client& c) {
         return plain(w.ask(w.broker.complete_launch(c.call, {.launch_id = "x", .redirect_url = "http://x"})));
       }},
  };
  for (const bool several : {false, true})
    for (const auto& [method, call] : table) {
      Hospital world;
      if (!several) world.leave_one_app();
      Client user(test::in_login_session(1000, "c1"), world.workstation.enter("c1"));
      world.store.find("a")->launcher = {77, "1"};
      world.store.find("b")->launcher = {78, "1"};
      ASSERT_TRUE(world.turn("vitals", false));
      const auto reply = call(world, user);
      // With another app that runs these say nothing of the one that is off.
      const std::string_view name(method);
      if (several && (name == "ListSessions" || name == "AwaitLaunch" || name == "CompleteLaunch")) continue;
      ASSERT_FALSE(reply) << method;
      ASSERT_EQ(reply.error().code(), Errc::AppDisabled) << method << reply.error().detail();
      EXPECT_EQ(reply.error().detail(), "the app is switched off: wrong doses") << method;
      EXPECT_EQ(test::told<errors::AppDisabled>(reply.error()).advice, "Use the flowsheet.") << method;
    }
}

TEST(SetAppEnabled, ALockedWorkstationAndAnOldConnectionSayItToo) {
  Hospital world;
  world.leave_one_app();
  Client user(test::in_login_session(1000, "c1"), world.workstation.enter("c1"));
  ASSERT_TRUE(world.turn("vitals", false));
  world.clearing.clear_all({.reason = ClearReason::os_lock});
  const auto reply = world.ask(world.broker.get_token(user.call, {}));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), Errc::AppDisabled) << "to unlock would not help";
}

TEST(SetAppEnabled, AnAppThatIsOnAgainIsLaunchedAtOnce) {
  Hospital world;
  ASSERT_TRUE(world.turn("vitals", false));
  for (const char* wordless : {"", "  "}) {
    ASSERT_TRUE(world.turn("vitals", true, wordless));
    EXPECT_EQ(world.audit.records.back().reason, "no reason was given");
  }
  EXPECT_TRUE(world.launch_with_code("c9")) << "nobody has to prove to be there anew";
}

TEST(SetAppEnabled, ASecondTimeKeepsSinceWhenAndSaysWhatItReplaced) {
  Hospital world;
  ASSERT_TRUE(world.turn("vitals", false));
  const std::int64_t since = unix_seconds(world.clock.wall_now());
  world.clock.advance(60s);
  ASSERT_TRUE(world.turn("vitals", false, "wrong doses, ward 7"));
  EXPECT_EQ(world.config.get().app("vitals")->switched_off->at, since);
  EXPECT_EQ(world.config.get().app("vitals")->switched_off->reason, "wrong doses, ward 7");
  EXPECT_EQ(world.audit.records.back().detail, "switched off, which it was already: wrong doses");
}

TEST(SetAppEnabled, ALaunchUnderWayEndsWithTheReason) {
  Hospital world;
  const launch::Pending& pending = world.begin_standalone();
  const auto waiting = world.start(world.launcher.await(pending.id));
  world.clock.settle();
  ASSERT_TRUE(world.turn("vitals", false));
  world.clock.settle();
  ASSERT_TRUE(*waiting);
  ASSERT_FALSE(**waiting);
  EXPECT_EQ((*waiting)->error().code(), Errc::AppDisabled);
  const auto late = world.come_back(pending, "code=c1");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Errc::AppDisabled);
}

TEST(SetAppEnabled, ALaunchThatWaitsForDiscoveryOrTokensEndsToo) {
  for (const bool exchanging : {false, true}) {
    Hospital world;
    auto outcome = std::make_shared<std::optional<Result<std::string>>>();
    std::shared_ptr<std::optional<Result<launch::Launcher::Begun>>> begun;
    if (exchanging)
      outcome = world.start(world.redirect(world.begin_standalone().id, "code=c1"));
    else
      begun = world.start(world.launcher.begin(world.standalone()));
    ASSERT_TRUE(world.turn("vitals", false));
    world.clock.advance(10s);
    const Error error = exchanging ? (*outcome)->error() : (*begun)->error();
    EXPECT_EQ(error.code(), Errc::AppDisabled) << exchanging << error.detail();
  }
}

TEST(SetAppEnabled, AnAppThatTheFileHasOffIsSaidToStayOff) {
  Hospital world;
  world.app().enabled = false;
  const auto reply = world.turn("vitals", true);
  ASSERT_TRUE(reply && reply->still_disabled);
  EXPECT_TRUE(reply->still_disabled->contains("enabled = false"));
  ASSERT_TRUE(world.turn("vitals", false));
  const auto status = world.ask(world.control.status(world.root.call, {}));
  ASSERT_TRUE(status && status->disabled);
  EXPECT_EQ(status->disabled_apps, std::vector<std::string>{"vitals"});
  ASSERT_EQ(status->disabled->size(), 1U);
  EXPECT_EQ(status->disabled->front().by, ipc::control::DisabledAppBy::operator_);
  EXPECT_EQ(status->disabled->front().reason, "wrong doses");
  EXPECT_EQ(status->disabled->front().who, "uid 0");
}

TEST(SetAppEnabled, AnUnknownAppIsNotSwitched) {
  Hospital world;
  const auto reply = world.turn("vitlas", false);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), Errc::UnknownApp);
  EXPECT_EQ(world.alive(), "abc");
  EXPECT_EQ(world.audit.records.back().outcome, "denied");
}

TEST(SetAppEnabled, AReasonThatIsLongOrHasControlCharactersIsCutToALine) {
  Hospital world;
  ASSERT_TRUE(world.turn("vitals", false, std::string(1000, 'x')));
  EXPECT_EQ(world.config.get().app("vitals")->switched_off->reason.size(), 256U);
  ASSERT_TRUE(world.turn("vitals", false, "a\nb\x1b[31m"));
  EXPECT_EQ(world.config.get().app("vitals")->switched_off->reason.find('\n'), std::string::npos);
}

TEST(SetAppEnabled, TheNextRestartsUndoingIsToldWhereTheDiskTakesNothing) {
  Hospital world;
  std::filesystem::create_directory(world.folder.file("state"));
  std::filesystem::create_directory(world.folder.file("state") / "switched-off.json.new");
  const auto reply = world.turn("vitals", false);
  ASSERT_TRUE(reply && reply->not_kept);
  EXPECT_EQ(world.alive(), "b") << "it is in force all the same";
  const auto status = world.ask(world.control.status(world.root.call, {}));
  ASSERT_TRUE(status && status->notices);
  EXPECT_TRUE(status->notices->front().contains("a restart would undo")) << status->notices->front();
}

}  // namespace
}  // namespace wardend
