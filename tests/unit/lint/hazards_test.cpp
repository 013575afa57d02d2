// The form of the hazard log, held against logs that break it.
#include "tests/unit/lint/hazards.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string whole =
    "| [H01](#h01-no-patient) | No patient | Major, High: 4 | Major, Low: 3 | open |\n\n### H01 No patient\n"
    "| | |\n| --- | --- |\n| Causes | a |\n| Effect | b |\n| Hazard | c |\n| Harm | d |\n| Existing controls | e |\n"
    "| By training | f |\n| By business process | g |\n| Before | Major, High: 4 |\n| After | Major, Low: 3 |\n"
    "| Residual risk | h |\n| Owner | i |\n| Status | open |\n| The site must | j |\n\n"
    "By design and by test:\n- It ends. [P4] `Launch.Ends`\n\n## More\n- Not a control.\n\n[P4]: ../README.md#a\n";

std::vector<std::string> with(const std::string& what, const std::string& by) {
  std::string text = whole;
  text.replace(text.find(what), what.size(), by);
  return hazard_faults({"docs/h.md", text});
}

TEST(Matrix, IsThatOfTheStandards) {
  EXPECT_EQ(rating_of("Minor", "Very high"), 3);
  EXPECT_EQ(rating_of("Catastrophic", "Very low"), 3);
  EXPECT_EQ(rating_of("Significant", "Medium"), 2);
  EXPECT_EQ(rating_of("Major", "High"), 4);
  EXPECT_EQ(rating_of("Major", "Never"), 0);
}

TEST(HazardRule, AsksForEveryPartOfAnEntry) {
  EXPECT_THAT(hazard_faults({"docs/h.md", whole}), IsEmpty());
  EXPECT_THAT(with("| Harm | d |\n", ""), ElementsAre("docs/h.md: H01 has no \"Harm\""));
  EXPECT_THAT(with("| Harm | d |", "| Harm | |"), ElementsAre("docs/h.md: H01 has no \"Harm\""));
  EXPECT_THAT(with("| Status | open |", "| Status | fine |"),
              ElementsAre("docs/h.md: H01 has a status that is none",
                          "docs/h.md: H01 is not in the table at the top as it is here"));
  EXPECT_THAT(with("### H01", "### H02"), ElementsAre("docs/h.md: H02 is the entry number 1",
                                                      "docs/h.md: H02 is not in the table at the top as it is here"));
}

TEST(HazardRule, RatesByTheMatrix) {
  EXPECT_THAT(with("| Before | Major, High: 4", "| Before | Major, High: 5"),
              ElementsAre("docs/h.md: H01 has a rating that the matrix does not give",
                          "docs/h.md: H01 has a greater risk after its controls",
                          "docs/h.md: H01 is not in the table at the top as it is here"));
}

TEST(HazardRule, AsksForAPromiseAndATestOfEachControl) {
  EXPECT_THAT(with("- It ends. [P4] `Launch.Ends`\n", ""), ElementsAre("docs/h.md: H01 has no control by design"));
  for (const char* bare : {"- It ends. [P4]", "- It ends. `Launch.Ends`", "- It ends. [P5] `Launch.Ends`"})
    EXPECT_THAT(with("- It ends. [P4] `Launch.Ends`", bare),
                ElementsAre("docs/h.md: H01: no link, or no test, behind " + std::string(bare)));
}

TEST(HazardRule, ComparesTheTableAtTheTop) {
  EXPECT_THAT(with("| No patient |", "| A patient |"),
              ElementsAre("docs/h.md: H01 is not in the table at the top as it is here"));
}

}  // namespace
}  // namespace wardend::lint
