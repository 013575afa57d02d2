#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using AppCommands = WardctlRun;

TEST_F(AppCommands, JsonIsWhatTheMethodReturnedInOneLine) {
  const nlohmann::json reply = {{"sessions", {a_session()}}, {"of_a_later_version", 1}};
  broker_answers("ListSessions", reply);
  EXPECT_EQ(run({"sessions", "--json"}), ExitCode::done);
  EXPECT_EQ(out.str(), reply.dump() + "\n");
}

TEST_F(AppCommands, AReplyThatIsNotTheInterfacesIsAFailure) {
  broker_answers("ListSessions", {{"sessions", {{{"id", 3}}}}});
  EXPECT_EQ(run({"sessions"}), ExitCode::unreachable);
  EXPECT_NE(err.str().find("sessions[0]"), std::string::npos);
}

}  // namespace
}  // namespace wardend::wardctl::test
