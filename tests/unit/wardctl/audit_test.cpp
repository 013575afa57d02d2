#include <gmock/gmock.h>

#include "tests/unit/trail/trails.hpp"
#include "tests/unit/wardctl/wardctl_run.hpp"
#include "trail/anchor.hpp"

namespace wardend::wardctl::test {
namespace {

using wardend::test::WrittenTrail;

class AuditVerify : public WardctlRun {
 protected:
  ExitCode verify(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"audit", "verify", "--file", file, "--state-dir", folder.file("")};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
  }
  void write(const std::string& text) const { wardend::test::write_file(file, text); }

  std::string file = folder.file("audit.jsonl");
  WrittenTrail trail;
};

// Nothing lies at /var/log/wardend where tests run.
TEST_F(AuditVerify, AsksTheBrokerWhereTheUsualFileCannotBeRead) {
  control_answers("VerifyAudit", {{"entries", 9}, {"intact", true}});
  EXPECT_EQ(run({"audit", "verify"}), ExitCode::done);
  EXPECT_EQ(out.str(), "9 entries, the chain is whole\n");
  control_answers("VerifyAudit", {{"entries", 9}, {"intact", false}, {"first_bad", 4}});
  EXPECT_EQ(run({"audit", "verify"}), ExitCode::refused);
  EXPECT_NE(err.str().find("entry 4"), std::string::npos);
}

TEST_F(AuditVerify, SaysThatATrailIsWhole) {
  write(trail.fill(3).text);
  EXPECT_EQ(verify(), ExitCode::done);
  EXPECT_TRUE(printed("4 entries in 1 file, the chain is whole")) << out.str();
  EXPECT_TRUE(printed("1 to 4"));
  EXPECT_TRUE(printed("entries that are missing at the end would not show")) << "there is no anchor";
  EXPECT_TRUE(printed(trail::to_text(trail.last)));
}

TEST_F(AuditVerify, NamesTheFirstBadEntryAndWhereItStands) {
  const auto lines = wardend::test::lines_of(trail.fill(4).text);
  write(lines[0] + "\n" + lines[1] + "\n" + lines[4] + "\n");
  EXPECT_EQ(verify(), ExitCode::refused);
  EXPECT_TRUE(err.str().contains("AuditBroken: entries 3 to 4 are missing (entry 3, " + file + ":3)")) << err.str();
  EXPECT_TRUE(printed("the chain is broken"));
}

TEST_F(AuditVerify, HoldsTheTrailAgainstTheAnchor) {
  write(trail.fill(3).text);
  ASSERT_EQ(trail::write_anchor(trail::anchor_in(folder.file("")), trail.last), "");
  EXPECT_EQ(verify(), ExitCode::done);
  EXPECT_TRUE(printed("anchor")) << out.str();
  WrittenTrail other;
  write(other.fill(9, "q").text);
  EXPECT_EQ(verify(), ExitCode::refused);
  EXPECT_TRUE(err.str().contains("the trail was rewritten")) << err.str();
  EXPECT_EQ(verify({"--anchor", trail::to_text(other.last)}), ExitCode::done) << "as the journal has it";
  EXPECT_EQ(verify({"--anchor", "5:short"}), ExitCode::usage);
}

TEST_F(AuditVerify, ListsWhatTheTrailItselfSaysIsLost) {
  write(trail.add("gap", R"("action":"power_loss","detail":"the last moment may be missing")").text);
  EXPECT_EQ(verify(), ExitCode::done);
  EXPECT_TRUE(printed("power_loss") && printed("the last moment may be missing")) << out.str();
}

TEST_F(AuditVerify, TellsProgramsTheSame) {
  write(trail.fill(3).text + "junk\n");
  EXPECT_EQ(run({"--json", "audit", "verify", "--file", file}), ExitCode::refused);
  const auto json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["entries"], 4);
  EXPECT_EQ(json["intact"], false);
  EXPECT_EQ(json["first_bad"], 5);
  EXPECT_EQ(json["faults"][0]["line"], 5);
}

TEST_F(AuditVerify, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(verify(), ExitCode::refused);
  EXPECT_TRUE(err.str().contains("audit.jsonl cannot be read: there is no such file")) << err.str();
}

}  // namespace
}  // namespace wardend::wardctl::test
