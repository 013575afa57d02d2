// The rules of what documents name, held against pages that break them.
#include "tests/unit/lint/links.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(Anchors, AreThoseThatGitHubMakes) {
  EXPECT_THAT(anchors_of("# Go live\n## A session's states\n### `--check`, and more\n## Go live\n#tag\n"
                         "```toml\n# no heading\n```\n    # none either\n"),
              UnorderedElementsAre("go-live", "a-sessions-states", "--check-and-more", "go-live-1"));
}

TEST(TestNames, AreReadFromTheMacros) {
  const std::vector<SourceFile> sources = {
      {"tests/unit/a_test.cpp", "TEST(A, B) {}\nTEST_F(C,\n       D) {\nTEST_P(E, F) {\n  TEST(G, H)\n"},
      {"daemon/a.cpp", "TEST(I, J) {}\n"}};
  EXPECT_THAT(tests_in(sources), ElementsAre("A.B", "C.D", "E.F"));
}

class Links : public testing::Test {
 protected:
  std::vector<std::string> of(const std::string& text) { return link_faults({"docs/a.md", text}, pages, paths); }
  std::vector<SourceFile> pages = {{"README.md", "# Top\n## Go live\n"}, {"docs/a.md", "# Own\n"}};
  std::vector<std::string> paths = {"README.md", "docs/a.md", "daemon/launch/relay.html"};
};

TEST_F(Links, ToFilesFoldersAndHeadingsHold) {
  EXPECT_THAT(of("[a](../README.md) [b](../README.md#go-live) [c](#own) [d](../daemon/) [e](https://x.org/#y)\n"
                 "`[f](nowhere.md)`\n[g]: ../daemon/launch/relay.html\n"),
              IsEmpty());
}

TEST_F(Links, ToWhatIsNotThereAreFaults) {
  EXPECT_THAT(of("# Own\n[a](README.md)\n"), ElementsAre("docs/a.md:2: links to README.md, which is not there"));
  EXPECT_THAT(of("[a](../README.md#golive)"),
              ElementsAre("docs/a.md:1: links to ../README.md#golive: there is no such heading"));
  EXPECT_THAT(of("[a](#other)"), ElementsAre("docs/a.md:1: links to #other: there is no such heading"));
  EXPECT_THAT(of("[P1]: ../DESIGN.md"), ElementsAre("docs/a.md:1: links to ../DESIGN.md, which is not there"));
  EXPECT_THAT(of("[a](../daem/)"), ElementsAre("docs/a.md:1: links to ../daem/, which is not there"));
}

TEST(Names, InCodeAreThere) {
  const Named named = {.paths = {"daemon/launch/relay.html", "daemon/launch/pages.hpp"},
                       .tests = {"Launch.Begins"},
                       .metrics = "wardend_ready WardendGone"};
  const auto of = [&](const std::string& text) { return name_faults({"docs/a.md", text}, named); };
  EXPECT_THAT(of("`Launch.Begins` `Launch.*` `Launch.Be*` `SUITE.TEST` `daemon/launch/` `daemon/launch/pages` "
                 "`application/json` `conf.d/*.toml`\n"
                 "`wardend_ready{x=\"y\"}` `WardendGone` `wardend-operator` Launch.Ends\n```\n`Launch.Ends`\n```\n"),
              IsEmpty());
  EXPECT_THAT(of("`Launch.Ends`"), ElementsAre("docs/a.md:1: there is no test Launch.Ends"));
  EXPECT_THAT(of("x\n`Launch.E*`"), ElementsAre("docs/a.md:2: there is no test Launch.E*"));
  EXPECT_THAT(of("`daemon/lunch.cpp`"), ElementsAre("docs/a.md:1: there is no daemon/lunch.cpp"));
  EXPECT_THAT(of("`wardend_readi`"), ElementsAre("docs/a.md:1: docs/metrics.md has no wardend_readi"));
  EXPECT_THAT(of("`WardendWent`"), ElementsAre("docs/a.md:1: docs/metrics.md has no WardendWent"));
}

}  // namespace
}  // namespace wardend::lint
