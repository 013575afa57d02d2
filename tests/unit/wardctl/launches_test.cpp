#include <fstream>

#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

class LaunchesCommand : public WardctlRun {
 protected:
  static nlohmann::json row(const char* outcome, bool tokens, std::vector<std::string> came = {}) {
    return {{"app", "growth"},  {"server", "ehr"},         {"mode", "ehr"},        {"came", std::move(came)},
            {"tokens", tokens}, {"missing_scopes", false}, {"outcome", outcome},   {"meaning", "What it means."},
            {"count", 3},       {"first_at", 1800000000},  {"last_at", 1800000100}};
  }
  void matrix(const nlohmann::json& rows, const nlohmann::json& more = nlohmann::json::object()) {
    nlohmann::json reply = {{"launches", rows}, {"since", 1800000000}, {"unlisted", 0}};
    reply.update(more);
    control_answers("Launches", reply);
  }
};

TEST_F(LaunchesCommand, ShowsATableAndWhatEachOutcomeMeans) {
  matrix({row("ok", true, {"patient", "user"}), row("ok", true), row("ServerUnavailable", false)});
  EXPECT_EQ(run({"launches", "growth", "ehr"}), ExitCode::done) << err.str();
  EXPECT_EQ(sent_to_control("Launches"), (nlohmann::json{{"app", "growth"}, {"server", "ehr"}}));
  for (const char* text : {"patient, user", "nothing", "no answer that could be used",
                           "ServerUnavailable: What it means.", "counted since 20"})
    EXPECT_TRUE(printed(text)) << text << '\n' << out.str();
  EXPECT_FALSE(printed("ok: ")) << out.str();
}

TEST_F(LaunchesCommand, SaysWhenThereIsNothingAndWhatIsLeftOut) {
  matrix(nlohmann::json::array(), {{"since", 0}});
  EXPECT_EQ(run({"launches"}), ExitCode::done);
  EXPECT_EQ(sent_to_control("Launches"), nlohmann::json::object());
  EXPECT_EQ(out.str(), "no launch so far\n");
  matrix(nlohmann::json::array({row("ok", true)}), {{"unlisted", 7}, {"not_kept", "No space left on device\x1b"}});
  EXPECT_EQ(run({"launches"}), ExitCode::done);
  EXPECT_TRUE(printed("7 launches of further kinds are not listed")) << out.str();
  EXPECT_TRUE(printed("the next restart forgets this, as state_dir cannot be written (No space left on device?)"))
      << out.str();
}

TEST_F(LaunchesCommand, JsonIsTheReplyAsItCame) {
  matrix(nlohmann::json::array({row("ok", true)}), {{"added_later", 1}});
  EXPECT_EQ(run({"--json", "launches"}), ExitCode::done);
  EXPECT_EQ(nlohmann::json::parse(out.str()).at("added_later"), 1);
}

TEST_F(LaunchesCommand, AVerificationHoldsTheMatrix) {
  control_answers("VerifyApp", {{"ready", true},
                                {"findings", nlohmann::json::array()},
                                {"launches", {row("PatientContextMissing", true, {"encounter"})}}});
  const std::string file = folder.file("report.md");
  EXPECT_EQ(run({"verify", "growth", "ehr", "--markdown", file}), ExitCode::done) << err.str();
  EXPECT_TRUE(printed("launches so far")) << out.str();
  EXPECT_TRUE(printed("PatientContextMissing: What it means.")) << out.str();
  std::stringstream report;
  report << std::ifstream(file).rdbuf();
  EXPECT_NE(report.str().find("## Launches so far"), std::string::npos) << report.str();
  EXPECT_NE(report.str().find("| ehr | encounter | - | PatientContextMissing | What it means. | 3 |"),
            std::string::npos)
      << report.str();
}

}  // namespace
}  // namespace wardend::wardctl::test
