#include "daemon/switches/switch_text.hpp"

#include <gtest/gtest.h>

namespace wardend::switches {
namespace {

TEST(SwitchText, ReadsBackWhatItWrote) {
  config::Switches written;
  written.off("vitals", {.reason = "wrong doses, \"all\" wards", .by = "uid 1000", .at = 1'800'000'000});
  written.off("growth", {.reason = "every app is off"});
  const auto read = read_switches(to_text(written));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->apps(), written.apps());
  EXPECT_FALSE(read->all());
  EXPECT_TRUE(read_switches(to_text({})));
}

TEST(SwitchText, AnythingElseIsDamaged) {
  const char* const texts[] = {
      "",
      "{",
      "[]",
      "null",
      "{}",
      R"({"switched_off":{}})",
      R"({"switched_off":[],"more":1})",
      R"({"switched_off":["vitals"]})",
      R"({"switched_off":[{"app":"vitals"}]})",
      R"({"switched_off":[{"app":"","reason":"r","by":""}]})",
      R"({"switched_off":[{"app":"vitals","reason":"","by":""}]})",
      R"({"switched_off":[{"app":"vitals","reason":"r","by":1}]})",
      R"({"switched_off":[{"app":"vitals","reason":"r","by":"","at":"now"}]})",
      R"({"switched_off":[{"app":"vitals","reason":"r","by":"","on":"yes"}]})",
      R"({"switched_off":[{"app":"a","reason":"r","by":""},{"app":"a","reason":"r","by":""}]})",
      R"({"switched_off":[],"switched_off":[]})",
      "{\"switched_off\":[]}\n{\"switched_off\":[]}",
  };
  for (const char* text : texts) EXPECT_FALSE(read_switches(text)) << text;
  EXPECT_FALSE(read_switches(std::string(longest_text + 1, ' ')));
  EXPECT_FALSE(read_switches(std::string_view("{\"switched_off\":[]}\0", 20)))
      << "zeros of a block that was never written";
}

}  // namespace
}  // namespace wardend::switches
