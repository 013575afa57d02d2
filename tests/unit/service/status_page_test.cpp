#include "daemon/service/status_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/words.hpp"
#include "daemon/launch/pages.hpp"
#include "ipc/advice/status_advice.hpp"

namespace wardend::service {
namespace {

using namespace ipc::control;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t now = 1'800'000'000;

config::Config two_apps() {
  config::Config config;
  config.apps.push_back({.id = "vitals", .name = "Vitals trend"});
  config.apps.push_back({.id = "growth", .name = "Growth chart"});
  config.apps[0].servers = {"main"};
  config.apps[0].advice = "Use the EHR's own flowsheet.";
  config.apps[1].servers = {"spare"};
  config.apps[1].advice = "Use paper.";
  return config;
}

std::string page_of(const StatusReply& status) { return status_page(status, two_apps(), now); }

// Everything in it that is about somebody, with a mark.
StatusReply about_people() {
  return {.version = "1.2.3",
          .sessions = {{.id = "secret-session",
                        .app = "vitals",
                        .server = "main",
                        .user = "secret-uid",
                        .login_session = "secret-login",
                        .state = SessionRowState::reauthentication_required,
                        .has_patient = true}},
          .servers = {{.name = "main", .state = ServerRowState::up}},
          .disabled_apps = {"growth"},
          .ready = false,
          .not_ready_reason = "mend the configuration: it has 1 fault: /etc/w.toml:3:1: error: no user secret-name",
          .last_clear = LastClear{.reason = "ehr_lock",
                                  .at = now,
                                  .login_session = "secret-login",
                                  .detail = "secret-detail",
                                  .sessions = 1},
          .last_lock = LastLock{.source = "control", .reason = "ehr_lock", .login_session = "secret-login", .at = now},
          .held = {{{.login_session = "secret-login", .since = now, .reason = "ehr_lock", .ended_by = "a launch"}}},
          .notices = {{"it has 1 fault: /etc/w.toml:3:1: error: no user secret-name"}},
          .disabled = {{{.app = "growth",
                         .by = DisabledAppBy::operator_,
                         .reason = "secret-reason",
                         .who = "secret-operator",
                         .at = now}}}};
}

TEST(StatusPage, NamesNobodyAndNothingThatAPersonTyped) {
  const std::string page = page_of(about_people());
  EXPECT_THAT(page, Not(HasSubstr("secret")));
  EXPECT_THAT(page, AllOf(HasSubstr("/etc/w.toml:3:1; <code>wardend --check</code> says what is wrong there"),
                          HasSubstr("1 session can no longer be renewed"), HasSubstr("1 login session held"),
                          HasSubstr("<li>growth</li>")));
}

TEST(StatusPage, SaysOfAServerThatIsDownSinceWhenWhyAndWhatToDoMeanwhile) {
  const std::string page = page_of({.servers = {{.name = "main",
                                                 .state = ServerRowState::down,
                                                 .confirmed_at = now - 90,
                                                 .since = now - 60,
                                                 .trouble = "no name: check the network"},
                                                {.name = "spare", .state = ServerRowState::up, .since = now - 600}},
                                    .ready = true});
  EXPECT_THAT(
      page,
      AllOf(HasSubstr("<h1>wardend is ready</h1>"), HasSubstr("<p>This workstation works. What does not: main.</p>"),
            HasSubstr("<h3>main cannot be used</h3>"), HasSubstr("Since " + words::local_date_time(now - 60)),
            HasSubstr("Its last answer came at " + words::local_date_time(now - 90)),
            HasSubstr("Why: no name: check the network."),
            HasSubstr("<li>Vitals trend: Use the EHR&#39;s own flowsheet.</li>"), HasSubstr("<h3>spare works</h3>"),
            Not(HasSubstr("Use paper"))));
}

TEST(StatusPage, TellsASlowServerFromOneThatStumblesAndOneThatIsBack) {
  const auto page_with = [](std::optional<double> latency_ms, std::optional<std::string> trouble) {
    return page_of({.servers = {{.name = "main",
                                 .state = ServerRowState::degraded,
                                 .confirmed_at = now - 9,
                                 .latency_ms = latency_ms,
                                 .trouble = std::move(trouble)}},
                    .ready = true});
  };
  EXPECT_THAT(page_with(3000, "it takes 3 seconds"),
              AllOf(HasSubstr("<h3>main answers, but not as it should</h3>"), HasSubstr("Why: it takes 3 seconds.")));
  EXPECT_THAT(page_with({}, "HTTP 503"), HasSubstr("<h3>main answers only now and then</h3>"));
  EXPECT_THAT(page_with(3, {}), HasSubstr("<h3>main answers again</h3>"));
}

TEST(StatusPage, HasTheStepsOfTheCommandLineInItsWords) {
  const StatusReply status{
      .servers = {{.name = "main", .state = ServerRowState::degraded, .confirmed_at = now, .trouble = "HTTP 503"}},
      .disabled_apps = {"growth"},
      .pending_revocations = 2,
      .ready = false,
      .not_ready_reason = "no logind"};
  const std::string page = page_of(status);
  EXPECT_THAT(page, HasSubstr("<h1>wardend is not ready</h1>"));
  EXPECT_THAT(page, HasSubstr("watch it with <code>wardctl watch</code></li>"));
  for (std::string step : advice::next_steps(status, std::chrono::sys_seconds(std::chrono::seconds(now)))) {
    step = launch::escape_html(step);
    EXPECT_THAT(page, HasSubstr("<li>" + step.substr(0, step.find('`'))));
  }
}

TEST(StatusPage, RunsNothingFetchesNothingAndHasLandmarks) {
  const std::string attack = "\"><script>'&<img src=x>";
  const std::string page = page_of({.servers = {{.name = attack, .trouble = attack}},
                                    .disabled_apps = {attack},
                                    .ready = false,
                                    .not_ready_reason = attack});
  for (const char* word : {"<script", "<img", "src=\"", "http-equiv", "url(", "<iframe", "style=\""})
    EXPECT_THAT(page, Not(HasSubstr(word)));
  for (const char* part : {"<html lang=\"en\">", "<main><h1>", "color-scheme:light dark",
                           "<section aria-labelledby=\"servers\"><h2 id=\"servers\">",
                           "<section aria-labelledby=\"steps\"><h2 id=\"steps\">"})
    EXPECT_THAT(page, HasSubstr(part));
}

}  // namespace
}  // namespace wardend::service
