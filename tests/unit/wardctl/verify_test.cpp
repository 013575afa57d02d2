// wardctl verify: over the control socket, and with saved documents through the program wardend.
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "tests/unit/wardctl/wardctl_run.hpp"
#include "wardctl/verification.hpp"

namespace wardend::wardctl::test {
namespace {

nlohmann::json a_finding() {
  return {{"severity", "blocking"},
          {"subject", "Observation: read"},
          {"detail", "the server declares for Observation: search-type; read is not among them"},
          {"verdict", "contradicted"},
          {"document", "metadata"},
          {"path", "rest[0].resource[1].interaction"},
          {"advice", "change the app"}};
}

class Verify : public WardctlRun {
 protected:
  Verify() {
    control_answers("Status", {{"version", "1"},
                               {"started_at", 1},
                               {"config_digest", "abc"},
                               {"sessions", nlohmann::json::array()},
                               {"servers", {{{"name", "ehr"}, {"state", "up"}}}},
                               {"disabled_apps", nlohmann::json::array()},
                               {"pending_revocations", 0},
                               {"ready", true}});
  }
  void answers(bool ready, const nlohmann::json& findings) {
    control_answers("VerifyApp",
                    {{"ready", ready},
                     {"findings", findings},
                     {"documents", {{{"name", "metadata"}, {"source", "https://e/metadata"}, {"digest", "d1"}}}},
                     {"fhir_version", "4.0.1"}});
  }
  [[nodiscard]] static std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
};

TEST_F(Verify, IsDoneOnlyWhenNothingBlocks) {
  control_answers(
      "VerifyApp",
      {{"ready", false}, {"findings", {{{"severity", "blocking"}, {"subject", "scope"}, {"detail", "not there"}}}}});
  EXPECT_EQ(run({"verify", "growth"}), ExitCode::refused);
  EXPECT_EQ(sent_to_control("VerifyApp"), (nlohmann::json{{"app", "growth"}, {"server", "ehr"}}));
  EXPECT_TRUE(printed("blocking  scope    not there\n"));
  EXPECT_NE(err.str().find("NotReady"), std::string::npos);
  EXPECT_EQ(run({"verify", "growth", "--json"}), ExitCode::refused);
  answers(true, nlohmann::json::array());
  EXPECT_EQ(run({"verify", "growth", "ehr"}), ExitCode::done);
  EXPECT_TRUE(printed("growth is ready for ehr\n"));
}

TEST_F(Verify, TellsVerdictPlaceAndWhatToDo) {
  answers(false, {a_finding(),
                  {{"severity", "ok"}, {"subject", "x"}, {"detail", "y"}, {"verdict", "met"}, {"advice", "nothing"}}});
  EXPECT_EQ(run({"verify", "growth", "ehr"}), ExitCode::refused);
  EXPECT_TRUE(printed("contradicted: the server declares for Observation")) << out.str();
  EXPECT_TRUE(printed("next\n  Observation: read (metadata, rest[0].resource[1].interaction): change the app\n"));
  EXPECT_FALSE(printed("nothing")) << "what is met needs no advice";
}

TEST_F(Verify, FilesAReportInANewFileOnly) {
  const std::string file = folder.file("report.md");
  auto odd = a_finding();
  odd["detail"] = "a | b\n<script> [x](y) *";
  answers(false, nlohmann::json::array({odd}));
  EXPECT_EQ(run({"verify", "growth", "ehr", "--markdown", file}), ExitCode::refused);
  const std::string report = text_of(file);
  EXPECT_NE(report.find("# Verification of growth at ehr"), std::string::npos) << report;
  EXPECT_NE(report.find("| metadata, SHA-256 | d1 |"), std::string::npos) << report;
  EXPECT_NE(report.find("| result | not ready |"), std::string::npos) << report;
  EXPECT_NE(report.find(R"(a \| b?\<script\> \[x\](y) \*)"), std::string::npos) << report;
  EXPECT_EQ(run({"verify", "growth", "ehr", "--markdown", file}), ExitCode::usage);
  EXPECT_NE(err.str().find("NotWritten"), std::string::npos) << err.str();
  EXPECT_TRUE(printed("growth is not ready for ehr\n")) << "the findings are shown all the same";
  EXPECT_EQ(text_of(file), report);
}

TEST_F(Verify, OptionsOfSavedDocumentsNeedOffline) {
  EXPECT_EQ(run({"verify", "growth", "--config", "x"}), ExitCode::usage);
  EXPECT_EQ(run({"verify", "--offline", "growth"}), ExitCode::usage);
  EXPECT_NE(err.str().find("wardctl verify --offline APP DIR"), std::string::npos) << err.str();
  EXPECT_EQ(run({"verify", "--offline", "", "folder"}), ExitCode::usage) << "an empty variable of a script";
  EXPECT_NE(err.str().find("which app?"), std::string::npos) << err.str();
  EXPECT_TRUE(control.calls().empty()) << "no broker is asked";
}

}  // namespace
}  // namespace wardend::wardctl::test
