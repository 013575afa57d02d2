#include "wardctl/process.hpp"

#include <gtest/gtest.h>

namespace wardend::wardctl {
namespace {

using std::chrono::milliseconds;

TEST(RunProgram, GivesItsExitCodeOrItsSignal) {
  EXPECT_EQ(run_program({"true"}, Streams::discard).exit_code, 0);
  EXPECT_EQ(run_program({"sh", "-c", "exit 7"}, Streams::discard).exit_code, 7);
  EXPECT_EQ(run_program({"sh", "-c", "kill -TERM $$"}, Streams::discard).exit_code, 128 + 15);
}

TEST(RunProgram, SaysWhetherItCouldBeStarted) {
  EXPECT_TRUE(run_program({"true"}, Streams::discard).started);
  EXPECT_FALSE(run_program({"/no/such/program"}, Streams::discard).started);
}

// An argument is one argument, whatever stands in it: no shell reads it.
TEST(RunProgram, AsksNoShell) {
  EXPECT_EQ(run_program({"test", "$(true); a b", "=", "$(true); a b"}, Streams::discard).exit_code, 0);
}

TEST(RunProgram, LeavesOneAloneThatTakesTooLong) {
  const Ended browser = run_program({"sh", "-c", "sleep 1"}, Streams::discard, milliseconds(20));
  EXPECT_TRUE(browser.started);
  EXPECT_EQ(browser.exit_code, std::nullopt);
  EXPECT_EQ(run_program({"true"}, Streams::discard, milliseconds(5000)).exit_code, 0);
}

TEST(CaptureProgram, HasWhatItPrintedAndHowItEnded) {
  const Captured said = capture_program({"sh", "-c", "echo one; echo two >&2; exit 3"}, 100, Errors::captured);
  EXPECT_EQ(said.output, "one\ntwo\n");
  EXPECT_EQ(said.ended.exit_code, 3);
  EXPECT_EQ(capture_program({"printf", "12345"}, 3).output, "123");
  EXPECT_FALSE(capture_program({"/no/such/program"}, 100).ended.started);
}

TEST(CaptureProgram, KillsOneThatTakesTooLong) {
  const Captured silent =
      capture_program({"sh", "-c", "echo begun; exec sleep 60"}, 100, Errors::inherit, milliseconds(50));
  EXPECT_EQ(silent.ended.exit_code, 128 + 9);
  EXPECT_EQ(silent.output, "begun\n");
  const Captured deaf =
      capture_program({"sh", "-c", "exec >&- 2>&-; exec sleep 60"}, 100, Errors::inherit, milliseconds(50));
  EXPECT_EQ(deaf.ended.exit_code, 128 + 9) << "its output has ended, and it has not";
}

TEST(SiblingProgram, IsTheNameItselfWhereNoneStandsBeside) {
  EXPECT_EQ(sibling_program("no-such-program"), "no-such-program");
}

}  // namespace
}  // namespace wardend::wardctl
