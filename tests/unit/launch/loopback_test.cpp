// The pages as a browser meets them on its way to the EHR: who may see them, and where they lead.
#include "daemon/launch/loopback.hpp"

#include <gtest/gtest.h>

#include "daemon/launch/browser_request.hpp"
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
  const char* code = "";  // of the refusal
};
class LoopbackRequest : public ::testing::TestWithParam<Request> {};
TEST_P(LoopbackRequest, ByTheTable) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  http::InboundRequest request = world.page("/go/" + pending.id);
  request.headers = GetParam().headers;
  const http::Reply reply = world.visit(std::move(request));
  EXPECT_EQ(reply.status, GetParam().accepted ? 302 : 403);
  if (GetParam().accepted) return;
  EXPECT_EQ(header_of(reply, "Location") + header_of(reply, "Set-Cookie"), "");
  EXPECT_TRUE(reply.body.reveal().contains("<dd>" + std::string(GetParam().code) + "</dd>")) << reply.body.reveal();
}
const std::pair<std::string, std::string> here{"host", "127.0.0.1:8724"};
const std::pair<std::string, std::string> navigates{"sec-fetch-mode", "navigate"};
INSTANTIATE_TEST_SUITE_P(
    Loopback, LoopbackRequest,
    ::testing::Values(
        Request{"OnTheV4Loopback", {here}, true}, Request{"OnTheV6Loopback", {{"host", "[::1]:8724"}}, true},
        Request{"WithoutHost", {}, false, "other_host"},
        Request{"ByTheNameLocalhost", {{"host", "localhost:8724"}}, false, "localhost"},
        Request{"ByLocalhostInCapitals", {{"host", "LocalHost:8724"}}, false, "localhost"},
        Request{"ByLocalhostWithADot", {{"host", "localhost.:8724"}}, false, "localhost"},
        Request{"ByLocalhostWithoutAPort", {{"host", "localhost"}}, false, "localhost"},
        Request{"ByANameBelowLocalhost", {{"host", "ehr.localhost:8724"}}, false, "other_host"},
        Request{"ByARebindingName", {{"host", "evil.example:8724"}}, false, "other_host"},
        Request{"OnAnotherPort", {{"host", "127.0.0.1:8725"}}, false, "other_host"},
        Request{"WithoutAPort", {{"host", "127.0.0.1"}}, false, "other_host"},
        Request{"OnAnotherLoopbackAddress", {{"host", "127.0.0.2:8724"}}, false, "other_host"},
        Request{"WithTwoHosts", {here, here}, false, "other_host"},
        Request{"AsANavigation", {here, navigates, {"sec-fetch-dest", "document"}}, true},
        Request{"AsAFetch", {here, {"sec-fetch-mode", "cors"}}, false, "in_background"},
        Request{
            "AsAnImage", {here, {"sec-fetch-mode", "no-cors"}, {"sec-fetch-dest", "image"}}, false, "in_background"},
        Request{"InAFrame", {here, navigates, {"sec-fetch-dest", "iframe"}}, false, "framed"},
        Request{"InAFrameset", {here, navigates, {"sec-fetch-dest", "frame"}}, false, "framed"},
        Request{"AsAnObject", {here, navigates, {"sec-fetch-dest", "object"}}, false, "framed"},
        Request{"Embedded", {here, navigates, {"sec-fetch-dest", "embed"}}, false, "framed"},
        Request{"AsAWebSocket", {here, {"sec-fetch-mode", "websocket"}}, false, "in_background"},
        Request{"WithTwoFetchModes", {here, navigates, {"sec-fetch-mode", "cors"}}, false, "in_background"},
        Request{"WithTwoFetchDestinations",
                {here, {"sec-fetch-dest", "document"}, {"sec-fetch-dest", "iframe"}},
                false,
                "in_background"}),
    [](const auto& info) { return info.param.name; });

// C14.7: what is wrong, and what to register in its place.
TEST(Loopback, SaysWhatToRegisterInPlaceOfLocalhostAndOfAFrame) {
  LaunchWorld world;
  const auto page_with = [&](const std::string& name, const std::string& value) {
    http::InboundRequest request = world.page("/launch/vitals", "iss=x&launch=y");
    std::erase_if(request.headers, [&](const auto& header) { return header.first == name; });
    request.headers.emplace_back(name, value);
    return world.visit(std::move(request));
  };
  EXPECT_TRUE(page_with("host", "localhost:8724").body.reveal().contains("Register http://127.0.0.1"));
  const http::Reply framed = page_with("sec-fetch-dest", "iframe");
  EXPECT_TRUE(framed.body.reveal().contains("in a tab or a window of its own")) << framed.body.reveal();
  EXPECT_TRUE(header_of(framed, "Content-Security-Policy").contains("frame-ancestors *")) << "or nobody reads it";
  EXPECT_EQ(header_of(page_with("host", "evil.example"), "Content-Security-Policy"), "");
}

// C14.10 and its kind: the app is there, its address is written otherwise.
TEST(Loopback, SaysHowAMisspeltLaunchAddressIsRight) {
  LaunchWorld world;
  for (const char* path :
       {"/launch/vitals/", "/launch/vitals//", "/launch//vitals", "/launch/Vitals", "/launch/vitals%2F"}) {
    const http::Reply reply = world.visit(world.page(path, "iss=https://ehr.example.org/fhir&launch=x"));
    const std::string page(reply.body.reveal());
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_TRUE(page.contains("<dd>misspelt_app</dd>")) << path << page;
    EXPECT_TRUE(page.contains("http://127.0.0.1:8724/launch/vitals ")) << path << page;
    EXPECT_EQ(page.contains("slash"), std::string_view(path).ends_with('/') || std::string_view(path).contains("//"))
        << path << page;
  }
  for (const char* path : {"/launch/other/", "/launch/", "/launch//", "/launch/vitals/x"})
    EXPECT_TRUE(world.visit(world.page(path)).body.reveal().contains("No such app")) << path;
}

TEST(Loopback, OnlyGetOfAKnownUserIsAnswered) {
  LaunchWorld world;
  const std::string path = "/go/" + world.begin_standalone().id;
  for (const char* method : {"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "CONNECT", ""}) {
    http::InboundRequest request = world.page(path);
    request.method = method;
    const http::Reply reply = world.visit(std::move(request));
    EXPECT_EQ(reply.status, 405) << method;
    EXPECT_EQ(header_of(reply, "Allow"), "GET") << method;
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
  const http::Reply root = world.visit(world.page("/"));
  EXPECT_TRUE(root.body.reveal().contains("The EHR opens addresses like this one to launch apps."));
  EXPECT_FALSE(root.body.reveal().contains("did not")) << "no launch failed";
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
  EXPECT_EQ(status([](LaunchWorld& world) { world.app().enabled = false; }), 403);
  EXPECT_EQ(status([](LaunchWorld&) {}), 302);
}

const std::string ehr_launch = "iss=https%3A%2F%2Fehr.example.org%2Ffhir&launch=abc";

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
