// The gateway's door in virtual time: apps over socket pairs, and an answer that the test writes.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "daemon/gateway/server.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::test {

// An app's end of a connection; never blocks.
class App {
 public:
  explicit App(FileDescriptor socket) : socket_(std::move(socket)) {}

  // How many bytes the socket took.
  std::size_t put(std::string_view bytes) const {
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  // What has come since the last look.
  std::string heard() {
    std::string all;
    std::array<char, 65536> chunk{};
    for (;;) {
      const auto count = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (count == 0 || (count < 0 && errno == ECONNRESET)) closed_ = true;
      if (count <= 0) return all;
      all.append(chunk.data(), static_cast<std::size_t>(count));
    }
  }
  // Whether the other end has closed, once all is heard.
  [[nodiscard]] bool closed() const { return closed_; }
  void leave() { socket_.reset(); }
  void end_input() const { ::shutdown(socket_.get(), SHUT_WR); }

 private:
  FileDescriptor socket_;
  bool closed_ = false;
};

class Door : public ::testing::Test {
 public:
  Door() {
    log::set_sink([](log::Level, std::string_view) {});
  }
  ~Door() override {
    if (server) shut_down();
    clock.settle();
  }
  void open(ipc::ServerOptions options = {}) {
    server.emplace(
        loop, clock,
        [this](gateway::RequestHead head, gateway::Client& client) { return answer(std::move(head), client); },
        std::move(options), [](const ipc::Caller&) { return workstation::EpochNumber{7}; });
  }
  App connect(int buffer_bytes = 0) {
    if (!server) open();
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    if (buffer_bytes != 0) ::setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    server->adopt(FileDescriptor(ends[1]));
    clock.settle();
    return App(FileDescriptor(ends[0]));
  }
  void shut_down() {
    asio::co_spawn(loop, server->shut_down(), asio::detached);
    clock.settle();
  }
  // Sends it all, as fast as it is read.
  void put_all(const App& app, std::string_view bytes) {
    for (std::size_t count = 1; !bytes.empty() && count > 0; bytes.remove_prefix(count)) {
      count = app.put(bytes);
      clock.settle();
    }
  }
  // What comes in answer to these bytes.
  std::string say(App& app, std::string_view bytes) {
    put_all(app, bytes);
    return app.heard();
  }

  static std::string get(std::string_view id = "1", std::string_view fields = "") {
    return "GET /fhir/s/Patient/" + std::string(id) + " HTTP/1.1\r\nHost: wardend\r\n" + std::string(fields) + "\r\n";
  }
  static std::string post(std::string_view fields, std::string_view body = "") {
    return "POST /fhir/s/Observation HTTP/1.1\r\nHost: wardend\r\nContent-Type: application/json\r\n" +
           std::string(fields) + "\r\n" + std::string(body);
  }
  static std::string with_length(std::string_view body) {
    return post("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
  }
  static std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
    return count;
  }

  asio::awaitable<void> answer(gateway::RequestHead head, gateway::Client& client) {
    heads.push_back(std::move(head));
    if (script) {
      co_await script(client);
      co_return;
    }
    auto body = co_await client.body(most);
    bodies.push_back(body ? std::string(body->reveal()) : std::string(name_of(body.error().code())));
    taken = co_await client.reply({.status = body ? 200 : 400, .headers = {{"content-type", "text/plain"}}},
                                  Secret("to " + heads.back().path + ": " + bodies.back()));
  }

  asio::io_context loop;
  VirtualClock clock{loop};
  std::size_t most = 1000;                                                    // bytes of a body
  std::function<asio::awaitable<void>(gateway::Client& client)> script = {};  // instead of the usual answer
  std::vector<gateway::RequestHead> heads;
  std::vector<std::string> bodies;
  std::optional<bool> taken;  // whether the last answer was
  std::optional<gateway::Server> server;
};

}  // namespace wardend::test
