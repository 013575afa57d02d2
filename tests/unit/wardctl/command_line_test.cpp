#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using ControlCommands = WardctlRun;
using Guidance = WardctlRun;

TEST_F(ControlCommands, WrongUsageIsTwoAndHelpIsNone) {
  const std::vector<std::vector<std::string>> wrong = {
      {}, {"nothing"}, {"end"}, {"lock", "--reason", "lunch"}, {"launch", "--launch", "x"}, {"completion", "tcsh"}};
  for (const auto& words : wrong) EXPECT_EQ(run(words), ExitCode::usage);
  EXPECT_EQ(run({"--help"}), ExitCode::done);
  EXPECT_EQ(run({"--version"}), ExitCode::done);
}

TEST_F(Guidance, HelpOfACommandIsItsOwn) {
  EXPECT_EQ(run({"end", "--help"}), ExitCode::done);
  EXPECT_TRUE(printed("the session's id")) << out.str();
  EXPECT_FALSE(printed("support-bundle"));
}

TEST_F(Guidance, WhatIsNotThereYetIsInNoHelpAndNoCompletion) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--help"}, {"completion", "bash"}, {"completion", "fish"}, {"completion", "zsh"}}) {
    EXPECT_EQ(run(words), ExitCode::done);
    for (const char* hidden : {"as FHIR AuditEvents", "print the names of a kind"})
      EXPECT_FALSE(printed(hidden)) << words.back() << " shows " << hidden << "\n" << out.str();
  }
}

}  // namespace
}  // namespace wardend::wardctl::test
