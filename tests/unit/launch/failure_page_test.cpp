#include "daemon/launch/failure_page.hpp"

#include <gtest/gtest.h>

#include "daemon/launch/local_time.hpp"
#include "tests/support/errors.hpp"

namespace wardend {
namespace {

using launch::Notice;

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from);
  if (begin == std::string::npos) return {};
  return text.substr(begin + from.size(), text.find(to, begin) - begin - from.size());
}

config::App app_named(const std::string& name) {
  config::App app{.id = "vitals", .name = name};
  app.advice = "Use the EHR's own <flowsheet>.";
  return app;
}

launch::Scene scene_of(const config::App& app) {
  return {.reference = "K7QM-2XFD", .machine = "ws-1", .app = &app, .server = "st-elsewhere"};
}

TEST(FailurePage, FoldsWhatSupportAsksFor) {
  const config::App app = app_named("Vitals <trend>");
  const Notice notice = launch::failure_notice(
      errors::LaunchFailed{.stage = LaunchStage::authorization, .code = "made_up", .description = "the <EHR> said no"},
      scene_of(app));
  const std::string page = launch::notice_page(notice);
  const std::string folded = between(page, "<details>", "</details>");
  for (const char* part : {"<summary>For IT: reference K7QM-2XFD</summary>", "<dd>Vitals &lt;trend&gt; (vitals)</dd>",
                           "<dd>st-elsewhere</dd>", "<dd>authorization</dd>", "<dd>made_up</dd>",
                           "<dd>the &lt;EHR&gt; said no</dd>", "<dd>ws-1</dd>", "<dt>Time</dt>"})
    EXPECT_TRUE(folded.contains(part)) << part << page;
  EXPECT_FALSE(between(page, "<main>", "<details>").contains("said no")) << "the technical text is for IT";
  EXPECT_FALSE(page.contains("flowsheet")) << "waiting does not help here";
}

TEST(FailurePage, AServerThatIsDownSaysSinceWhenWhatToDoAndLinksBack) {
  const config::App app = app_named("Vitals");
  launch::Scene scene = scene_of(app);
  scene.now = WallTime{std::chrono::seconds(1'800'000'000)};
  scene.at = launch::Scene::At::launch;
  const WallTime since = scene.now - 5min;
  const std::string page = launch::notice_page(
      launch::failure_notice(errors::ServerUnavailable{.server = "ehr", .reason = "refused", .since = since}, scene));
  EXPECT_TRUE(page.contains("<h1>The EHR cannot be reached</h1>")) << page;
  EXPECT_TRUE(page.contains("cannot be reached since " + launch::short_local_time(since, scene.now) + ".")) << page;
  EXPECT_TRUE(page.contains("Use the EHR&#39;s own &lt;flowsheet&gt;.")) << page;
  EXPECT_TRUE(page.contains("href=\"\">Try again</a>")) << "to the same address";
}

TEST(FailurePage, OffersNoSecondTryWhereTheFirstWasSpent) {
  const config::App app = app_named("Vitals");
  const errors::LaunchFailed error{.stage = LaunchStage::token, .code = "http_503", .description = "later"};
  const Notice notice = launch::failure_notice(error, scene_of(app));
  EXPECT_EQ(notice.again, Notice::Again::no);
  EXPECT_EQ(notice.advice, app.advice) << "meanwhile";
}

TEST(FailurePage, SaysHowLongToWait) {
  const config::App app = app_named("Vitals");
  const auto step = [&](std::chrono::milliseconds wait) {
    return launch::failure_notice(errors::RateLimited{.retry_after_ms = wait, .reason = "why"}, scene_of(app))
        .next_step;
  };
  EXPECT_EQ(step(std::chrono::milliseconds(100)), "Wait 1 second, then launch the app again.");
  EXPECT_EQ(step(std::chrono::milliseconds(41'200)), "Wait 42 seconds, then launch the app again.");
}

TEST(FailurePage, AnAppThatIsSwitchedOffSaysItsNameAndItsAdvice) {
  config::App app = app_named("Vitals");
  Notice notice = launch::refusal_notice(launch::Refusal::app_disabled, scene_of(app));
  EXPECT_EQ(notice.sentence, "Vitals is switched off on this workstation.");
  EXPECT_EQ(notice.advice, app.advice);
  EXPECT_EQ(notice.next_step, "") << "the advice is the step";
  app.advice.clear();
  notice = launch::refusal_notice(launch::Refusal::app_disabled, scene_of(app));
  EXPECT_EQ(notice.next_step, "Ask IT when it will be back.");
}

// A launch that was under way when the app was switched off.
TEST(FailurePage, AnAppSwitchedOffDuringItsLaunchSaysTheSame) {
  const config::App app = app_named("Vitals");
  const Notice notice = launch::failure_notice(errors::AppDisabled{.reason = "wrong doses"}, scene_of(app));
  EXPECT_EQ(notice.title, "The app is switched off");
  EXPECT_EQ(notice.sentence, "Vitals is switched off on this workstation.");
  EXPECT_EQ(notice.advice, app.advice);
  EXPECT_EQ(notice.next_step, "");
}

std::string detail(const Notice& notice, std::string_view name) {
  for (const launch::Detail& line : notice.for_it.details)
    if (line.name == name) return line.value;
  return "none";
}

TEST(FailurePage, TellsSupportWhatThisKindOfErrorKnows) {
  const config::App app = app_named("Vitals");
  const auto of = [&](Error error) { return launch::failure_notice(error, scene_of(app)); };
  const Notice scopes =
      of(errors::ScopeNotGranted{.missing = std::vector<std::string>{"patient/A.r", "patient/B.r"}, .reason = "why"});
  EXPECT_EQ(detail(scopes, "Not granted"), "patient/A.r patient/B.r");
  EXPECT_EQ(detail(scopes, "Code"), "ScopeNotGranted");
  const Notice unknown = of(errors::UnknownServer{.server = "https://e/fhir", .reason = "why"});
  EXPECT_EQ(detail(unknown, "Asked for"), "https://e/fhir");
  EXPECT_EQ(detail(of(errors::NotAuthorized{"why"}), "Asked for"), "none");
}

TEST(FailurePage, SaysWhetherTheLaunchDidNotBeginOrNotFinish) {
  const config::App app = app_named("Vitals");
  launch::Scene scene = scene_of(app);
  const Error error = errors::NotAuthorized{"why"};
  EXPECT_EQ(launch::failure_notice(error, scene).title, "The launch did not finish");
  scene.at = launch::Scene::At::launch;
  EXPECT_EQ(launch::failure_notice(error, scene).title, "The launch did not begin");
  EXPECT_EQ(launch::failure_notice(error, scene).again, Notice::Again::no) << "waiting does not help here";
}

}  // namespace
}  // namespace wardend
