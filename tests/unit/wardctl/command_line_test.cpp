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

// What went wrong, as a machine reads it: the last line of standard error.
nlohmann::json last_object(const std::string& err) {
  const std::string text = err.substr(0, err.find_last_not_of('\n') + 1);
  return nlohmann::json::parse(text.substr(text.rfind('\n') + 1));
}

TEST_F(Guidance, WithJsonWrongUsageIsAnObject) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--json", "stauts"},
                                                {"--json"},
                                                {"clear", "--json"},
                                                {"--json", "lock", "--nobody", "x"},
                                                {"--json", "lock", "--reason", "lunch"}}) {
    EXPECT_EQ(run(words), ExitCode::usage);
    const auto told = last_object(err.str());
    EXPECT_EQ(told.at("error"), "WrongUsage");
    EXPECT_FALSE(told.at("cause").get<std::string>().empty());
    EXPECT_EQ(told.at("exit_code"), 2);
    EXPECT_EQ(out.str(), "");
  }
}

TEST_F(Guidance, WithJsonARefusalIsAnObject) {
  control.answer("org.wardend.Control.ClearSessions",
                 error_frame("org.wardend.Control.InvalidTarget",
                             {{"reason", "no app \x1b[2J"}, {"context", {{"patient", "12"}}}}));
  EXPECT_EQ(run({"--json", "clear", "--app", "x", "--reason", "y"}), ExitCode::refused);
  const auto told = last_object(err.str());
  EXPECT_EQ(told.at("error"), "org.wardend.Control.InvalidTarget");
  EXPECT_EQ(told.at("parameters"), (nlohmann::json{{"reason", "no app \x1b[2J"}})) << "no patient's context";
  EXPECT_TRUE(told.contains("cause") && told.contains("next"));
  EXPECT_EQ(err.str().find('\x1b'), std::string::npos);
  EXPECT_EQ(
      run_command_line({"--control", folder.file("absent"), "--json", "reload"}, {.in = in, .out = out, .err = err}),
      ExitCode::unreachable);
  EXPECT_EQ(last_object(err.str()).at("error"), "Unreachable");
  EXPECT_EQ(last_object(err.str()).at("exit_code"), 69);
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
    for (const char* hidden : {"print the names of a kind"})
      EXPECT_FALSE(printed(hidden)) << words.back() << " shows " << hidden << "\n" << out.str();
  }
}

}  // namespace
}  // namespace wardend::wardctl::test
