// The pages as a browser meets them: who may see them, what binds a launch to a browser, what they never show.
#include "daemon/launch/loopback.hpp"

#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using test::header_of;
using test::LaunchWorld;
using test::parameter;

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string cookie_of(const http::Reply& reply) {
  const std::string set = header_of(reply, "Set-Cookie");
  return set.substr(0, set.find(';'));
}

// A launch whose /go page the browser has seen.
struct Browser {
  explicit Browser(LaunchWorld& of) : world(of), pending(of.begin_standalone()) {
    http::Reply reply = world.visit(world.page("/go/" + pending.id));
    cookie = cookie_of(reply);
    state = std::string(pending.state.reveal());
  }
  http::InboundRequest callback(const std::string& query) {
    http::InboundRequest request = world.page("/callback", query);
    request.headers.emplace_back("cookie", cookie);
    return request;
  }
  LaunchWorld& world;
  launch::Pending& pending;
  std::string cookie;
  std::string state;
};

struct Request {
  const char* name;
  Headers headers;
  bool accepted;
};
class LoopbackRequest : public ::testing::TestWithParam<Request> {};
TEST_P(LoopbackRequest, ByTheTable) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  http::InboundRequest request = world.page("/go/" + pending.id);
  request.headers = GetParam().headers;
  const http::Reply reply = world.visit(std::move(request));
  EXPECT_EQ(reply.status, GetParam().accepted ? 302 : 403);
  if (!GetParam().accepted) EXPECT_EQ(header_of(reply, "Location") + header_of(reply, "Set-Cookie"), "");
}
INSTANTIATE_TEST_SUITE_P(
    Loopback, LoopbackRequest,
    ::testing::Values(
        Request{"OnTheV4Loopback", {{"host", "127.0.0.1:8724"}}, true},
        Request{"OnTheV6Loopback", {{"host", "[::1]:8724"}}, true}, Request{"WithoutHost", {}, false},
        Request{"ByTheNameLocalhost", {{"host", "localhost:8724"}}, false},
        Request{"ByARebindingName", {{"host", "evil.example:8724"}}, false},
        Request{"OnAnotherPort", {{"host", "127.0.0.1:8725"}}, false},
        Request{"WithoutAPort", {{"host", "127.0.0.1"}}, false},
        Request{"OnAnotherLoopbackAddress", {{"host", "127.0.0.2:8724"}}, false},
        Request{"WithTwoHosts", {{"host", "127.0.0.1:8724"}, {"host", "127.0.0.1:8724"}}, false},
        Request{"AsANavigation",
                {{"host", "127.0.0.1:8724"}, {"sec-fetch-mode", "navigate"}, {"sec-fetch-dest", "document"}},
                true},
        Request{"AsAFetch", {{"host", "127.0.0.1:8724"}, {"sec-fetch-mode", "cors"}}, false},
        Request{"AsAnImage",
                {{"host", "127.0.0.1:8724"}, {"sec-fetch-mode", "no-cors"}, {"sec-fetch-dest", "image"}},
                false},
        Request{"InAFrame",
                {{"host", "127.0.0.1:8724"}, {"sec-fetch-mode", "navigate"}, {"sec-fetch-dest", "iframe"}},
                false},
        Request{"AsAWebSocket", {{"host", "127.0.0.1:8724"}, {"sec-fetch-mode", "websocket"}}, false},
        Request{"WithTwoFetchModes",
                {{"host", "127.0.0.1:8724"}, {"sec-fetch-mode", "navigate"}, {"sec-fetch-mode", "cors"}},
                false},
        Request{"WithTwoFetchDestinations",
                {{"host", "127.0.0.1:8724"}, {"sec-fetch-dest", "document"}, {"sec-fetch-dest", "iframe"}},
                false}),
    [](const auto& info) { return info.param.name; });

TEST(Loopback, OnlyGetOfAKnownUserIsAnswered) {
  LaunchWorld world;
  const std::string path = "/go/" + world.begin_standalone().id;
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "CONNECT", ""}) {
    http::InboundRequest request = world.page(path);
    request.method = method;
    EXPECT_EQ(world.visit(std::move(request)).status, 403) << method;
  }
  http::InboundRequest nobody = world.page(path);
  nobody.peer_uid.reset();
  EXPECT_EQ(world.visit(std::move(nobody)).status, 403);
}

TEST(Loopback, UnknownPathsAreNotThere) {
  LaunchWorld world;
  for (const char* path :
       {"/", "", "/go", "/callback/", "/callbackx", "/launch", "/favicon.ico", "/metrics", "/go/none", "/launch/none"})
    EXPECT_EQ(world.visit(world.page(path, "iss=x&launch=y")).status, 404) << path;
}

TEST(Loopback, GoSendsTheBrowserToTheEhrWithACookieThatScriptsCannotRead) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const http::Reply reply = world.visit(world.page("/go/" + pending.id));
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(header_of(reply, "Location"), pending.authorization_url.reveal());
  const std::string cookie = header_of(reply, "Set-Cookie");
  EXPECT_EQ(cookie, launch::cookie_name(pending.id) + "=" + std::string(pending.cookie.reveal()) +
                        "; Path=/callback; HttpOnly; SameSite=Lax; Max-Age=600");
  EXPECT_TRUE(reply.body.empty());
}

TEST(Loopback, AnotherUserCannotOpenALaunch) {
  LaunchWorld world;
  http::InboundRequest request = world.page("/go/" + world.begin_standalone().id);
  request.peer_uid = 1001;
  const http::Reply reply = world.visit(std::move(request));
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(header_of(reply, "Location") + header_of(reply, "Set-Cookie"), "");
}

TEST(Loopback, ALaunchOfAnEndedEpochIsNotOpened) {
  LaunchWorld world;
  const std::string path = "/go/" + world.begin_standalone().id;
  world.clearing.clear_login_session("c1", {ClearReason::os_lock, ""});
  const http::Reply reply = world.visit(world.page(path));
  EXPECT_GE(reply.status, 400);
  EXPECT_EQ(header_of(reply, "Location"), "");
}

TEST(Loopback, TheCallbackWithTheLaunchsOwnCookieEndsInASession) {
  LaunchWorld world;
  Browser browser(world);
  const http::Reply reply = world.visit(browser.callback("state=" + browser.state + "&code=c1"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(world.store.size(), 1U);
  EXPECT_NE(reply.body.reveal().find("Vitals"), std::string_view::npos);
  EXPECT_NE(reply.body.reveal().find("p1"), std::string_view::npos);
  EXPECT_EQ(header_of(reply, "Refresh"), "");
}

TEST(Loopback, ACallbackWithoutTheRightCookieOrUserSpendsNothing) {
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

TEST(Loopback, OtherCookiesBesideTheLaunchsDoNotMatter) {
  LaunchWorld world;
  Browser browser(world);
  browser.cookie = "a=b; " + browser.cookie + "; c=d";
  EXPECT_EQ(world.visit(browser.callback("state=" + browser.state + "&code=c1")).status, 200);
}

TEST(Loopback, ACallbackIsRefusedOnceItsStateWasUsedOrNeverWas) {
  LaunchWorld world;
  Browser browser(world);
  const std::string query = "state=" + browser.state + "&code=c1";
  EXPECT_EQ(world.visit(browser.callback(query)).status, 200);
  EXPECT_EQ(world.visit(browser.callback(query)).status, 400);
  for (const char* bad : {"code=c1", "state=&code=c1", "state=unknown&code=c1", "", "state=a&state=b&code=c"})
    EXPECT_EQ(world.visit(browser.callback(bad)).status, 400) << bad;
  EXPECT_EQ(world.wire.seen.size(), 1U);
}

TEST(Loopback, ACallbackAfterALockIsRefused) {
  LaunchWorld world;
  Browser browser(world);
  world.clearing.clear_login_session("c1", {ClearReason::os_lock, ""});
  EXPECT_GE(world.visit(browser.callback("state=" + browser.state + "&code=c1")).status, 400);
  EXPECT_TRUE(world.wire.seen.empty());
}

TEST(Loopback, AnEhrLaunchGoesStraightToTheEhr) {
  LaunchWorld world;
  const http::Reply reply =
      world.visit(world.page("/launch/vitals", "iss=https%3A%2F%2Fehr.example.org%2Ffhir&launch=abc"));
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(parameter(header_of(reply, "Location"), "launch"), "abc");
  EXPECT_NE(header_of(reply, "Set-Cookie"), "");
}

struct EhrLaunch {
  const char* name;
  std::string app;
  std::string query;
  int status;
};
class EhrLaunchRefused : public ::testing::TestWithParam<EhrLaunch> {};
TEST_P(EhrLaunchRefused, ByTheTable) {
  LaunchWorld world;
  EXPECT_EQ(world.visit(world.page("/launch/" + GetParam().app, GetParam().query)).status, GetParam().status);
  EXPECT_EQ(world.ehr.discovery_requests, 0U);
}
INSTANTIATE_TEST_SUITE_P(
    Loopback, EhrLaunchRefused,
    ::testing::Values(EhrLaunch{"UnknownApp", "other", "iss=https://ehr.example.org/fhir&launch=x", 404},
                      EhrLaunch{"NoLaunch", "vitals", "iss=https://ehr.example.org/fhir", 400},
                      EhrLaunch{"NoIss", "vitals", "launch=x", 400},
                      EhrLaunch{"TwoLaunches", "vitals", "iss=https://ehr.example.org/fhir&launch=x&launch=y", 400},
                      EhrLaunch{"TwoIsses", "vitals",
                                "iss=https://ehr.example.org/fhir&iss=https://ehr.example.org/fhir&launch=x", 400},
                      EhrLaunch{"ABrokenEscape", "vitals", "iss=%zz&launch=x", 400},
                      EhrLaunch{"AForeignServer", "vitals", "iss=https://evil.example/fhir&launch=x", 403}),
    [](const auto& info) { return info.param.name; });

TEST(Loopback, AnEhrLaunchNeedsOneUnlockedSeatedLoginSessionOfItsUser) {
  const std::string query = "iss=https%3A%2F%2Fehr.example.org%2Ffhir&launch=abc";
  const auto status = [&](void (*change)(LaunchWorld&)) {
    LaunchWorld world;
    change(world);
    return world.visit(world.page("/launch/vitals", query)).status;
  };
  EXPECT_EQ(status([](LaunchWorld& world) { world.logind.at("c1").locked = true; }), 403);
  EXPECT_EQ(status([](LaunchWorld& world) { world.logind.at("c1").active = false; }), 403);
  EXPECT_EQ(status([](LaunchWorld& world) { world.logind.at("c1").seat.clear(); }), 403);
  EXPECT_EQ(status([](LaunchWorld& world) { world.logind.add("c2", 1000); }), 403) << "two of them";
  EXPECT_EQ(status([](LaunchWorld& world) { world.logind.is_live = false; }), 403);
  EXPECT_EQ(status([](LaunchWorld& world) { world.app().enabled = false; }), 404);
  EXPECT_EQ(status([](LaunchWorld&) {}), 302);
}

TEST(Loopback, WhatComesFromOutsideIsShownAsTextAndNotAsMarkup) {
  LaunchWorld world;
  world.app().name = "<script>alert(1)</script>";
  Browser good(world);
  const http::Reply done = world.visit(good.callback("state=" + good.state + "&code=c1"));
  EXPECT_EQ(done.body.reveal().find("<script"), std::string_view::npos);
  EXPECT_NE(done.body.reveal().find("&lt;script&gt;"), std::string_view::npos);
  Browser refused(world);
  const http::Reply failed = world.visit(refused.callback(
      "state=" + refused.state + "&error=made_up&error_description=%3Cimg+src%3Dx+onerror%3D%22alert(1)%22%3E"));
  EXPECT_EQ(failed.status, 403);
  EXPECT_EQ(failed.body.reveal().find("<img"), std::string_view::npos);
  EXPECT_NE(failed.body.reveal().find("&lt;img"), std::string_view::npos) << failed.body.reveal();
}

TEST(Loopback, NoPageShowsASecret) {
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

TEST(Loopback, TheLastPageLeadsToTheAppsConfiguredAddressOnly) {
  LaunchWorld world;
  world.app().open_url = "http://127.0.0.1:9000/?a=\"b\"";
  Browser browser(world);
  const http::Reply reply = world.visit(browser.callback("state=" + browser.state + "&code=c1&open_url=http://evil"));
  EXPECT_EQ(header_of(reply, "Refresh"), "2; url=http://127.0.0.1:9000/?a=\"b\"");
  EXPECT_NE(reply.body.reveal().find("href=\"http://127.0.0.1:9000/?a=&quot;b&quot;\""), std::string_view::npos);
  EXPECT_EQ(reply.body.reveal().find("evil"), std::string_view::npos);
}

TEST(Loopback, TooManyLaunchesAreAnsweredWithTryLater) {
  LaunchWorld world;
  for (std::size_t i = 0; i < launch::PendingLaunches::max_per_uid; ++i) ASSERT_TRUE(world.begin(world.standalone()));
  EXPECT_EQ(world.visit(world.page("/launch/vitals", "iss=https%3A%2F%2Fehr.example.org%2Ffhir&launch=abc")).status,
            429);
}

TEST(CookieValue, IsTheOneCookieOfThatExactName) {
  const struct {
    const char* header;
    const char* value;
  } table[] = {{"", ""},         {"a=1", "1"},     {"b=2; a=1", "1"}, {"a=1;b=2", "1"}, {"  a=1", "1"},
               {"aa=1", ""},     {"a=1; a=2", ""}, {"a", ""},         {"a=", ""},       {"b=a=1", ""},
               {"a=x=y", "x=y"}, {"A=1", ""},      {";;a=1;;", "1"}};
  for (const auto& row : table) EXPECT_EQ(launch::cookie_value(row.header, "a"), row.value) << row.header;
}

}  // namespace
}  // namespace wardend
