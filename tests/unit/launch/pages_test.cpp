// The pages as HTML: what every one of them has, and what none has.
#include "daemon/launch/pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/encoding.hpp"
#include "daemon/launch/failure_page.hpp"
#include "daemon/launch/local_time.hpp"
#include "daemon/launch/reference.hpp"
#include "daemon/launch/session_words.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/virtual_random.hpp"

namespace wardend {
namespace {

using launch::Notice;

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from);
  if (begin == std::string::npos) return {};
  return text.substr(begin + from.size(), text.find(to, begin) - begin - from.size());
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t seen = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++seen;
  return seen;
}

config::App app_named(const std::string& name) {
  config::App app{.id = "vitals", .name = name};
  app.advice = "Use the EHR's own <flowsheet>.";
  return app;
}

launch::Scene scene_of(const config::App& app) {
  return {.reference = "K7QM-2XFD", .machine = "ws-1", .app = &app, .server = "st-elsewhere"};
}

// One page of each kind, every text in it an attack.
std::vector<std::string> one_of_each_page() {
  const std::string attack = "\"><script>'&<img src=x>";
  static const config::App app = app_named(attack);
  launch::Scene scene = scene_of(app);
  std::vector<std::string> pages = {
      launch::done_page(),
      launch::launched_page({.app = attack,
                             .server = attack,
                             .patient = attack,
                             .user = attack,
                             .open_url = attack,
                             .missing = {attack},
                             .for_it = {.reference = attack, .details = {{"x", attack}}}}),
      std::string(launch::posting_page("https://ehr.example.org/authorize?state=%3Cscript%3E").reveal())};
  for (std::size_t at = 0; at <= static_cast<std::size_t>(launch::Refusal::session_over); ++at)
    pages.push_back(launch::notice_page(launch::refusal_notice(static_cast<launch::Refusal>(at), scene)));
  for (const Error& error : test::one_of_each())
    for (const auto place : {launch::Scene::At::launch, launch::Scene::At::redirect}) {
      scene.at = place;
      pages.push_back(launch::notice_page(launch::failure_notice(error, scene)));
    }
  return pages;
}

TEST(Pages, EscapeEveryCharacterThatHtmlReads) {
  EXPECT_EQ(launch::escape_html("<a href=\"x\" b='y'>&"), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
  EXPECT_EQ(launch::escape_html("Zo\xc3\xab 1"), "Zo\xc3\xab 1");
}

TEST(Pages, HaveWhatAReaderOfAnyKindNeeds) {
  for (const std::string& page : one_of_each_page()) {
    EXPECT_TRUE(page.starts_with("<!doctype html><html lang=\"en\">")) << page;
    for (const char* part :
         {"<meta charset=\"utf-8\">", "<meta name=\"viewport\" content=\"width=device-width", "color-scheme:light dark",
          "prefers-color-scheme:dark", "overflow-wrap:anywhere", "<link rel=\"icon\" href=\"data:,\">"})
      EXPECT_TRUE(page.contains(part)) << part << page;
    for (const char* once : {"<main>", "</main>", "<h1>", "<title>"}) EXPECT_EQ(count(page, once), 1U) << once << page;
    EXPECT_EQ(between(page, "<title>", "</title>"), between(page, "<h1>", "</h1>"));
    EXPECT_FALSE(between(page, "<h1>", "</h1>").empty()) << page;
    EXPECT_FALSE(page.contains("user-scalable")) << "everybody may zoom";
  }
}

TEST(Pages, HoldNoForeignMarkupAndFetchNothing) {
  for (const std::string& page : one_of_each_page()) {
    const bool own = page.contains("method=\"post\"") || page.contains("<h1>Signed in</h1>");
    EXPECT_EQ(count(page, "<script"), own ? 1U : 0U) << page;
    EXPECT_EQ(count(page, "<link"), 1U) << page;
    for (const char* word : {"src=\"", "@import", "url(", "<iframe", "<img", "onerror=\"", "http-equiv"})
      EXPECT_FALSE(page.contains(word)) << word << page;
  }
}

// The policies name the one script of their page by its hash, and nothing else may run.
TEST(Pages, PoliciesAllowTheirOwnScriptOnly) {
  const std::pair<std::string, std::string_view> table[] = {
      {launch::launched_page({.app = "Vitals"}), launch::launched_page_policy()},
      {std::string(launch::posting_page("https://ehr.example.org/authorize?state=s").reveal()),
       launch::posting_page_policy()}};
  for (const auto& [page, policy] : table) {
    std::string hash = base64url(sha256(between(page, "<script>", "</script>"))) + "=";
    std::ranges::replace(hash, '-', '+');
    std::ranges::replace(hash, '_', '/');
    EXPECT_TRUE(policy.ends_with("script-src 'sha256-" + hash + "'")) << hash;
    EXPECT_TRUE(policy.starts_with("default-src 'none'"));
  }
}

TEST(Pages, SayWhoseSessionItIsOrThatNobodySaid) {
  const std::string full = launch::launched_page(
      {.app = "Vitals", .server = "st-elsewhere", .patient = "p1", .user = "Zo\xc3\xab Nurse", .for_it = {"R", {}}});
  for (const char* part : {"<h1>Signed in</h1>", "<dd>p1</dd>", "<dd>Zo\xc3\xab Nurse</dd>", "<dd>st-elsewhere</dd>",
                           "<dd>Vitals</dd>", "<details>", "It clears itself after 20 seconds."})
    EXPECT_TRUE(full.contains(part)) << part << full;
  EXPECT_FALSE(full.contains("did not allow"));
  const std::string bare = launch::launched_page({.app = "Vitals"});
  EXPECT_TRUE(bare.contains("<dd>none</dd>"));
  EXPECT_TRUE(bare.contains("<dd>not told</dd>"));
  EXPECT_FALSE(bare.contains("<a "));
  EXPECT_FALSE(bare.contains("<details>"));
}

TEST(Pages, SayWhatIsMissingInWords) {
  config::App app = app_named("Vitals");
  app.scopes = {{.scope = "patient/Observation.rs", .action = "show the trend", .approved_by = "", .approved_on = ""},
                {.scope = "patient/Patient.rs", .action = "show the trend", .approved_by = "", .approved_on = ""}};
  const auto words = launch::missing_words(app, {"patient/Observation.rs", "patient/Patient.rs", "patient/X.r"});
  EXPECT_EQ(words, (std::vector<std::string>{"show the trend", "patient/X.r"}));
  const std::string page = launch::launched_page({.app = "Vitals", .missing = words});
  EXPECT_TRUE(page.contains("The EHR did not allow the app to:</p><ul><li>show the trend</li>")) << page;
}

TEST(Pages, NameAUserAndNoAddress) {
  const struct {
    const char* name;
    session::User user;
    const char* shown;
  } table[] = {
      {"Dr. May", {.fhir_user = "https://ehr/fhir/Practitioner/17", .subject = "s"}, "Dr. May"},
      {"", {.fhir_user = "https://ehr/fhir/Practitioner/17", .subject = "s"}, "Practitioner 17"},
      {"", {.fhir_user = "PractitionerRole/9", .subject = "s"}, "PractitionerRole 9"},
      {"", {.fhir_user = "", .subject = "may"}, "may"},
      {"", {.fhir_user = "", .subject = "https://idp.example/users/17"}, ""},
      {"", {}, ""},
  };
  for (const auto& row : table) EXPECT_EQ(launch::user_words(row.name, row.user), row.shown) << row.user.fhir_user;
}

TEST(Pages, TheDonePageNamesNobody) {
  for (const char* word : {"Patient", "Signed in as", "<dd>", "<a "}) EXPECT_FALSE(launch::done_page().contains(word));
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

TEST(Reference, CanBeReadOutAndIsAnotherEachTime) {
  test::VirtualRandom random;
  const std::string first = launch::new_reference(random);
  EXPECT_EQ(first.size(), 9U);
  EXPECT_EQ(first[4], '-');
  EXPECT_EQ(first.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), std::string::npos) << first;
  EXPECT_NE(launch::new_reference(random), first);
}

TEST(LocalTime, SaysTheDayWhereItIsAnother) {
  const WallTime now{std::chrono::seconds(1'800'000'000)};
  EXPECT_EQ(launch::short_local_time(now, now).size(), 5U);
  EXPECT_EQ(launch::short_local_time(now - 48h, now).size(), 16U);
  EXPECT_TRUE(launch::full_local_time(now).starts_with("2027-01-")) << launch::full_local_time(now);
  EXPECT_TRUE(launch::full_local_time(now).ends_with(")")) << "with its zone";
}

}  // namespace
}  // namespace wardend
