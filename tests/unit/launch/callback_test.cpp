// The end of a launch in the browser: what binds the callback to the browser that began, and what its page shows.
#include "daemon/launch/loopback.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "daemon/launch/browser_request.hpp"
#include "tests/unit/launch/launch_browser.hpp"

namespace wardend {
namespace {

using test::Browser;
using test::header_of;
using test::LaunchWorld;

TEST(Callback, TheCallbackWithTheLaunchsOwnCookieEndsInASession) {
  LaunchWorld world;
  Browser browser(world);
  const http::Reply reply = world.visit(browser.callback("state=" + browser.state + "&code=c1"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(world.store.size(), 1U);
  EXPECT_NE(reply.body.reveal().find("Vitals"), std::string_view::npos);
  EXPECT_NE(reply.body.reveal().find("p1"), std::string_view::npos);
  EXPECT_EQ(header_of(reply, "Refresh"), "20; url=/done") << "the patient does not stay on the screen";
  const http::Reply done = world.visit(world.page("/done"));
  EXPECT_EQ(done.status, 200);
  EXPECT_FALSE(done.body.reveal().contains("p1"));
}

TEST(Callback, ACallbackWithoutTheRightCookieOrUserSpendsNothing) {
  LaunchWorld world;
  Browser browser(world);
  Browser other(world);
  const std::string query = "state=" + browser.state + "&code=c1";
  const auto with_cookie = [&](const std::string& cookie) {
    http::InboundRequest request = world.page("/callback", query);
    if (!cookie.empty()) request.headers.emplace_back("cookie", cookie);
    return world.visit(std::move(request)).status;
  };
  const std::string name = browser.cookie.substr(0, browser.cookie.find('='));
  EXPECT_EQ(with_cookie(""), 403);
  EXPECT_EQ(with_cookie(name + "="), 403);
  EXPECT_EQ(with_cookie(name + "=wrong"), 403);
  EXPECT_EQ(with_cookie(other.cookie), 403) << "the cookie of another launch";
  EXPECT_EQ(with_cookie(name + other.cookie.substr(other.cookie.find('='))), 403);
  EXPECT_EQ(with_cookie(browser.cookie + "; " + browser.cookie), 403) << "planted twice";
  http::InboundRequest stranger = browser.callback(query);
  stranger.peer_uid = 1001;
  EXPECT_EQ(world.visit(std::move(stranger)).status, 403);
  EXPECT_TRUE(world.wire.seen.empty()) << "a code went out";
  EXPECT_EQ(world.visit(browser.callback(query)).status, 200) << "the right browser still finishes";
}

TEST(Callback, OtherCookiesBesideTheLaunchsDoNotMatter) {
  LaunchWorld world;
  Browser browser(world);
  browser.cookie = "a=b; " + browser.cookie + "; c=d";
  EXPECT_EQ(world.visit(browser.callback("state=" + browser.state + "&code=c1")).status, 200);
}

TEST(Callback, ACallbackIsRefusedOnceItsStateWasUsedOrNeverWas) {
  LaunchWorld world;
  Browser browser(world);
  const std::string query = "state=" + browser.state + "&code=c1";
  EXPECT_EQ(world.visit(browser.callback(query)).status, 200);
  EXPECT_EQ(world.visit(browser.callback(query)).status, 400);
  for (const char* bad : {"code=c1", "state=&code=c1", "state=unknown&code=c1", "", "state=a&state=b&code=c"})
    EXPECT_EQ(world.visit(browser.callback(bad)).status, 400) << bad;
  EXPECT_EQ(world.wire.seen.size(), 1U);
}

TEST(Callback, ACallbackAfterALockIsRefused) {
  LaunchWorld world;
  Browser browser(world);
  world.clearing.clear_login_session("c1", {ClearReason::os_lock, ""});
  EXPECT_GE(world.visit(browser.callback("state=" + browser.state + "&code=c1")).status, 400);
  EXPECT_TRUE(world.wire.seen.empty());
}

TEST(Callback, SaysWhoSignedInByNameOrByReference) {
  const struct {
    std::string claims;
    const char* shown;
  } table[] = {{R"("name":"Dr. <May> Nurse",)", "<dd>Dr. &lt;May&gt; Nurse</dd>"}, {"", "<dd>Practitioner u1</dd>"}};
  for (const auto& row : table) {
    LaunchWorld world;
    world.ehr.extra_members = test::with_id_token(test::signed_by_issuer(
        "{" + row.claims +
        R"("iss":"https://ehr.example.org","sub":"u1","aud":"vitals-client","iat":1800000000,"exp":1900000000,)"
        R"("fhirUser":"https://ehr.example.org/fhir/Practitioner/u1"})"));
    Browser browser(world);
    const http::Reply reply = world.visit(browser.callback("state=" + browser.state + "&code=c1"));
    EXPECT_TRUE(reply.body.reveal().contains(row.shown)) << reply.body.reveal();
    EXPECT_EQ(browser.pending.signed_in_as, "") << "it is kept for one page alone";
  }
}

// F9: a redirect that cannot be used ends the launch that it is for, where the cookie says which.
TEST(Callback, ARedirectThatCannotBeUsedEndsItsLaunchWithTheCause) {
  const struct {
    std::string query;  // STATE stands for the launch's own
    const char* code;
  } table[] = {{"state=STATE&code=" + std::string(50'000, 'c'), "too_long"},
               {"state=STATE&code=a&code=b", "duplicate_parameter"},
               {"state=STATE&code=a&error=access_denied", "code_and_error"},
               {"state=STATE", "no_code"},
               {"", "no_code"},
               {"code=c1", "state_missing"},
               {"state=&code=c1", "state_missing"},
               {"state=wrong&code=c1", "state_mismatch"},
               {"state=undefined&error=access_denied&error_description=no", "state_mismatch"},
               {"state=CUT&code=c1", "state_mismatch"},
               {"state=STATEx&code=c1", "state_mismatch"},
               {"state=LOWERED&code=c1", "state_mismatch"},
               {"error=server_error", "server_error"},
               {"error=access_denied&error_description=no", "access_denied"},
               {"state=STATE&state=STATE&code=c1", "duplicate_parameter"},
               {"state=%zz&code=c1", "malformed_query"}};
  for (const auto& row : table) {
    LaunchWorld world;
    Browser browser(world);
    std::string query = row.query;
    for (auto at = query.find("STATE"); at != std::string::npos; at = query.find("STATE"))
      query.replace(at, 5, browser.state);
    for (const auto& [word, written] : {std::pair<std::string, std::string>{"CUT", browser.state.substr(0, 32)},
                                        {"LOWERED", lower_case(browser.state) + "a"}})
      if (const auto at = query.find(word); at != std::string::npos) query.replace(at, word.size(), written);
    const std::string reference = browser.pending.reference;
    const http::Reply reply = world.visit(browser.callback(query));
    EXPECT_GE(reply.status, 400) << row.query.substr(0, 60);
    ASSERT_TRUE(browser.pending.outcome) << row.query.substr(0, 60) << ": the app still waits";
    EXPECT_EQ(test::code_of(browser.pending.outcome->error()), row.code);
    EXPECT_TRUE(reply.body.reveal().contains(row.code)) << reply.body.reveal();
    EXPECT_TRUE(reply.body.reveal().contains(reference)) << "support finds it by this";
    EXPECT_EQ(world.audit.records.back().request_id, reference);
    EXPECT_TRUE(world.wire.seen.empty()) << "a code went out";
  }
}

TEST(Callback, ARedirectOfNoStateEndsNothingThatTheCookieDoesNotName) {
  LaunchWorld world;
  Browser first(world);
  Browser second(world);
  http::InboundRequest both = world.page("/callback", "error=server_error");
  both.headers.emplace_back("cookie", first.cookie + "; " + second.cookie);
  EXPECT_EQ(world.visit(std::move(both)).status, 400) << "which of the two";
  EXPECT_EQ(world.visit(world.page("/callback", "error=server_error")).status, 400) << "no cookie";
  http::InboundRequest stranger = first.callback("error=server_error");
  stranger.peer_uid = 1001;
  EXPECT_EQ(world.visit(std::move(stranger)).status, 400);
  EXPECT_FALSE(first.pending.outcome || second.pending.outcome);
}

TEST(Callback, ASecondRedirectDoesNotEndAnExchangeUnderWay) {
  LaunchWorld world;
  Browser browser(world);
  const auto first = world.start(world.loopback.handle(browser.callback("state=" + browser.state + "&code=c1")));
  world.clock.settle();
  EXPECT_EQ(world.visit(browser.callback("error=server_error")).status, 400);
  world.clock.advance(5s);
  ASSERT_TRUE(*first);
  EXPECT_EQ((*first)->status, 200);
}

TEST(Callback, WhatComesFromOutsideIsShownAsTextAndNotAsMarkup) {
  LaunchWorld world;
  world.app().name = "<script>alert(1)</script>";
  Browser good(world);
  const http::Reply done = world.visit(good.callback("state=" + good.state + "&code=c1"));
  EXPECT_EQ(done.body.reveal().find("<script>alert"), std::string_view::npos);
  EXPECT_NE(done.body.reveal().find("&lt;script&gt;"), std::string_view::npos);
  Browser refused(world);
  const http::Reply failed = world.visit(refused.callback(
      "state=" + refused.state + "&error=made_up&error_description=%3Cimg+src%3Dx+onerror%3D%22alert(1)%22%3E"));
  EXPECT_EQ(failed.status, 403);
  EXPECT_EQ(failed.body.reveal().find("<img"), std::string_view::npos);
  EXPECT_NE(failed.body.reveal().find("&lt;img"), std::string_view::npos) << failed.body.reveal();
}

TEST(Callback, NoPageShowsASecret) {
  LaunchWorld world;
  Browser browser(world);
  const std::vector<std::string> secrets = {browser.state, browser.cookie.substr(browser.cookie.find('=') + 1),
                                            std::string(browser.pending.verifier.reveal()), "secret-code", "at-secret"};
  std::vector<http::Reply> pages;
  pages.push_back(world.visit(world.page("/callback", "state=" + browser.state + "&code=secret-code")));
  pages.push_back(world.visit(browser.callback("state=" + browser.state + "&code=secret-code")));
  EXPECT_EQ(pages.back().status, 200);
  pages.push_back(world.visit(browser.callback("state=" + browser.state + "&code=secret-code")));
  pages.push_back(world.visit(world.page("/go/" + browser.pending.id)));
  pages.push_back(world.visit(world.page("/nothing", "code=secret-code")));
  for (const http::Reply& page : pages)
    for (const std::string& secret : secrets)
      EXPECT_EQ(page.body.reveal().find(secret), std::string_view::npos) << page.status << " shows " << secret;
}

TEST(Callback, TheLastPageLeadsToTheAppsConfiguredAddressOnly) {
  LaunchWorld world;
  world.app().open_url = "http://127.0.0.1:9000/?a=\"b\"";
  Browser browser(world);
  const http::Reply reply = world.visit(browser.callback("state=" + browser.state + "&code=c1&open_url=http://evil"));
  EXPECT_EQ(header_of(reply, "Refresh"), "2; url=http://127.0.0.1:9000/?a=\"b\"");
  EXPECT_NE(reply.body.reveal().find("href=\"http://127.0.0.1:9000/?a=&quot;b&quot;\""), std::string_view::npos);
  EXPECT_EQ(reply.body.reveal().find("evil"), std::string_view::npos);
}

}  // namespace
}  // namespace wardend
