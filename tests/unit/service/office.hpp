// The Broker's methods over the real server and a pair of sockets. The kernel says that the caller is this test's own
// user; with the control socket as the one lock source its login session is its uid.
#pragma once

#include <nlohmann/json.hpp>

#include "ipc/server.hpp"
#include "tests/unit/ipc/served.hpp"
#include "tests/unit/service/service_world.hpp"

namespace wardend::test {

using ipc::test::Peer;
using nlohmann::json;

struct Office : ServiceWorld {
  ipc::Server server{loop, clock, unsent, {}, {&core.broker_methods}, [this](const ipc::Caller& caller) {
                       return gate.epoch_at_accept(caller);
                     }};
  std::string home = "uid:" + std::to_string(::getuid());

  Office() {
    settings->broker.lock_sources = {"control"};
    app().peers = {{.user = "x", .uid = ::getuid()}};
    app().open_url = "http://127.0.0.1:1/";
  }
  ~Office() {
    launches.spawn("server", server.shut_down());
    clock.settle();
  }
  // `send_buffer`: bytes, 0: the kernel's own; a small one fills when the peer does not read.
  Peer connect_peer(int send_buffer = 0) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    if (send_buffer > 0) ::setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer));
    server.adopt(FileDescriptor(ends[1]));
    clock.settle();
    return Peer(FileDescriptor(ends[0]));
  }
  json call(Peer& peer, std::string_view method, const json& parameters = json::object()) {
    peer.call(method, parameters);
    clock.advance(2s);
    return peer.reply();
  }
  session::Session& begin_here(const std::string& id) {
    static_cast<void>(workstation.enter(home));
    session::Session& session = begin(id, home);
    session.uid = ::getuid();
    return session;
  }
};

inline std::string error_of(const json& reply) {
  const auto error = reply.value("error", "");
  return error.substr(error.rfind('.') + 1);
}

}  // namespace wardend::test
