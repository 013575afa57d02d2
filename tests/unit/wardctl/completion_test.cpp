#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using ControlCommands = WardctlRun;
using Guidance = WardctlRun;

TEST_F(ControlCommands, CompletionKnowsEveryCommand) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    EXPECT_EQ(run({"completion", shell}), ExitCode::done);
    for (const auto& command : command_tree().commands) {
      if (!command.hidden) {
        EXPECT_TRUE(printed(command.name)) << shell << command.name;
      }
    }
    EXPECT_TRUE(printed("no-browser")) << shell;
  }
}

TEST_F(Guidance, CompletionAsksForNames) {
  EXPECT_EQ(run({"completion", "bash"}), ExitCode::done);
  EXPECT_TRUE(printed("'lock --reason') words=\"ehr_lock ehr_logout ehr_user_switch\" ;;")) << out.str();
  EXPECT_TRUE(printed("GET HEAD POST PUT PATCH DELETE")) << out.str();
  EXPECT_TRUE(printed("'token --session') words=\"$(\"$1\" values sessions 2>/dev/null)\" ;;")) << out.str();
  EXPECT_TRUE(printed("'health '*) words=\"$words $(\"$1\" values servers 2>/dev/null)\" ;;")) << out.str();
  EXPECT_EQ(run({"completion", "fish"}), ExitCode::done);
  EXPECT_TRUE(printed("-l session -d 'of this session' -r -a '(wardctl values sessions 2>/dev/null)'")) << out.str();
}

}  // namespace
}  // namespace wardend::wardctl::test
