#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using Guidance = WardctlRun;

TEST_F(Guidance, NamesForCompletionAreNoShellCode) {
  auto first = a_session();
  auto second = a_session();
  second["id"] = "$(reboot)";
  second["app"] = "other";
  broker_answers("ListSessions", {{"sessions", {first, second}}});
  EXPECT_EQ(run({"values", "sessions"}), ExitCode::done);
  EXPECT_EQ(out.str(), "s-1\n");
  EXPECT_EQ(run({"values", "apps"}), ExitCode::done);
  EXPECT_EQ(out.str(), "growth\nother\n");
  broker_answers("GetHealth", {{"servers", {{{"server", "ehr"}, {"state", "up"}, {"stale", false}}}}});
  EXPECT_EQ(run({"values", "servers"}), ExitCode::done);
  EXPECT_EQ(out.str(), "ehr\n");
}

}  // namespace
}  // namespace wardend::wardctl::test
