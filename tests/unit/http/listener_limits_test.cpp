// What the listener does not take: requests that are wrong or too large, and peers that are slow or too many.
#include <gtest/gtest.h>

#include "tests/unit/http/listener_world.hpp"

namespace wardend {
namespace {

using test::Browser;

class ListenerLimits : public test::ListenerWorld {};

struct Bad {
  const char* name;
  std::string request;
};
class ListenerRefuses : public test::ListenerWorld, public ::testing::WithParamInterface<Bad> {};
TEST_P(ListenerRefuses, WithoutAskingTheHandler) {
  Browser browser(port);
  const std::string reply = ask(browser, GetParam().request);
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 4")) << reply.substr(0, 200);
  EXPECT_TRUE(until([&] { return browser.closed(); }));
  EXPECT_TRUE(requests.empty());
}
INSTANTIATE_TEST_SUITE_P(
    Http, ListenerRefuses,
    ::testing::Values(Bad{"WhatIsNotHttp", "hello there\r\n\r\n"},
                      Bad{"AHeaderOverTheLimit", "GET / HTTP/1.1\r\nX: " + std::string(140'000, 'x') + "\r\n\r\n"},
                      Bad{"AHeaderOf64KiB", "GET / HTTP/1.1\r\nX: " + std::string(66'000, 'x') + "\r\n\r\n"},
                      Bad{"ANameOf64KiB", "GET / HTTP/1.1\r\n" + std::string(66'000, 'x') + ": y\r\n\r\n"},
                      Bad{"ManyHeadersOverTheLimit",
                          [] {
                            std::string text = "GET / HTTP/1.1\r\n";
                            for (int i = 0; i < 14000; ++i) text += "X-" + std::to_string(i) + ": y\r\n";
                            return text + "\r\n";
                          }()},
                      Bad{"AnAddressOverTheLimit", "GET /" + std::string(140'000, 'x') + " HTTP/1.1\r\n\r\n"},
                      Bad{"ABody", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"},
                      Bad{"AChunkedBody",
                          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
                      Bad{"AHeaderWithANul", std::string("GET / HTTP/1.1\r\nX: a\0b\r\n\r\n", 26)}),
    [](const auto& info) { return info.param.name; });

// Beast throws at a field that is this long.
TEST_F(ListenerLimits, ATrailerOf64KiBEndsItsConnectionAlone) {
  Browser browser(port);
  browser.say("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(70'000, 'x') +
              "\r\n\r\n");
  EXPECT_TRUE(until([&] { return browser.closed(); }));
  Browser other(port);
  EXPECT_TRUE(ask(other, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST_F(ListenerLimits, ARequestThatDoesNotArriveInTimeIsCut) {
  Browser browser(port);
  browser.say("GET / HTTP/1.1\r\nHost");
  ASSERT_TRUE(until([&] { return listener->connections() == 1; }));
  for (int second = 0; second < 4; ++second) {
    clock.advance(1s);
    browser.say("x");  // a drop at a time does not win more time
  }
  EXPECT_FALSE(browser.closed());
  clock.advance(2s);
  EXPECT_TRUE(until([&] { return browser.closed(); }));
  EXPECT_EQ(browser.heard(), "");
  EXPECT_TRUE(until([&] { return listener->connections() == 0; }));
}

TEST_F(ListenerLimits, AnIdleConnectionIsLetGo) {
  Browser browser(port);
  ask(browser, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  clock.advance(4s);
  EXPECT_FALSE(browser.closed());
  clock.advance(3s);
  EXPECT_TRUE(until([&] { return browser.closed(); }));
}

TEST_F(ListenerLimits, AReaderThatDoesNotReadIsCut) {
  body.assign(32UL * 1024 * 1024, 'x');
  Browser browser(port);
  browser.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(until([&] { return requests.size() == 1; }));
  clock.settle();
  clock.advance(7s);
  EXPECT_TRUE(until([&] { return listener->connections() == 0; }));
}

TEST_F(ListenerLimits, AUsersOldestUnfinishedRequestGoesFirst) {
  start({.places = {.all = 8, .a_stranger = 2, .own_taken = ConnectionPlaces::OwnTaken::oldest_goes}});
  Browser first(port);
  first.say("GET / HT");
  ASSERT_TRUE(until([&] { return listener->connections() == 1; }));
  clock.advance(1s);
  Browser second(port);
  ASSERT_TRUE(until([&] { return listener->connections() == 2; }));
  clock.advance(1s);
  Browser third(port);
  EXPECT_TRUE(until([&] { return first.closed(); }));
  EXPECT_FALSE(second.closed());
  EXPECT_TRUE(ask(third, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("hello"));
  EXPECT_EQ(listener->connections(), 2U);
}

TEST_F(ListenerLimits, WhoAsksAllTheTimeWaits) {
  start({.pace = {.at_once = 2, .each = 1s, .longest_pause = 10s}});
  Browser browser(port);
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_TRUE(ask(browser, request).ends_with("hello"));
  EXPECT_TRUE(ask(browser, request).ends_with("hello"));
  browser.say(request);
  Browser anew(port);
  anew.say(request);
  ASSERT_TRUE(until([&] { return listener->connections() == 2; }));
  clock.settle();
  EXPECT_EQ(requests.size(), 2U) << "a new connection is the same user's";
  clock.advance(1s);
  ASSERT_TRUE(until([&] { return requests.size() == 3; }));
  clock.advance(1s);
  EXPECT_TRUE(until([&] { return requests.size() == 4; }));
}

TEST_F(ListenerLimits, WhoWaitsAndHasGivenItsPlaceAwayIsGone) {
  start({.places = {.all = 8, .a_stranger = 1, .own_taken = ConnectionPlaces::OwnTaken::oldest_goes},
         .pace = {.at_once = 1, .each = 10s, .longest_pause = 10s}});
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  Browser first(port);
  EXPECT_TRUE(ask(first, request).ends_with("hello"));
  first.say(request);
  clock.settle();
  Browser second(port);
  EXPECT_TRUE(until([&] { return first.closed(); }));
  clock.settle();
  EXPECT_EQ(listener->connections(), 1U) << "it does not wait for its turn any more";
  EXPECT_EQ(requests.size(), 1U);
}

// Any page in the user's browser can ask a thousand times and go: the launch that comes next does not wait for all
// that.
TEST_F(ListenerLimits, NobodyOwesMoreThanTheLongestPause) {
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  start({.pace = {.at_once = 2, .each = 1s, .longest_pause = 2s}});
  for (int i = 0; i < 40; ++i) {
    Browser page(port);
    page.say(request);
    ASSERT_TRUE(until([&] { return listener->connections() > 0; }));
    clock.settle();
  }
  Browser launch(port);
  launch.say(request);
  clock.settle();
  clock.advance(2s);
  EXPECT_TRUE(until([&] { return launch.heard().ends_with("hello"); }));
}

// Whatever other programs have set for 127.0.0.1.
TEST_F(ListenerLimits, FortyKilobytesOfCookiesAreNoObstacle) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\nCookie: ";
  EXPECT_TRUE(ask(head + std::string(40UL * 1024, 'c') + "\r\n\r\n").ends_with("hello"));
  const std::string refused = ask(head + std::string(200UL * 1024, 'c') + "\r\n\r\n");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 431")) << refused.substr(0, 40);
  EXPECT_TRUE(refused.contains("cookies"));
}

}  // namespace
}  // namespace wardend
