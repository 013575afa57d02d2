#include "wardctl/rehearsal/page_text.hpp"

#include <gtest/gtest.h>

namespace wardend::wardctl {
namespace {

TEST(PageText, IsWhatAPersonReadsAndNoMore) {
  const Page page = read_page(
      403,
      "<!doctype html><html><head><title>x</title><style>p{}</style></head><body><main><h1>The launch did not "
      "finish</h1><p>The EHR&#39;s answer is &lt;odd&gt; &amp;amp;.</p><p class=\"advice\">Use paper.</p>"
      "<details><summary>For IT: reference AB12-CD34</summary><dl><dt>Code</dt><dd>c</dd></dl></details></main>");
  EXPECT_EQ(page.status, 403);
  EXPECT_EQ(page.words, "The launch did not finish. The EHR's answer is <odd> &amp;. Use paper.");
  EXPECT_EQ(page.reference, "AB12-CD34");
}

TEST(PageText, SetsTheFactsOfALaunchApart) {
  const Page page = read_page(200,
                              "<main><h1>Signed in</h1><dl><dt>Signed in as</dt><dd>Practitioner p</dd><dt>Patient</dt>"
                              "<dd>patient-1</dd></dl><p>The EHR did not allow the app to:</p><ul><li>see</li></ul>"
                              "<p>You can close this page.</p><script>x()</script></main>");
  EXPECT_EQ(page.words,
            "Signed in. Signed in as: Practitioner p; Patient: patient-1. The EHR did not allow the app to: see. You "
            "can close this page.");
  EXPECT_TRUE(page.reference.empty());
}

TEST(PageText, OfOddPagesIsBoundedAndPrintable) {
  for (const char* html : {"", "<", "<main>", "<main><h1", "</p></p>", "text\x1b[2J"})
    EXPECT_FALSE(read_page(0, html).words.contains('\x1b')) << html;
  EXPECT_LE(read_page(200, "<main><p>" + std::string(100'000, 'x')).words.size(), 2'100U);
  std::string many;
  for (int i = 0; i < 2'000; ++i) many += "<p>&lt;&amp;lt;</p>";
  EXPECT_LE(read_page(200, many).words.size(), 2'100U);
}

TEST(PageForm, IsWhatTheBrowserSendsOn) {
  const auto form = form_on(
      "<main><form method=\"post\" action=\"http://127.0.0.1:1/authorize?a=1&amp;b=2\" id=\"sign-in\"><input "
      "type=\"hidden\" name=\"state\" value=\"a&quot;b c\"><input type=\"hidden\" name=\"aud\" value=\"x\"></form>");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->action, "http://127.0.0.1:1/authorize?a=1&b=2");
  EXPECT_EQ(form->body, "state=a%22b+c&aud=x");
  EXPECT_FALSE(form_on("<main><form action=\"x\">"));
  EXPECT_FALSE(form_on("<form method=\"post\" "));
}

}  // namespace
}  // namespace wardend::wardctl
