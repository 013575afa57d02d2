#include "wardctl/rehearsal/plan.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "wardctl/command_line.hpp"
#include "wardctl/completion.hpp"

namespace wardend::wardctl {
namespace {

TEST(Plan, HasEveryStepOnceWithWhatItExpects) {
  std::set<Step> steps;
  std::set<std::string_view> names;
  for (const Scene& scene : plan_for({.patient_context = "required"})) {
    EXPECT_TRUE(steps.insert(scene.step).second && names.insert(scene.name).second) << scene.name;
    EXPECT_FALSE(scene.title.empty() || scene.expected.empty()) << scene.name;
    const Outcome outcome = begun({.patient_context = "required"}, scene.step);
    EXPECT_EQ(outcome.step, scene.title);
    EXPECT_EQ(outcome.verdict, Verdict::not_played) << "until somebody has judged it";
  }
  EXPECT_EQ(steps.size(), 11U);
  EXPECT_EQ(step_names().size(), steps.size());
}

TEST(Plan, ExpectsASessionWithoutAPatientWhereThatIsAllowed) {
  EXPECT_TRUE(begun({.patient_context = "required"}, Step::no_patient).expected.starts_with("No session."));
  EXPECT_TRUE(begun({.patient_context = "optional"}, Step::no_patient).expected.starts_with("A session"));
}

TEST(Plan, LeavesEveryRestToAPersonWithALineOfTheChecklist) {
  std::ostringstream checklist;
  checklist << std::ifstream(WARDEND_SOURCE_DIR "/docs/go-live.md").rdbuf();
  for (const Outcome& outcome : for_a_person({.server = "ehr"})) {
    const auto quote = outcome.next.find('"') + 1;
    const std::string line = outcome.next.substr(quote, outcome.next.rfind('"') - quote);
    EXPECT_FALSE(line.empty()) << outcome.next;
    EXPECT_TRUE(checklist.str().contains(" | " + line)) << line;
    EXPECT_EQ(outcome.verdict, Verdict::not_played);
    EXPECT_TRUE(outcome.next.contains("docs/go-live.md")) << outcome.step;
    EXPECT_FALSE(outcome.seen.empty()) << outcome.step;
  }
  EXPECT_TRUE(left_out({}, Step::lock).seen.contains("--only"));
}

TEST(Plan, IsWhatCompletionOffers) {
  for (const Shell shell : {Shell::bash, Shell::fish}) {
    const std::string script = completion_script(command_tree(), shell);
    std::string words;
    for (const std::string& name : step_names()) words += (words.empty() ? "" : " ") + name;
    EXPECT_TRUE(script.contains(words)) << words;
  }
}

}  // namespace
}  // namespace wardend::wardctl
