#include <gmock/gmock.h>

#include "tests/unit/trail/trails.hpp"
#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using nlohmann::json;

class AuditExportCommand : public WardctlRun {
 protected:
  void SetUp() override {
    wardend::test::WrittenTrail trail;
    trail.add("token", R"("outcome":"granted","app":"vitals","uid":0,"subject":"Practitioner/a","patient":"p1")");
    trail.add("launch", R"("outcome":"denied","result":"UnknownServer","app":"dosing","patient":"p2",)"
                        R"("detail":"a \"quoted\", word","request_id":"r-1")");
    wardend::test::write_file(file, trail.text);
  }
  ExitCode exported(std::vector<std::string> more) {
    std::vector<std::string> words = {"audit", "export", "--file", file};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
  }
  std::string file = folder.file("audit.jsonl");
};

TEST_F(AuditExportCommand, GivesSpreadsheetsARowForEachEntry) {
  EXPECT_EQ(exported({"--csv", "--app", "dosing"}), ExitCode::done);
  EXPECT_TRUE(out.str().starts_with("sequence,at,kind,outcome,"));
  EXPECT_TRUE(printed("3,2026-11-29T08:00:00.000Z,launch,denied,UnknownServer,"));
  EXPECT_TRUE(printed(R"("a ""quoted"", word")")) << out.str();
  EXPECT_EQ(exported({"--csv", "--fhir"}), ExitCode::usage);
}

// A clinician's name is the EHR's to choose, a query the app's.
TEST_F(AuditExportCommand, GivesSpreadsheetsNoFormulaAndTerminalsNoOrder) {
  const json link = {{"app", "dosing"}, {"subject", "=LINK(\"x\",\"y\")"}, {"patient", "-1+1"}, {"query", "@SUM(1)"}};
  const json order = {{"app", "dosing"}, {"query", "\x1b]0;x\x07\nnext"}, {"reason", "+1"}};
  wardend::test::WrittenTrail trail;
  for (const json& members : {link, order}) {
    const std::string text = members.dump();
    trail.add("access", text.substr(1, text.size() - 2));
  }
  wardend::test::write_file(file, trail.text);
  EXPECT_EQ(exported({"--csv"}), ExitCode::done);
  EXPECT_TRUE(printed("\"'=LINK(\"\"x\"\",\"\"y\"\")\"")) << out.str();
  EXPECT_TRUE(printed(",'-1+1,") && printed(",'@SUM(1),") && printed(",'+1,")) << out.str();
  EXPECT_TRUE(printed("?]0;x??next")) << out.str();
  EXPECT_EQ(wardend::test::lines_of(out.str()).size(), 4U) << "a head, and a row for each entry";
}

TEST_F(AuditExportCommand, GivesRepositoriesAnEventForEachEntry) {
  EXPECT_EQ(exported({"--fhir"}), ExitCode::done);
  const auto lines = wardend::test::lines_of(out.str());
  ASSERT_EQ(lines.size(), 3U);
  for (const std::string& line : lines)
    EXPECT_EQ(json::parse(line, nullptr, false).value("resourceType", ""), "AuditEvent") << line;
  EXPECT_EQ(exported({"--fhir", "--patient", "p2"}), ExitCode::done);
  ASSERT_EQ(wardend::test::lines_of(out.str()).size(), 1U) << "the same filters as show has";
  EXPECT_TRUE(printed("UnknownServer"));
}

TEST_F(AuditExportCommand, RedactedNamesNobodyInEitherForm) {
  for (const char* form : {"--csv", "--fhir"}) {
    ASSERT_EQ(exported({form, "--redact"}), ExitCode::done);
    for (const char* name : {"p1", "p2", "Practitioner/a"}) EXPECT_FALSE(printed(name)) << form << name;
    EXPECT_TRUE(printed("patient-") && printed("user-") && printed("r-1")) << out.str();
    const std::string first = out.str();
    ASSERT_EQ(exported({form, "--redact"}), ExitCode::done);
    EXPECT_NE(out.str(), first) << "each export has pseudonyms of its own";
  }
}

}  // namespace
}  // namespace wardend::wardctl::test
