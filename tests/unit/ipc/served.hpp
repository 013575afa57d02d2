// A server over a fake broker in virtual time, and peers that talk to it over socket pairs.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ipc/server.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/unit/ipc/fake_broker.hpp"

namespace wardend::ipc::test {

// The client's end of a connection; never blocks.
class Peer {
 public:
  explicit Peer(FileDescriptor socket) : socket_(std::move(socket)) {}

  // Bytes as they are; the number that the socket took.
  std::size_t put(std::string_view bytes) const {
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  void call(std::string_view method, const nlohmann::json& parameters = nlohmann::json::object()) const {
    put_frame({{"method", "org.wardend.Broker." + std::string(method)}, {"parameters", parameters}});
  }
  void put_frame(const nlohmann::json& frame) const {
    const auto text = frame.dump();
    put({text.c_str(), text.size() + 1});
  }
  // Every whole frame that has arrived.
  std::vector<nlohmann::json> replies() {
    std::array<char, 65536> chunk{};
    for (;;) {
      const auto count = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (count == 0) closed_ = true;
      if (count < 0 && errno == ECONNRESET) closed_ = true;
      if (count <= 0) break;
      unread_.append(chunk.data(), static_cast<std::size_t>(count));
    }
    std::vector<nlohmann::json> frames;
    for (auto end = unread_.find('\0'); end != std::string::npos; end = unread_.find('\0')) {
      frames.push_back(nlohmann::json::parse(unread_.substr(0, end)));
      unread_.erase(0, end + 1);
    }
    return frames;
  }
  // The one frame that has arrived; null when there is none, or several.
  nlohmann::json reply() {
    auto all = replies();
    return all.size() == 1 ? all.front() : nlohmann::json();
  }
  bool closed() {
    const auto bytes = unread_;
    replies();
    return closed_;
  }
  void leave() { socket_.reset(); }
  void end_input() const { ::shutdown(socket_.get(), SHUT_WR); }
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  FileDescriptor socket_;
  std::string unread_;
  bool closed_ = false;
};

class Served : public ::testing::Test {
 public:
  ~Served() override {
    if (!server) return;
    asio::co_spawn(loop, server->shut_down(), asio::detached);
    clock.settle();
  }
  void start(ServerOptions options) {
    options.version = "1.2";
    server.emplace(loop, clock, unsent, std::move(options), std::vector<Dispatcher*>{&dispatcher},
                   [](const Caller&) { return std::uint64_t{7}; });
  }
  Peer connect(int buffer_bytes = 0) {
    if (!server) start({});
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    if (buffer_bytes != 0) ::setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    server->adopt(FileDescriptor(ends[1]));
    clock.settle();
    return Peer(FileDescriptor(ends[0]));
  }
  // Sends a call, lets the server work, and gives its one reply.
  nlohmann::json ask(Peer& peer, std::string_view method, const nlohmann::json& parameters = nlohmann::json::object()) {
    peer.call(method, parameters);
    clock.settle();
    return peer.reply();
  }
  [[nodiscard]] std::uint64_t rejected(Rejection reason) const { return server->counters().of(reason); }

  asio::io_context loop;
  wardend::test::VirtualClock clock{loop};
  FakeBroker fake{clock};
  broker::Dispatcher dispatcher{fake};
  UnsentReplies unsent;
  std::optional<Server> server;
};

// Sends it all, letting the server read in between; false once it is refused.
inline bool put_all(Served& served, Peer& peer, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = peer.put(bytes);
    if (count == 0) return false;
    bytes.remove_prefix(count);
    served.clock.settle();
  }
  return true;
}

// A ParkWork call of that size.
inline std::string park(std::size_t frame_bytes) {
  std::string text = R"({"method":"org.wardend.Broker.ParkWork","parameters":{"session":"s","label":"l","data":")";
  text.append(frame_bytes - text.size() - 3, 'x');
  return text + "\"}}";
}

}  // namespace wardend::ipc::test
