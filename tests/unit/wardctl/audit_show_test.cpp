#include <gmock/gmock.h>
#include <stdlib.h>
#include <time.h>

#include "tests/unit/trail/trails.hpp"
#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

class AuditShow : public WardctlRun {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    wardend::test::WrittenTrail trail;
    trail.add("token",
              R"("outcome":"granted","app":"vitals","uid":0,"subject":"Practitioner/a","patient":"p1","count":3)");
    trail.add("launch", R"("outcome":"denied","result":"UnknownServer","app":"dosing","uid":4000000001,"patient":"p2",)"
                        R"("detail":"a \"quoted\", word")");
    text = trail.text;
    wardend::test::write_file(file, text);
  }
  ExitCode show(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"audit", "show", "--file", file};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
  }

  std::string file = folder.file("audit.jsonl");
  std::string text;
};

TEST_F(AuditShow, PrintsATableForPeople) {
  EXPECT_EQ(show(), ExitCode::done);
  EXPECT_TRUE(printed("TIME"));
  EXPECT_TRUE(printed("2026-11-29 08:00:00  token     granted  vitals  root (Practitioner/a)  p1")) << out.str();
  EXPECT_TRUE(printed("(3 times)"));
  EXPECT_TRUE(printed("UnknownServer; a \"quoted\", word"));
  EXPECT_EQ(err.str(), "");
}

TEST_F(AuditShow, SelectsByPatientAppUserAndTime) {
  const struct {
    std::vector<std::string> asked;
    bool first, second;
  } table[] = {{{"--patient", "p1"}, true, false},
               {{"--app", "dosing"}, false, true},
               {{"--user", "root"}, true, false},
               {{"--user", "Practitioner/a"}, true, false},
               {{"--user", "4000000001"}, false, true},
               {{"--since", "2026-11-29 08:00:01"}, false, false},
               {{"--until", "2026-11-29 08:00:01"}, true, true}};
  for (const auto& row : table) {
    ASSERT_EQ(show(row.asked), ExitCode::done) << err.str();
    EXPECT_EQ(printed("vitals"), row.first) << row.asked[1];
    EXPECT_EQ(printed("dosing"), row.second) << row.asked[1];
  }
  EXPECT_EQ(show({"--patient", "nobody"}), ExitCode::done);
  EXPECT_EQ(out.str(), "no entry\n");
  EXPECT_EQ(show({"--since", "yesterday"}), ExitCode::usage);
  EXPECT_TRUE(err.str().contains("2026-11-29 08:15")) << "how to write it";
}

TEST_F(AuditShow, JsonGivesTheLinesAsTheyAre) {
  EXPECT_EQ(run({"--json", "audit", "show", "--file", file}), ExitCode::done);
  EXPECT_EQ(out.str(), text);
}

TEST_F(AuditShow, SaysWhereTheTrailIsNotAsItWasWritten) {
  std::string changed = text;
  changed.replace(changed.find("Practitioner/a"), 14, "Practitioner/z");
  wardend::test::write_file(file, changed);
  EXPECT_EQ(show(), ExitCode::done);
  EXPECT_TRUE(err.str().contains("`wardctl audit verify` says what is wrong"));
}

TEST_F(AuditShow, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(run({"audit", "show", "--file", folder.file("none")}), ExitCode::refused);
  EXPECT_TRUE(err.str().contains("cannot be read"));
}

}  // namespace
}  // namespace wardend::wardctl::test
