#include "daemon/access/token_request.hpp"

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/support/fakes.hpp"

namespace wardend::access {
namespace {

using namespace std::chrono_literals;

struct Checked {
  const char* name;
  TokenRequest request = {};
  std::optional<std::string> patient = "p1";  // of the session
  void (*change)(config::Config&) = nullptr;
  Trail trail = Trail::writable;
  std::optional<Errc> refused = {};
};

class TokenRequestCheck : public ::testing::TestWithParam<Checked> {};
TEST_P(TokenRequestCheck, ByTheTable) {
  const Checked& row = GetParam();
  const auto config = test::basic_config();
  if (row.change != nullptr) row.change(*config);
  session::Session session;
  session.id = "s";
  session.app = "vitals";
  session.context.patient = row.patient;
  const Result<void> allowed = check(row.request, session, *config, row.trail);
  ASSERT_EQ(allowed.has_value(), !row.refused);
  if (row.refused) EXPECT_EQ(allowed.error().code(), *row.refused) << allowed.error().detail();
}
INSTANTIATE_TEST_SUITE_P(
    TokenRequest, TokenRequestCheck,
    ::testing::Values(
        Checked{.name = "NothingSpecial"}, Checked{.name = "TheSamePatient", .request = {.patient = "p1"}},
        Checked{.name = "AnotherPatient", .request = {.patient = "p2"}, .refused = Errc::PatientMismatch},
        Checked{.name = "NoPatientAtTheLaunch",
                .request = {.patient = "p1"},
                .patient = {},
                .refused = Errc::PatientContextMissing},
        Checked{.name = "NoValidityAtAll", .request = {.min_validity = 0s}},
        Checked{.name = "ADayOfValidity", .request = {.min_validity = 24h}},
        Checked{.name = "MoreThanADay", .request = {.min_validity = 24h + 1s}, .refused = Errc::InvalidRequest},
        Checked{.name = "ANegativeValidity", .request = {.min_validity = -1s}, .refused = Errc::InvalidRequest},
        Checked{.name = "TheAppIsSwitchedOff",
                .change = [](config::Config& config) { config.apps.front().enabled = false; },
                .refused = Errc::AppDisabled},
        Checked{.name = "TheAppIsGone",
                .change = [](config::Config& config) { config.apps.clear(); },
                .refused = Errc::AppDisabled},
        Checked{.name = "ABrokenTrailRefuses", .trail = Trail::broken, .refused = Errc::WorkstationLocked},
        Checked{.name = "ABrokenTrailIsAllowedWhereConfigured",
                .change = [](config::Config& config) { config.audit.on_failure = config::OnFailure::allow; },
                .trail = Trail::broken}),
    [](const auto& info) { return info.param.name; });

TEST(TokenRequest, NamesSessionAndPatientOfAMismatch) {
  session::Session session;
  session.id = "s";
  session.app = "vitals";
  session.context.patient = "p1";
  const auto refused = check({.patient = "p2"}, session, *test::basic_config(), Trail::writable);
  ASSERT_FALSE(refused);
  EXPECT_EQ(*test::told<errors::PatientMismatch>(refused.error()).session, "s");
  EXPECT_EQ(*test::told<errors::PatientMismatch>(refused.error()).requested, "p2");
}

}  // namespace
}  // namespace wardend::access
