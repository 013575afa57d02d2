// The gateway's door: who connects to fhir_socket is let in as on the broker's socket, and room is kept for those whom
// the configuration names.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/door.hpp"
#include "base/file_descriptor.hpp"
#include "base/task_group.hpp"
#include "daemon/gateway/body_room.hpp"
#include "daemon/gateway/client.hpp"
#include "daemon/gateway/connection.hpp"
#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/request_head.hpp"
#include "daemon/gateway/turns.hpp"
#include "ipc/counters.hpp"
#include "ipc/server_options.hpp"

namespace wardend::gateway {

class Server {
 public:
  // Answers one request. The client outlives it.
  using Answer = std::function<asio::awaitable<void>(RequestHead head, Client& client)>;
  // Called once a connection of a known caller is accepted.
  using AcceptHook = std::function<workstation::EpochNumber(const ipc::Caller&)>;

  // Of `options`: places, door, strangers, is_known and may_be_known.
  Server(asio::io_context& loop, Clock& clock, Answer answer, ipc::ServerOptions options, AcceptHook on_accept);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Starts accepting on a listening Unix stream socket. Once only.
  void listen(FileDescriptor listening);
  // Takes over a connected socket as if it had been accepted.
  Rank adopt(FileDescriptor connected);
  [[nodiscard]] const ipc::Counters& counters() const { return counters_; }
  // Stops accepting, ends every connection, and completes when the last is gone.
  [[nodiscard]] asio::awaitable<void> shut_down();

 private:
  friend class Connection;
  using Connections = std::list<std::unique_ptr<Connection>>;

  [[nodiscard]] bool make_room_for(const ipc::Caller& caller, Rank rank);
  [[nodiscard]] asio::awaitable<void> serve(Connections::iterator connection);
  [[nodiscard]] asio::awaitable<void> watch_deadlines();
  Rank refuse(ipc::Rejection reason, const ipc::Caller* who = nullptr);
  // Of a request whose head cannot be read.
  void unreadable(const ipc::Caller& who, const Refusal& refusal);
  void deadline_set(BootTime deadline);

  asio::io_context& loop_;
  Clock& clock_;
  Answer answer_;
  ipc::ServerOptions options_;
  AcceptHook on_accept_;
  std::optional<Door> door_;
  Connections connections_;
  ipc::Counters counters_;
  Turns turns_;
  BodyRoom bodies_;
  BootTime next_look_ = BootTime::max();
  Event stirred_;  // an earlier deadline than next_look_
  TaskGroup tasks_;
};

}  // namespace wardend::gateway
