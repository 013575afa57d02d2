// The listener on real sockets; its deadlines run on a virtual clock.
#include "daemon/http/listener.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <functional>
#include <optional>
#include <regex>

#include "base/file_descriptor.hpp"
#include "base/task_group.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

// A browser of few words.
class Browser {
 public:
  explicit Browser(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  void say(std::string_view text) {
    while (!text.empty()) {
      const auto count = ::send(socket_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void read() {
    std::array<char, 65536> chunk{};
    for (;;) {
      const auto count = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (count == 0 || (count < 0 && errno == ECONNRESET)) closed_ = true;
      if (count <= 0) return;
      heard_.append(chunk.data(), static_cast<std::size_t>(count));
    }
  }
  [[nodiscard]] const std::string& heard() {
    read();
    return heard_;
  }
  [[nodiscard]] bool closed() {
    read();
    return closed_;
  }
  void leave() { socket_.reset(); }

 private:
  FileDescriptor socket_;
  std::string heard_;
  bool closed_ = false;
};

class Listener : public ::testing::Test {
 public:
  Listener() { start({}); }
  ~Listener() override { stop(); }
  void start(http::Listener::Options options) {
    stop();
    const auto socket = http::listen_on("127.0.0.1:0");
    ASSERT_TRUE(socket) << socket.error();
    port = http::local_port(*socket);
    listener.emplace(loop, clock, std::vector<int>{*socket}, options,
                     [this](http::InboundRequest request) { return handle(std::move(request)); });
    clock.settle();
  }
  void stop() {
    if (!listener) return;
    bool ended = false;
    TaskGroup closing(loop.get_executor());
    closing.spawn("close", close(ended));
    until([&] { return ended; });
    listener.reset();
  }
  asio::awaitable<void> close(bool& ended) {
    co_await listener->shut_down();
    ended = true;
  }
  asio::awaitable<http::Reply> handle(http::InboundRequest request) {
    requests.push_back(std::move(request));
    if (fails) throw boost::system::system_error(asio::error::broken_pipe);
    http::Reply reply{.status = 200, .headers = headers};
    reply.body = Secret(body);
    co_return reply;
  }
  bool until(const std::function<bool()>& reached) {
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    clock.settle();
    while (!reached() && std::chrono::steady_clock::now() < give_up) {
      loop.restart();
      loop.run_one_for(10ms);
      clock.settle();
    }
    return reached();
  }
  // The whole reply to `text`, whose body is as long as it says.
  std::string ask(Browser& browser, std::string_view text) {
    const auto from = browser.heard().size();
    browser.say(text);
    const auto whole = [&] {
      const std::string heard = browser.heard().substr(from);
      std::smatch length;
      const auto end = heard.find("\r\n\r\n");
      if (end == std::string::npos) return browser.closed();
      const bool sized = std::regex_search(heard, length, std::regex("Content-Length: (\\d+)"));
      return browser.closed() || text.starts_with("HEAD") ||
             (sized && heard.size() >= end + 4 + std::stoul(length[1].str()));
    };
    until(whole);
    return browser.heard().substr(from);
  }
  std::string ask(std::string_view text) {
    Browser browser(port);
    return ask(browser, text);
  }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  std::uint16_t port = 0;
  std::optional<http::Listener> listener;
  std::vector<http::InboundRequest> requests;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body = "hello";
  bool fails = false;
};

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

struct Bad {
  const char* name;
  std::string request;
};
class ListenerRefuses : public Listener, public ::testing::WithParamInterface<Bad> {};
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

TEST_F(Listener, ARequestThatDoesNotArriveInTimeIsCut) {
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

TEST_F(Listener, AnIdleConnectionIsLetGo) {
  Browser browser(port);
  ask(browser, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  clock.advance(4s);
  EXPECT_FALSE(browser.closed());
  clock.advance(3s);
  EXPECT_TRUE(until([&] { return browser.closed(); }));
}

TEST_F(Listener, AReaderThatDoesNotReadIsCut) {
  body.assign(32UL * 1024 * 1024, 'x');
  Browser browser(port);
  browser.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(until([&] { return requests.size() == 1; }));
  clock.settle();
  clock.advance(7s);
  EXPECT_TRUE(until([&] { return listener->connections() == 0; }));
}

TEST_F(Listener, MoreConnectionsThanAllowedAreClosed) {
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

TEST(ListenOn, TakesANumericAddressWithAPort) {
  for (const char* bad : {"", "9724", "localhost:1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000",
                          "127.0.0.1:1x", "[::1:1", "[zz]:1", ":1"}) {
    const auto socket = http::listen_on(bad);
    EXPECT_FALSE(socket) << bad;
    if (!socket) EXPECT_FALSE(socket.error().empty());
  }
  const auto socket = http::listen_on("127.0.0.1:0");
  ASSERT_TRUE(socket);
  const FileDescriptor owner(*socket);
  EXPECT_NE(http::local_port(*socket), 0);
}

TEST(ListenOn, BothLoopbacksShareAPortAndSayWhenItIsTaken) {
  const auto sockets = http::listen_on_loopback(0);
  ASSERT_TRUE(sockets) << sockets.error();
  std::vector<FileDescriptor> owners;
  for (const int socket : *sockets) owners.emplace_back(socket);
  for (const int socket : *sockets) EXPECT_EQ(http::local_port(socket), http::local_port(sockets->front()));
  const auto again = http::listen_on_loopback(http::local_port(sockets->front()));
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().find("loopback_port"), std::string::npos) << again.error();
}

}  // namespace
}  // namespace wardend
