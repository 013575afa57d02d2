// The pages as a browser meets them on its way to the EHR: who may see them, and where they lead.
#include "daemon/launch/loopback.hpp"

#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using test::header_of;
using test::LaunchWorld;
using test::parameter;

using Headers = std::vector<std::pair<std::string, std::string>>;

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

const std::string ehr_launch = "iss=https%3A%2F%2Fehr.example.org%2Ffhir&launch=abc";

struct Speculation {
  const char* name;
  std::pair<std::string, std::string> header;
};
class LoadedAhead : public ::testing::TestWithParam<Speculation> {};
TEST_P(LoadedAhead, BeginsNothingAndSpendsNothing) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const std::string cookie = launch::cookie_name(pending.id) + "=" + std::string(pending.cookie.reveal());
  const std::string state(pending.state.reveal());
  const auto ahead = [&](http::InboundRequest request) {
    request.headers.push_back(GetParam().header);
    return world.visit(std::move(request)).status;
  };
  EXPECT_EQ(ahead(world.page("/launch/vitals", ehr_launch)), 503);
  EXPECT_EQ(ahead(world.page("/go/" + pending.id)), 503);
  const auto callback = [&] {
    http::InboundRequest request = world.page("/callback", "code=c1&state=" + state);
    request.headers.emplace_back("cookie", cookie);
    return request;
  };
  EXPECT_EQ(ahead(callback()), 503);
  EXPECT_EQ(world.pending.size(), 1U);
  EXPECT_TRUE(world.wire.seen.empty());
  EXPECT_EQ(world.visit(callback()).status, 200) << "the page itself still works";
}
INSTANTIATE_TEST_SUITE_P(Loopback, LoadedAhead,
                         ::testing::Values(Speculation{"Prefetch", {"sec-purpose", "prefetch"}},
                                           Speculation{"Prerender", {"sec-purpose", "prefetch;prerender"}},
                                           Speculation{"OlderChrome", {"purpose", "prefetch"}},
                                           Speculation{"Firefox", {"x-moz", "prefetch"}},
                                           Speculation{"Safari", {"x-purpose", "preview"}}),
                         [](const auto& info) { return info.param.name; });

TEST(Loopback, HeadBeginsNothing) {
  LaunchWorld world;
  for (const char* path : {"/launch/vitals", "/callback"}) {
    http::InboundRequest request = world.page(path, ehr_launch);
    request.method = "HEAD";
    EXPECT_EQ(world.visit(std::move(request)).status, 403) << path;
  }
  EXPECT_EQ(world.pending.size(), 0U);
}

TEST(Loopback, AUserWhomNoRuleOfTheAppNamesBeginsNothing) {
  LaunchWorld world;
  world.app().peers = {{.user = "bob", .uid = 1001}};
  EXPECT_EQ(world.visit(world.page("/launch/vitals", ehr_launch)).status, 403);
  EXPECT_EQ(world.pending.size(), 0U);
  EXPECT_EQ(world.ehr.discovery_requests, 0U);
  world.app().peers.push_back({.user = "alice", .uid = 1000});
  EXPECT_EQ(world.visit(world.page("/launch/vitals", ehr_launch)).status, 302);
}

// B13: who opened /launch, as the browser tells it.
TEST(Loopback, ANavigationWithoutItsUserProvesNothing) {
  const std::pair<std::string, std::string> mode{"sec-fetch-mode", "navigate"};
  const struct {
    Headers headers;
    launch::LaunchValue value;
  } table[] = {
      {{}, launch::LaunchValue::new_from_browser},
      {{mode, {"sec-fetch-user", "?1"}}, launch::LaunchValue::new_from_browser},
      {{mode, {"sec-fetch-site", "cross-site"}, {"sec-fetch-user", "?1"}}, launch::LaunchValue::new_from_browser},
      {{mode, {"sec-fetch-site", "none"}}, launch::LaunchValue::new_from_browser},
      {{mode}, launch::LaunchValue::proves_nothing},
      {{mode, {"sec-fetch-site", "cross-site"}}, launch::LaunchValue::proves_nothing},
      {{mode, {"sec-fetch-site", "same-site"}}, launch::LaunchValue::proves_nothing},
      {{mode, {"sec-fetch-site", "none"}, {"sec-fetch-site", "none"}}, launch::LaunchValue::proves_nothing},
      {{mode, {"sec-fetch-user", "?0"}}, launch::LaunchValue::proves_nothing},
  };
  for (const auto& row : table) {
    LaunchWorld world;
    http::InboundRequest request = world.page("/launch/vitals", ehr_launch);
    request.headers = row.headers;
    request.headers.emplace_back("host", "127.0.0.1:8724");
    EXPECT_EQ(world.visit(std::move(request)).status, 302) << "it may launch where nothing is held";
    const auto as_told = [&](const launch::Pending& one) { return one.value == row.value; };
    EXPECT_EQ(world.pending.end_where(as_told, errors::LaunchExpired{"ended"}), 1U)
        << testing::PrintToString(row.headers);
  }
}

TEST(Loopback, APageThatNavigatesAgainAndAgainShutsNobodyOut) {
  LaunchWorld world;
  const launch::Pending& begun = world.begin_standalone();
  const auto click = [&] {
    http::InboundRequest request = world.page("/launch/vitals", ehr_launch);
    request.headers.emplace_back("sec-fetch-user", "?1");
    return world.visit(std::move(request)).status;
  };
  ASSERT_EQ(click(), 302);
  int refused = 0;
  for (int i = 0; i < 100; ++i) {
    const http::Reply reply = world.visit(world.page("/launch/vitals", ehr_launch + std::to_string(i)));
    if (reply.status == 429) ++refused;
  }
  EXPECT_GT(refused, 0) << "a page that goes on and on is told to wait";
  EXPECT_FALSE(begun.outcome) << "what the app began goes on";
  const auto clicked = [](const launch::Pending& one) { return one.origin == launch::Origin::click; };
  EXPECT_EQ(world.pending.end_where(clicked, errors::LaunchExpired{"ended"}), 1U) << "so does what the user clicked";
  EXPECT_EQ(click(), 302) << "and may be clicked again";
  EXPECT_TRUE(world.begin(world.standalone()));
}

}  // namespace
}  // namespace wardend
