#include "daemon/drift/standing.hpp"

#include <gtest/gtest.h>

namespace wardend::drift {
namespace {

using verify::Finding;
using verify::Severity;
using verify::Verdict;

Finding of(Severity severity, std::optional<Verdict> verdict, const char* subject = "need") {
  return {.severity = severity, .verdict = verdict, .subject = subject};
}

struct Row {
  const char* name;
  std::vector<Finding> before;
  std::vector<Finding> after;
  std::size_t blocking, settled, other;
};

const Finding met = of(Severity::ok, Verdict::met);
const Finding blocked = of(Severity::blocking, Verdict::contradicted);
const Finding warned = of(Severity::warning, Verdict::not_declared);
const Finding noted = of(Severity::note, {});

const Row rows[] = {
    {"the same", {met}, {met}, 0, 0, 0},
    {"blocking now", {met}, {blocked}, 1, 0, 0},
    {"blocking, and new", {}, {blocked}, 1, 0, 0},
    {"met now", {blocked}, {met}, 0, 1, 0},
    {"a warning where it blocked", {blocked}, {warned}, 0, 1, 0},
    {"met where it was not declared", {warned}, {met}, 0, 1, 0},
    {"a warning where it was met", {met}, {warned}, 0, 0, 1},
    {"a blocking finding is gone", {blocked}, {}, 0, 1, 0},
    {"a warning is gone", {warned}, {}, 0, 0, 1},
    {"a note comes", {}, {noted}, 0, 0, 0},
    {"a note goes", {noted}, {}, 0, 0, 0},
    {"a need is met that was not there", {}, {met}, 0, 0, 0},
    {"a warning comes", {}, {warned}, 0, 0, 1},
    {"it blocks for another reason", {blocked}, {of(Severity::blocking, Verdict::not_declared)}, 0, 0, 0},
    {"the gravest of a subject counts", {blocked, met}, {blocked, warned}, 0, 0, 0},
};

TEST(Standing, TellsWhatIsOtherwise) {
  for (const Row& row : rows) {
    const Difference found = difference(standing_of({.findings = row.before}), {.findings = row.after}, Needs::same);
    EXPECT_EQ(found.blocking.size(), row.blocking) << row.name;
    EXPECT_EQ(found.settled.size(), row.settled) << row.name;
    EXPECT_EQ(found.other.size(), row.other) << row.name;
    EXPECT_EQ(found.empty(), row.blocking + row.settled + row.other == 0) << row.name;
  }
}

TEST(Standing, OfOtherNeedsOnlyWhatBothHaveCounts) {
  const Standing before = standing_of({.findings = {met, of(Severity::blocking, {}, "gone")}});
  const verify::Report after{.findings = {blocked, of(Severity::blocking, {}, "new")}};
  const Difference found = difference(before, after, Needs::may_be_others);
  ASSERT_EQ(found.blocking.size(), 1U);
  EXPECT_EQ(found.blocking[0].subject, "need");
  EXPECT_TRUE(found.settled.empty());
}

TEST(Standing, NamesTheNeedAndTheElement) {
  Finding finding = blocked;
  finding.subject = "Observation: read";
  finding.read = verify::Element{verify::Source::metadata, "rest[0].resource[3]"};
  const Difference found = difference({}, {.findings = {finding}}, Needs::same);
  EXPECT_EQ(in_words(found.blocking), "Observation: read (metadata, rest[0].resource[3])");
  EXPECT_EQ(in_words({}), "");
  EXPECT_TRUE(in_words(std::vector<Change>(12, Change{.subject = "x"})).ends_with("; and 4 more"));
}

}  // namespace
}  // namespace wardend::drift
