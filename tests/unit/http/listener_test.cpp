// Where the listener listens, and what goes back and forth.
#include <gtest/gtest.h>

#include "tests/unit/http/listener_world.hpp"

namespace wardend {
namespace {

using test::Browser;

class Listener : public test::ListenerWorld {};

TEST_F(Listener, HandsOverTheRequestAndSendsTheReply) {
  const std::string reply =
      ask("GET /a/b?c=d&e HTTP/1.1\r\nHost: 127.0.0.1:1\r\nX-Mixed-Case: Value\r\nTwice: 1\r\ntwice: 2\r\n\r\n");
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n")) << reply;
  EXPECT_TRUE(reply.ends_with("\r\n\r\nhello"));
  ASSERT_EQ(requests.size(), 1U);
  const http::InboundRequest& request = requests.front();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.path, "/a/b");
  EXPECT_EQ(request.query.reveal(), "c=d&e");
  EXPECT_EQ(request.header("host"), "127.0.0.1:1");
  EXPECT_EQ(request.header("x-mixed-case"), "Value");
  EXPECT_EQ(request.header("twice"), "") << "a header that stands twice has no one value";
  EXPECT_FALSE(request.peer_uid);
}

TEST_F(Listener, EveryReplyForbidsCachingFramingAndScripts) {
  const std::string reply = ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  for (const char* header :
       {"Cache-Control: no-store\r\n", "Referrer-Policy: no-referrer\r\n", "X-Content-Type-Options: nosniff\r\n",
        "X-Frame-Options: DENY\r\n", "default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"})
    EXPECT_NE(reply.find(header), std::string::npos) << header << "\n" << reply;
  EXPECT_EQ(reply.find("script-src"), std::string::npos);
  EXPECT_EQ(reply.find("Server:"), std::string::npos);
}

TEST_F(Listener, AHandlersOwnHeadersWin) {
  headers = {{"Cache-Control", "max-age=1"}, {"Location", "https://x.example/"}};
  const std::string reply = ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(reply.find("Cache-Control: max-age=1\r\n"), std::string::npos);
  EXPECT_EQ(reply.find("no-store"), std::string::npos);
  EXPECT_NE(reply.find("Location: https://x.example/\r\n"), std::string::npos);
}

TEST_F(Listener, AConnectionServesOneRequestAfterTheOther) {
  Browser browser(port);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask(browser, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("hello"));
  EXPECT_TRUE(ask(browser, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ends_with("hello"));
  EXPECT_TRUE(until([&] { return browser.closed(); }));
  EXPECT_EQ(requests.size(), 4U);
}

TEST_F(Listener, AHeadRequestGetsTheHeadersAlone) {
  Browser browser(port);
  const std::string reply = ask(browser, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(reply.find("Content-Length: 5\r\n"), std::string::npos) << reply;
  EXPECT_TRUE(reply.ends_with("\r\n\r\n"));
  EXPECT_TRUE(ask(browser, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("hello"))
      << "the connection is still in step";
}

TEST_F(Listener, TellsTheHandlerWhichUserAsks) {
  start({.identify_peer = true});
  ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests.front().peer_uid, ::getuid());
}

TEST_F(Listener, APeerThatTheKernelNoLongerKnowsIsNotHeard) {
  start({.identify_peer = true});
  {
    Browser browser(port);
    browser.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    browser.leave();  // before the listener has looked
  }
  clock.settle();
  EXPECT_TRUE(until([&] { return listener->connections() == 0; }));
  EXPECT_TRUE(ask("GET /next HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("hello"));
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests.front().path, "/next");
}

TEST_F(Listener, AHandlerThatFailsIsA500WithoutDetails) {
  fails = true;
  const std::string reply = ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 500 ")) << reply;
  EXPECT_EQ(reply.find("pipe"), std::string::npos);
}

TEST_F(Listener, ShuttingDownEndsOpenConnections) {
  Browser idle(port);
  Browser busy(port);
  ask(idle, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  busy.say("GET / HT");
  ASSERT_TRUE(until([&] { return listener->connections() == 2; }));
  stop();
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(busy.closed());
}

}  // namespace
}  // namespace wardend
