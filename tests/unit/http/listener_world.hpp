// The listener on real sockets, with a browser of few words; its deadlines run on a virtual clock.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <chrono>
#include <functional>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/task_group.hpp"
#include "daemon/http/listener.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::test {

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

class ListenerWorld : public ::testing::Test {
 public:
  ListenerWorld() { start({}); }
  ~ListenerWorld() override { stop(); }
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
  VirtualClock clock{loop};
  std::uint16_t port = 0;
  std::optional<http::Listener> listener;
  std::vector<http::InboundRequest> requests;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body = "hello";
  bool fails = false;
};

}  // namespace wardend::test
