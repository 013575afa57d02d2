#include "daemon/launch/dead_end.hpp"

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/support/fakes.hpp"

namespace wardend::launch {
namespace {

using workstation::Presence;

struct Case {
  const char* name;
  void (*change)(config::Config&) = nullptr;
  Presence presence = Presence::present;
  LaunchValue value = LaunchValue::proves_nothing;
  std::uint16_t listening = 8724;
  std::string expected = {};  // a LaunchFailed's code, "locked", or "": it may begin
  bool trail_writable = true;
};

void ask_for_openid(config::Config& config) {
  config.apps.front().scopes.push_back({.scope = "openid", .action = "", .approved_by = "", .approved_on = ""});
}
void relay(config::Config& config) { config.servers.front().oauth.redirect = config::Redirect::relay; }

class DeadEnd : public ::testing::TestWithParam<Case> {};

TEST_P(DeadEnd, ByTheTable) {
  const Case& row = GetParam();
  const auto config = test::basic_config();
  if (row.change != nullptr) row.change(*config);
  const Setting setting{*config, config->apps.front(), row.listening};
  const Plan plan{.server = "ehr", .registration = &config->apps.front().registrations.front(), .aud = {}};
  const auto end = dead_end({.setting = setting,
                             .plan = plan,
                             .value = row.value,
                             .presence = row.presence,
                             .trail_writable = row.trail_writable});
  std::string told;
  if (end) told = end->code() == Errc::WorkstationLocked ? "locked" : *test::told<errors::LaunchFailed>(*end).code;
  EXPECT_EQ(told, row.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Launch, DeadEnd,
    ::testing::Values(Case{"TheUsual"}, Case{"AppThatTakesItsRedirectItself", nullptr, {}, {}, 0},
                      Case{"OtherPortThanConfigured", nullptr, {}, {}, 8725, "redirect_port"},
                      Case{"OtherPortOfIpv6",
                           [](config::Config& config) {
                             config.apps.front().registrations.front().redirect_uri = "http://[::1]:8724/callback";
                           },
                           {},
                           {},
                           8725,
                           "redirect_port"},
                      Case{"OtherPortAndAnHttpsRedirect",
                           [](config::Config& config) {
                             config.apps.front().registrations.front().redirect_uri = "https://app.example.org/back";
                           },
                           {},
                           {},
                           8725},
                      Case{"OtherPortThatTheServerIsToldOf",
                           [](config::Config& config) {
                             config.servers.front().oauth.redirect = config::Redirect::loopback;
                           },
                           {},
                           {},
                           8725},
                      Case{"Relay", relay}, Case{"RelayWithoutALoopback", relay, {}, {}, 0, "no_loopback"},
                      Case{"IdentityWithoutOpenid",
                           [](config::Config& config) { config.apps.front().identity = config::Identity::required; },
                           {},
                           {},
                           8724,
                           "no_openid"},
                      Case{"IdentityWithOpenid",
                           [](config::Config& config) {
                             config.apps.front().identity = config::Identity::required;
                             ask_for_openid(config);
                           }},
                      Case{"HeldAndNothingIsProved", nullptr, Presence::held, {}, 8724, "locked"},
                      Case{"HeldAndTheEhrLaunches", nullptr, Presence::held, LaunchValue::new_from_browser},
                      Case{"HeldAndASignInIsTold", ask_for_openid, Presence::held},
                      Case{.name = "NoAuditTrail", .expected = "no_audit_trail", .trail_writable = false},
                      Case{.name = "NoAuditTrailWhereThatIsAllowed",
                           .change = [](config::Config& config) { config.audit.on_failure = config::OnFailure::allow; },
                           .trail_writable = false}),
    [](const auto& info) { return info.param.name; });

TEST(DeadEnd, NamesBothPortsAndTheNextStep) {
  const auto config = test::basic_config();
  const Setting setting{*config, config->apps.front(), 8725};
  const Plan plan{.server = "ehr", .registration = &config->apps.front().registrations.front(), .aud = {}};
  const auto end = dead_end({.setting = setting, .plan = plan});
  ASSERT_TRUE(end);
  for (const char* part : {"8724", "8725", "`wardctl status`"})
    EXPECT_TRUE(end->detail().contains(part)) << end->detail();
}

}  // namespace
}  // namespace wardend::launch
