// The rollback switch on the real programs: at once, over restarts, and where the disk is no help.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class AppSwitch : public Scenario {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return site.folder() / "state" / "switched-off.json"; }
  [[nodiscard]] Finished turn(const std::string& way, const std::string& reason = "wrong doses") const {
    return site.wardctl({"app", way, "vitals", "--reason", reason});
  }
  // What each way to the app answers.
  void expect_off(const std::string& id, const std::string& why = "wrong doses") {
    for (const json& parameters : {json::object(), json{{"session", id}}}) {
      EXPECT_EQ(answer(parameters), "AppDisabled") << parameters;
      EXPECT_EQ(reply.value("advice", ""), Settings{}.advice);
      EXPECT_THAT(reply.value("reason", ""), HasSubstr(why));
    }
    EXPECT_EQ(refused(broker(), "Broker.BeginLaunch"), "AppDisabled");
    EXPECT_EQ(refused(broker(), "Broker.GetSession", {{"session", id}}), "AppDisabled");
    EXPECT_EQ(refused(broker(), "Broker.ResumeWork", {{"session", id}}), "AppDisabled");
    const Page page = click("patient=p1");
    EXPECT_EQ(page.status, 403);
    EXPECT_THAT(page.body, AllOf(HasSubstr("Vitals trend is switched off on this workstation."),
                                 HasSubstr("own flowsheet until this clears"), HasSubstr(why)));
  }
};

TEST_F(AppSwitch, IsInForceWithinATenthOfASecondOnEveryWay) {
  start();
  const std::string id = site.launched_session();
  ASSERT_EQ(answer({{"session", id}}), "token");
  auto control = site.control();
  json done;
  const auto begun = std::chrono::steady_clock::now();
  std::thread off([&] {
    done = ask(control, "Control.SetAppEnabled", {{"app", "vitals"}, {"enabled", false}, {"reason", "wrong doses"}});
  });
  std::string said = "token";
  while (said == "token" && std::chrono::steady_clock::now() - begun < 5s) said = answer({{"session", id}});
  const auto took = std::chrono::steady_clock::now() - begun;
  off.join();
  EXPECT_EQ(said, "AppDisabled");
  EXPECT_LT(took, 100ms) << "whatever the disk takes";
  EXPECT_EQ(done.value("cleared", 0), 1);
  EXPECT_FALSE(done.contains("not_kept")) << done;
  expect_off(id);
  EXPECT_TRUE(eventually([&] { return ehr.stats().value("revocations", 0) == 1; }));
  EXPECT_EQ(site.metric("wardend_app_enabled{app=\"vitals\"}"), 0);
  EXPECT_EQ(site.metric("wardend_app_switches_kept"), 1);
  EXPECT_TRUE(eventually(
      [&] { return site.audited({"SetAppEnabled", "granted", "\"app\":\"vitals\"", "wrong doses", "switched off"}); }));
  const Finished status = site.wardctl({"status"});
  EXPECT_THAT(status.out, AllOf(HasSubstr("SWITCHED OFF"), HasSubstr("wrong doses"), HasSubstr("uid 0"),
                                HasSubstr("`wardctl app enable vitals`")));
  const Finished on = turn("enable", "mended");
  EXPECT_EQ(on.exit_code, 0) << on.err;
  EXPECT_THAT(on.out, HasSubstr("vitals is switched on"));
  EXPECT_EQ(answer({{"session", site.launched_session()}}), "token") << "the next launch works at once";
}

TEST_F(AppSwitch, NeedsAReasonAndKeepsTheTimeOfTheFirst) {
  start();
  for (const std::string wordless : {"", "  ", "\u200b"}) {
    const Finished refused = turn("disable", wordless);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("the reason has no word in it: say why"));
    EXPECT_EQ(site.wardctl({"clear", "--app", "vitals", "--reason", wordless}).exit_code, 1);
    EXPECT_THAT(site.wardctl({"accept", "ehr", "--reason", wordless, "--changed", "x"}).err,
                HasSubstr("no word in it"));
  }
  ASSERT_EQ(turn("disable").exit_code, 0);
  const auto switched_off = [&] {
    auto control = site.control();
    return ask(control, "Control.Status").at("disabled").at(0);
  };
  const json first = switched_off();
  std::this_thread::sleep_for(1100ms);  // the time is in whole seconds
  ASSERT_EQ(turn("disable", "wrong doses on ward 7").exit_code, 0);
  EXPECT_EQ(switched_off().at("at"), first.at("at"));
  EXPECT_EQ(switched_off().at("reason"), "wrong doses on ward 7");
  EXPECT_TRUE(eventually([&] { return site.audited({"switched off, which it was already: wrong doses"}); }));
}

TEST_F(AppSwitch, OutlastsRestartsAndReloads) {
  start();
  const std::string id = site.launched_session();
  const Finished off = turn("disable");
  EXPECT_EQ(off.exit_code, 0) << off.err;
  EXPECT_EQ(off.out, "vitals is switched off; cleared 1 session\n");
  EXPECT_EQ(site.wardctl({"reload"}).exit_code, 0);
  expect_off(id);
  EXPECT_EQ(site.stop(), 0);
  start();
  EXPECT_EQ(answer(json::object()), "AppDisabled");
  EXPECT_TRUE(logged({"an app is switched off", "vitals"}));
  EXPECT_FALSE(logged({"wrong doses"})) << "what somebody typed may name a patient";
  site.wardend().send_signal(SIGKILL);
  (void)site.wardend().wait_end();
  start();
  EXPECT_EQ(answer(json::object()), "AppDisabled");
  EXPECT_EQ(turn("enable").exit_code, 0);
  EXPECT_EQ(site.stop(), 0);
  start();
  EXPECT_EQ(answer({{"session", site.launched_session()}}), "token");
}

TEST_F(AppSwitch, ADamagedFileSwitchesEveryAppOffUntilSomebodySays) {
  std::filesystem::create_directory(site.folder() / "state");
  for (const std::string& text : {std::string(), std::string("{\"switched_off\":["), std::string(20, '\0')}) {
    std::ofstream(file()) << text;
    start();
    EXPECT_EQ(answer(json::object()), "AppDisabled");
    EXPECT_THAT(reply.value("reason", ""), AllOf(HasSubstr("it is damaged"), HasSubstr("wardctl app enable APP")));
    EXPECT_TRUE(logged({"crit", "every app is off", "switched-off.json"})) << site.wardend().output();
    EXPECT_THAT(site.wardctl({"status"}).out, HasSubstr("`wardctl app enable vitals`"));
    EXPECT_EQ(turn("enable", "it may run").exit_code, 0);
    EXPECT_EQ(site.stop(), 0);
    start();
    EXPECT_EQ(answer({{"session", site.launched_session()}}), "token");
    EXPECT_EQ(site.stop(), 0);
  }
}

// Nobody writes there, not even root.
TEST_F(AppSwitch, AStateFolderThatTakesNothingIsSaidAndTriedAgain) {
  std::filesystem::create_directory(site.folder() / "state");
  std::filesystem::create_directory(site.folder() / "state" / "switched-off.json.new");
  start();
  const std::string id = site.launched_session();
  const Finished off = turn("disable");
  EXPECT_EQ(off.exit_code, 75) << off.out << off.err;
  EXPECT_THAT(off.out, HasSubstr("vitals is switched off; cleared 1 session"));
  EXPECT_THAT(off.err, AllOf(HasSubstr("NotKept"), HasSubstr("a restart of wardend would undo it")));
  expect_off(id);
  EXPECT_EQ(site.metric("wardend_app_switches_kept"), 0);
  EXPECT_THAT(site.wardctl({"status"}).out, HasSubstr("a restart would undo what was switched off or on"));
  std::filesystem::remove(site.folder() / "state" / "switched-off.json.new");
  EXPECT_TRUE(eventually([&] { return site.metric("wardend_app_switches_kept") == 1; }, 20s));
  EXPECT_TRUE(std::filesystem::exists(file()));
}

TEST_F(AppSwitch, AnAppThatTheFileHasOffStaysOffAndSaysSo) {
  start({.app = "enabled = false"});
  EXPECT_EQ(answer(json::object()), "AppDisabled");
  const Finished on = turn("enable");
  EXPECT_EQ(on.exit_code, 1) << on.out;
  EXPECT_THAT(on.err, AllOf(HasSubstr("the app stays off all the same"), HasSubstr("systemctl reload wardend")));
  EXPECT_EQ(turn("disable").exit_code, 0);
  Settings settings;
  settings.fhir_base = ehr.fhir_base();
  site.write_config(settings);
  EXPECT_EQ(site.wardctl({"reload"}).exit_code, 0);
  EXPECT_EQ(answer(json::object()), "AppDisabled") << "the switch stands by itself";
  EXPECT_EQ(turn("enable").exit_code, 0);
  EXPECT_EQ(answer({{"session", site.launched_session()}}), "token");
}

TEST_F(AppSwitch, ALaunchUnderWayEndsWithTheAdvice) {
  start();
  const Begun begun = begin();
  std::thread waiting([&] {
    auto other = site.broker();
    const auto outcome = other.call("org.wardend.Broker.AwaitLaunch", {{"launch_id", begun.id}}, 10s);
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().error, HasSubstr("AppDisabled"));
    EXPECT_THAT(outcome.error().parameters_json, HasSubstr("flowsheet"));
  });
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(turn("disable").exit_code, 0);
  waiting.join();
  const Page page = browser.open(begun.address);
  EXPECT_EQ(page.status, 403) << page.body;
  EXPECT_THAT(page.body, AllOf(HasSubstr("is switched off on this workstation"), HasSubstr("own flowsheet")));
  EXPECT_EQ(refused(broker(), "Broker.CompleteLaunch", {{"launch_id", begun.id}, {"redirect_url", "http://x"}}),
            "AppDisabled");
}

TEST_F(AppSwitch, WhoeverWatchesHearsOfIt) {
  start();
  const std::string id = site.launched_session();
  auto watcher = site.broker();
  std::vector<std::string> heard;
  (void)watcher.call_more(
      "org.wardend.Broker.Monitor", json::object(),
      [&](const json& reply) {
        const json& event = reply.at("event");
        const std::string kind = event.at("kind");
        if (kind == "session_present") (void)turn("disable");
        if (kind == "app_disabled") {
          EXPECT_EQ(event.value("app", ""), "vitals");
          EXPECT_THAT(event.value("reason", ""), HasSubstr("wrong doses"));
        }
        if (kind == "session_cleared") (void)turn("enable");
        if (kind.starts_with("app_") || kind == "session_cleared") heard.push_back(kind);
        return kind != "app_enabled";
      },
      10s);
  EXPECT_EQ(heard, (std::vector<std::string>{"app_disabled", "session_cleared", "app_enabled"}));
}

TEST_F(AppSwitch, WhoMayNotIsToldAndNothingIsSwitched) {
  start();
  const Finished refused_to = site.wardctl({"app", "disable", "vitals", "--reason", "x"}, 65534);
  EXPECT_EQ(refused_to.exit_code, 77) << refused_to.err;
  EXPECT_EQ(site.wardctl({"app", "disable", "vitlas", "--reason", "x"}).exit_code, 1);
  EXPECT_EQ(site.wardctl({"app", "disable", "vitals"}).exit_code, 2) << "a reason is asked for";
  EXPECT_EQ(answer({{"session", site.launched_session()}}), "token");
  EXPECT_THAT(site.wardctl({"--help"}).out, HasSubstr("switch an app off, or on again"));
  EXPECT_THAT(site.wardctl({"completion", "bash"}).out, HasSubstr("disabled-apps"));
}

}  // namespace
}  // namespace wardend::test
