#include "daemon/launch/pages.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

TEST(Pages, EscapeEveryCharacterThatHtmlReads) {
  EXPECT_EQ(launch::escape_html("<a href=\"x\" b='y'>&"), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
  EXPECT_EQ(launch::escape_html("Zo\xc3\xab 1"), "Zo\xc3\xab 1");
}

TEST(Pages, SayWhoseSessionItIsOrThatNobodySaid) {
  const std::string full = launch::launched_page({.app = "Vitals", .patient = "p1", .user = "Practitioner/1"});
  EXPECT_NE(full.find("<dd>p1</dd>"), std::string::npos);
  EXPECT_NE(full.find("<dd>Practitioner/1</dd>"), std::string::npos);
  const std::string bare = launch::launched_page({.app = "Vitals"});
  EXPECT_NE(bare.find("<dd>none</dd>"), std::string::npos);
  EXPECT_NE(bare.find("<dd>not told</dd>"), std::string::npos);
  EXPECT_EQ(bare.find("<a "), std::string::npos);
}

TEST(Pages, HoldNoScriptAndFetchNothing) {
  for (const std::string& page :
       {launch::launched_page(
            {.app = "<script>", .patient = "<script>", .user = "<script>", .open_url = "\"><script>"}),
        launch::failed_page("<script>", "<script>")}) {
    EXPECT_TRUE(page.starts_with("<!doctype html>"));
    for (const char* word : {"<script", "src=", "@import", "<link", "<iframe", "<img"})
      EXPECT_EQ(page.find(word), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace wardend
