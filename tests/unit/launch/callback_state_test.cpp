// A redirect with another state than its launch's, and what a launch that is over leaves in the browser.
#include <gtest/gtest.h>

#include "daemon/launch/loopback.hpp"
#include "tests/unit/launch/launch_browser.hpp"

namespace wardend {
namespace {

using test::Browser;
using test::header_of;
using test::LaunchWorld;

// Whoever has not the launch's own cookie ends nothing by guessing, nor does a page of an earlier launch that a browser
// with the cookie of a later one opens again.
TEST(CallbackState, AWrongStateEndsNothingThatTheCookieDoesNotName) {
  LaunchWorld world;
  Browser earlier(world);
  const std::string earlier_query = "state=" + earlier.state + "&code=c1";
  EXPECT_EQ(world.visit(earlier.callback(earlier_query)).status, 200);
  Browser first(world);
  EXPECT_EQ(world.visit(first.callback(earlier_query)).status, 400) << "gone back to";
  const std::string of_none = "0123456789ab." + std::string(43, 'A');
  EXPECT_EQ(world.visit(first.callback("code=c&state=" + of_none)).status, 400) << "from before a restart";
  Browser second(world);
  const auto visit = [&](const std::string& state, const std::string& cookie, uid_t uid) {
    http::InboundRequest request = world.page("/callback", "code=c1&state=" + state);
    request.headers.emplace_back("cookie", cookie);
    request.peer_uid = uid;
    return world.visit(std::move(request));
  };
  const std::string forged = second.cookie.substr(0, second.cookie.find('=')) + "=guessed";
  EXPECT_EQ(visit("wrong", "", 1000).status, 400) << "no cookie";
  EXPECT_EQ(visit("wrong", forged, 1000).status, 400);
  EXPECT_EQ(visit("wrong", first.cookie, 1001).status, 400) << "another user";
  EXPECT_EQ(visit("wrong", first.cookie + "; " + second.cookie, 1000).status, 400) << "which of the two";
  EXPECT_EQ(visit(first.state + "x", second.cookie, 1000).status, 400) << "it names the other one";
  EXPECT_FALSE(first.pending.outcome || second.pending.outcome);
  const http::Reply told = visit("wrong", "", 1000);
  EXPECT_TRUE(told.body.reveal().contains("This sign-in belongs to no launch, or was used already.")) << "the page";
  EXPECT_TRUE(told.body.reveal().contains("Launch the app again."));
  EXPECT_EQ(world.visit(second.callback("state=" + second.state + "&code=c2")).status, 200) << "nothing was spent";
}

// One launch among several is named by the state that changed on its way.
TEST(CallbackState, AStateThatChangedOnItsWayEndsItsOwnLaunch) {
  LaunchWorld world;
  Browser first(world);
  Browser second(world);
  http::InboundRequest request = world.page("/callback", "code=c1&state=" + second.state.substr(0, 20));
  request.headers.emplace_back("cookie", first.cookie + "; " + second.cookie);
  EXPECT_EQ(world.visit(std::move(request)).status, 400);
  EXPECT_FALSE(first.pending.outcome);
  ASSERT_TRUE(second.pending.outcome);
  EXPECT_EQ(test::code_of(second.pending.outcome->error()), "state_mismatch");
  const http::Reply again = world.visit(world.page("/callback", "code=c1&state=" + second.state));
  EXPECT_TRUE(again.body.reveal().contains("does not fit this launch")) << "a reload says why, without the cookie";
}

// A launch that is over leaves no cookie behind.
TEST(CallbackState, TheLastPageTakesTheCookieBack) {
  const auto page_after = [](LaunchWorld& world, Browser& browser, const std::string& query) {
    const http::Reply reply = world.visit(browser.callback(query));
    return header_of(reply, "Set-Cookie");
  };
  {
    LaunchWorld world;
    Browser browser(world);
    const std::string gone =
        browser.cookie.substr(0, browser.cookie.find('=')) + "=; Path=/callback; HttpOnly; SameSite=Lax; Max-Age=0";
    EXPECT_EQ(page_after(world, browser, "state=" + browser.state + "&code=c1"), gone) << "a session";
  }
  struct Row {
    const char* what;
    std::string query;  // STATE stands for the launch's own
    bool lock = false;
  };
  for (const Row& row : {Row{"refused by the EHR", "state=STATE&error=access_denied"}, Row{"no code", "state=STATE"},
                         Row{"a wrong state", "state=wrong&code=c1"}, Row{"locked", "state=STATE&code=c1", true}}) {
    LaunchWorld world;
    Browser browser(world);
    std::string query = row.query;
    if (const auto at = query.find("STATE"); at != std::string::npos) query.replace(at, 5, browser.state);
    if (row.lock) world.clearing.clear_login_session("c1", {ClearReason::os_lock, ""});
    const std::string set = page_after(world, browser, query);
    EXPECT_TRUE(set.starts_with(browser.cookie.substr(0, browser.cookie.find('=')) + "=;")) << row.what << set;
    EXPECT_TRUE(set.ends_with("Max-Age=0")) << row.what << set;
  }
  LaunchWorld world;
  Browser browser(world);
  static_cast<void>(world.visit(browser.callback("state=wrong")));
  EXPECT_TRUE(header_of(world.visit(world.page("/go/" + browser.pending.id)), "Set-Cookie").ends_with("Max-Age=0"));
}

}  // namespace
}  // namespace wardend
