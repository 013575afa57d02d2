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
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 400 ")) << reply.substr(0, 200);
  EXPECT_TRUE(until([&] { return browser.closed(); }));
  EXPECT_TRUE(requests.empty());
}
INSTANTIATE_TEST_SUITE_P(
    Http, ListenerRefuses,
    ::testing::Values(Bad{"WhatIsNotHttp", "hello there\r\n\r\n"},
                      Bad{"AHeaderOverTheLimit", "GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n"},
                      Bad{"ManyHeadersOverTheLimit",
                          [] {
                            std::string text = "GET / HTTP/1.1\r\n";
                            for (int i = 0; i < 4000; ++i) text += "X-" + std::to_string(i) + ": y\r\n";
                            return text + "\r\n";
                          }()},
                      Bad{"AnAddressOverTheLimit", "GET /" + std::string(40'000, 'x') + " HTTP/1.1\r\n\r\n"},
                      Bad{"ABody", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"},
                      Bad{"AChunkedBody",
                          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
                      Bad{"AHeaderWithANul", std::string("GET / HTTP/1.1\r\nX: a\0b\r\n\r\n", 26)}),
    [](const auto& info) { return info.param.name; });

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

TEST_F(ListenerLimits, MoreConnectionsThanAllowedAreClosed) {
  start({.max_connections = 2});
  Browser first(port);
  Browser second(port);
  ASSERT_TRUE(until([&] { return listener->connections() == 2; }));
  Browser third(port);
  EXPECT_TRUE(until([&] { return third.closed(); }));
  EXPECT_EQ(listener->connections(), 2U);
  EXPECT_TRUE(ask(first, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("hello"));
  first.leave();
  ASSERT_TRUE(until([&] { return listener->connections() == 1; }));
  EXPECT_TRUE(ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("hello"));
}

}  // namespace
}  // namespace wardend
