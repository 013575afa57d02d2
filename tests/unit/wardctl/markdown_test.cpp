#include "wardctl/markdown.hpp"

#include <gtest/gtest.h>

namespace wardend::wardctl::markdown {
namespace {

TEST(Markdown, TextOfOthersIsTextAlone) {
  EXPECT_EQ(cell("a | b\n<script> [x](y) *"), "a \\| b?\\<script\\> \\[x\\](y) \\*");
  EXPECT_EQ(cell(""), "-");
}

TEST(Markdown, ARowHasItsCells) { EXPECT_EQ(row({"a", "", "b|c"}), "| a | - | b\\|c |\n"); }

}  // namespace
}  // namespace wardend::wardctl::markdown
