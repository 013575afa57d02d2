// The pages as HTML: what every one of them has, and what none has.
#include "daemon/launch/pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/encoding.hpp"
#include "daemon/launch/failure_page.hpp"
#include "tests/support/errors.hpp"

namespace wardend {
namespace {

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from);
  if (begin == std::string::npos) return {};
  return text.substr(begin + from.size(), text.find(to, begin) - begin - from.size());
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t seen = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++seen;
  return seen;
}

config::App app_named(const std::string& name) {
  config::App app{.id = "vitals", .name = name};
  app.advice = "Use the EHR's own <flowsheet>.";
  return app;
}

launch::Scene scene_of(const config::App& app) {
  return {.reference = "K7QM-2XFD", .machine = "ws-1", .app = &app, .server = "st-elsewhere"};
}

// One page of each kind, every text in it an attack.
std::vector<std::string> one_of_each_page() {
  const std::string attack = "\"><script>'&<img src=x>";
  static const config::App app = app_named(attack);
  launch::Scene scene = scene_of(app);
  std::vector<std::string> pages = {
      launch::done_page(),
      launch::launched_page({.app = attack,
                             .server = attack,
                             .patient = attack,
                             .user = attack,
                             .open_url = attack,
                             .missing = {attack},
                             .for_it = {.reference = attack, .details = {{"x", attack}}}}),
      std::string(launch::posting_page("https://ehr.example.org/authorize?state=%3Cscript%3E").reveal())};
  for (std::size_t at = 0; at <= static_cast<std::size_t>(launch::Refusal::session_over); ++at)
    pages.push_back(launch::notice_page(launch::refusal_notice(static_cast<launch::Refusal>(at), scene)));
  for (const Error& error : test::one_of_each())
    for (const auto place : {launch::Scene::At::launch, launch::Scene::At::redirect}) {
      scene.at = place;
      pages.push_back(launch::notice_page(launch::failure_notice(error, scene)));
    }
  return pages;
}

TEST(Pages, EscapeEveryCharacterThatHtmlReads) {
  EXPECT_EQ(launch::escape_html("<a href=\"x\" b='y'>&"), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
  EXPECT_EQ(launch::escape_html("Zo\xc3\xab 1"), "Zo\xc3\xab 1");
}

TEST(Pages, HaveWhatAReaderOfAnyKindNeeds) {
  for (const std::string& page : one_of_each_page()) {
    EXPECT_TRUE(page.starts_with("<!doctype html><html lang=\"en\">")) << page;
    for (const char* part :
         {"<meta charset=\"utf-8\">", "<meta name=\"viewport\" content=\"width=device-width", "color-scheme:light dark",
          "prefers-color-scheme:dark", "overflow-wrap:anywhere", "<link rel=\"icon\" href=\"data:,\">"})
      EXPECT_TRUE(page.contains(part)) << part << page;
    for (const char* once : {"<main>", "</main>", "<h1>", "<title>"}) EXPECT_EQ(count(page, once), 1U) << once << page;
    EXPECT_EQ(between(page, "<title>", "</title>"), between(page, "<h1>", "</h1>"));
    EXPECT_FALSE(between(page, "<h1>", "</h1>").empty()) << page;
    EXPECT_FALSE(page.contains("user-scalable")) << "everybody may zoom";
  }
}

TEST(Pages, HoldNoForeignMarkupAndFetchNothing) {
  for (const std::string& page : one_of_each_page()) {
    const bool own = page.contains("method=\"post\"") || page.contains("<h1>Signed in</h1>");
    EXPECT_EQ(count(page, "<script"), own ? 1U : 0U) << page;
    EXPECT_EQ(count(page, "<link"), 1U) << page;
    for (const char* word : {"src=\"", "@import", "url(", "<iframe", "<img", "onerror=\"", "http-equiv"})
      EXPECT_FALSE(page.contains(word)) << word << page;
  }
}

// The policies name the one script of their page by its hash, and nothing else may run.
TEST(Pages, PoliciesAllowTheirOwnScriptOnly) {
  const std::pair<std::string, std::string_view> table[] = {
      {launch::launched_page({.app = "Vitals"}), launch::launched_page_policy()},
      {std::string(launch::posting_page("https://ehr.example.org/authorize?state=s").reveal()),
       launch::posting_page_policy()}};
  for (const auto& [page, policy] : table) {
    std::string hash = base64url(sha256(between(page, "<script>", "</script>"))) + "=";
    std::ranges::replace(hash, '-', '+');
    std::ranges::replace(hash, '_', '/');
    EXPECT_TRUE(policy.ends_with("script-src 'sha256-" + hash + "'")) << hash;
    EXPECT_TRUE(policy.starts_with("default-src 'none'"));
  }
}

TEST(Pages, SayWhoseSessionItIsOrThatNobodySaid) {
  const std::string full = launch::launched_page(
      {.app = "Vitals", .server = "st-elsewhere", .patient = "p1", .user = "Zo\xc3\xab Nurse", .for_it = {"R", {}}});
  for (const char* part : {"<h1>Signed in</h1>", "<dd>p1</dd>", "<dd>Zo\xc3\xab Nurse</dd>", "<dd>st-elsewhere</dd>",
                           "<dd>Vitals</dd>", "<details>", "It clears itself after 20 seconds."})
    EXPECT_TRUE(full.contains(part)) << part << full;
  EXPECT_FALSE(full.contains("did not allow"));
  const std::string bare = launch::launched_page({.app = "Vitals"});
  EXPECT_TRUE(bare.contains("<dd>none</dd>"));
  EXPECT_TRUE(bare.contains("<dd>not told</dd>"));
  EXPECT_FALSE(bare.contains("<a "));
  EXPECT_FALSE(bare.contains("<details>"));
}

TEST(Pages, TheDonePageNamesNobody) {
  for (const char* word : {"Patient", "Signed in as", "<dd>", "<a "}) EXPECT_FALSE(launch::done_page().contains(word));
}

}  // namespace
}  // namespace wardend
