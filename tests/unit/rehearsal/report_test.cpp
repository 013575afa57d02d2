#include "wardctl/rehearsal/report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace wardend::wardctl {
namespace {

Rehearsal rehearsal() {
  return {.subject = {.app = "vitals", .server = "ehr", .digest = "abc", .replaced = {"The EHR is *not* real."}},
          .version = "0.1.0",
          .at = 0,
          .outcomes = {{.name = "launch",
                        .step = "A launch that works",
                        .verdict = Verdict::as_expected,
                        .expected = "a",
                        .seen = "b | c\n<d>",
                        .clinician = "Signed in."},
                       {.step = "Elsewhere", .expected = "", .seen = "It takes a person.", .next = "Line 8."}}};
}

class Report : public ::testing::Test {
 protected:
  std::string printed(const Rehearsal& of) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    print_rehearsal({.broker_socket = {}, .control_socket = {}, .in = in, .out = out, .err = err}, of);
    return out.str();
  }
};

TEST_F(Report, PrintsEachStepWithWhatWasSeen) {
  EXPECT_EQ(printed(rehearsal()),
            "as expected      A launch that works\n"
            "    expected   a\n"
            "    seen       b | c?<d>\n"
            "    screen     Signed in.\n"
            "not played       Elsewhere\n"
            "    because    It takes a person.\n"
            "    next       Line 8.\n"
            "vitals at ehr, played by wardend-sandbox: 1 as expected, 0 not as expected, 1 not played\n");
}

TEST_F(Report, IsAsExpectedUnlessAStepWasOtherwise) {
  Rehearsal of = rehearsal();
  EXPECT_TRUE(all_as_expected(of));
  of.outcomes.push_back({.step = "x", .verdict = Verdict::not_as_expected});
  EXPECT_FALSE(all_as_expected(of));
  EXPECT_FALSE(json_of(of).at("as_expected"));
  EXPECT_FALSE(all_as_expected({})) << "nothing was played";
}

TEST_F(Report, FilesAMarkdownThatNoTextOfOthersBreaks) {
  const std::string text = markdown_of(rehearsal());
  EXPECT_TRUE(text.starts_with("# Rehearsal of vitals at ehr\n")) << text;
  EXPECT_TRUE(text.contains("| A launch that works | as expected | a | b \\| c?\\<d\\> | Signed in. | - |\n")) << text;
  EXPECT_TRUE(text.contains("| configuration, SHA-256 | abc |")) << text;
  EXPECT_TRUE(text.contains("- The EHR is \\*not\\* real.\n")) << text;
}

TEST_F(Report, TellsMachinesTheSame) {
  const auto json = json_of(rehearsal());
  EXPECT_TRUE(json.at("as_expected"));
  EXPECT_EQ(json.at("steps").at(0).at("name"), "launch");
  EXPECT_EQ(json.at("steps").at(1).at("verdict"), "not_played");
  EXPECT_EQ(json.at("config_digest"), "abc");
}

}  // namespace
}  // namespace wardend::wardctl
