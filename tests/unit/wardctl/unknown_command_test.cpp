#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using Guidance = WardctlRun;

TEST_F(Guidance, AMisspeltCommandIsToldWhatWasMeant) {
  const std::pair<std::vector<std::string>, std::string> table[] = {
      {{"stauts"}, "wardctl: there is no command \"stauts\": did you mean \"status\"?\n"},
      {{"lanch", "--app", "x"}, "there is no command \"lanch\": did you mean \"launch\"?\n"},
      {{"end-session", "--help"}, "there is no command \"end-session\"\n"},
      {{"verfy"}, "there is no command \"verfy\": did you mean \"verify\"?\n"},
      {{"app", "list"}, "there is no command \"app list\"\n"},
      {{"audit", "tail"}, "there is no command \"audit tail\"\n"},
      {{"\x1b[31m"}, "there is no command \"?[31m\"\n"},
  };
  for (const auto& [words, said] : table) {
    EXPECT_EQ(run(words), ExitCode::usage) << said;
    EXPECT_NE(err.str().find(said), std::string::npos) << err.str();
    EXPECT_NE(err.str().find("  next: `wardctl --help` lists the commands\n"), std::string::npos);
    EXPECT_EQ(out.str(), "");
  }
}

TEST_F(Guidance, AWordBehindAnOptionIsNoCommand) {
  control_answers("ClearSessions", {{"cleared", 0}});
  EXPECT_EQ(run({"clear", "--app", "stauts", "--reason", "lanch"}), ExitCode::done);
  EXPECT_EQ(run({"--lock-socket=/x", "clear", "--reason", "x"}), ExitCode::done);
}

}  // namespace
}  // namespace wardend::wardctl::test
