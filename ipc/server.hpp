// A Varlink server on one listening Unix socket. It accepts, learns who is calling, bounds what callers can take, and
// hands calls to the interfaces that it was given. What the calls do is theirs. Spec: https://varlink.org/Method-Call
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/door.hpp"
#include "base/file_descriptor.hpp"
#include "base/task_group.hpp"
#include "ipc/caller.hpp"
#include "ipc/closer.hpp"
#include "ipc/connection.hpp"
#include "ipc/counters.hpp"
#include "ipc/dispatcher.hpp"
#include "ipc/places.hpp"
#include "ipc/recent_processes.hpp"
#include "ipc/server_options.hpp"
#include "ipc/service_interface.hpp"
#include "ipc/shares.hpp"
#include "ipc/unsent_replies.hpp"

namespace wardend::ipc {

// Called once a connection of a known caller is accepted; what it returns is in every Call of that connection. A
// stranger's calls have 0.
using AcceptHook = std::function<std::uint64_t(const Caller&)>;

class Server {
 public:
  // The dispatchers, the clock, `unsent` and the loop must outlive the server; the loop runs on one thread.
  Server(asio::io_context& loop, Clock& clock, UnsentReplies& unsent, ServerOptions options,
         std::vector<Dispatcher*> dispatchers, AcceptHook on_accept);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Terminates when a connection is still there: shut_down first.
  ~Server();

  // Starts accepting on a listening Unix stream socket, passed or made by listen_at. Once only.
  void listen(FileDescriptor listening);
  // Completes when whoever had connected by now was let in and what they sent was answered, at `until` at the latest.
  // For a start: what was asked while nobody listened here is done before anybody is served elsewhere.
  [[nodiscard]] asio::awaitable<void> hear_who_waits(BootTime until);
  // Takes over a connected, non-blocking Unix stream socket as if it had been accepted. Returns whose it was; whoever
  // is refused counts as a stranger.
  Rank adopt(FileDescriptor connected);

  // See UnsentReplies.
  void take_back(const About& meant, const Error& instead);

  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] const std::string& label() const { return options_.label; }

  // Stops accepting, closes every connection, and completes when all handlers have ended.
  [[nodiscard]] asio::awaitable<void> shut_down();

 private:
  friend class Connection;

  asio::awaitable<void> sweep_loop();
  asio::awaitable<void> sweep();
  [[nodiscard]] bool wants_sweep() const;
  struct Newcomer {
    FileDescriptor socket;
    std::span<char> sent;  // what has been received of it
    Caller caller;
    Rank rank;
    std::uint64_t tag;
  };
  void seat(Newcomer newcomer);
  // False: its process is gone.
  bool hold(Caller& caller, int socket);
  Rank adopt(FileDescriptor connected, std::span<char> buffer);
  [[nodiscard]] bool somebody_waits();
  [[nodiscard]] Places::Room room_for(const Caller& caller, Rank rank);
  [[nodiscard]] PeerFacts wanted_facts() const { return options_.wanted_facts ? options_.wanted_facts() : PeerFacts(); }
  // `Who`: a Caller, or what is known of somebody who is none.
  template <typename Who>
  Rank refuse(FileDescriptor socket, Rejection reason, const Who& who);
  // No place is free for that caller.
  Rank turn_away(FileDescriptor socket, const Caller& caller, Rank rank);
  void reject(Rejection reason, const Caller& caller);
  void reject(Rejection reason, std::string_view who);
  // Whether one that has ended is worth keeping.
  [[nodiscard]] bool wants_spare() const;
  void retire(Connection& connection);
  template <typename Do>
  void for_each_connection(Do something);
  void report_rejections(BootTime now);
  // Lets connections read on that wait for leave to read a large frame.
  void let_starved_read();

  asio::io_context& loop_;
  Clock& clock_;
  UnsentReplies& unsent_;
  ServerOptions options_;
  ServiceInterface service_;
  std::vector<Dispatcher*> interfaces_;  // with the service's own
  AcceptHook on_accept_;
  std::optional<Door> door_;
  TaskGroup tasks_;
  using Connections = std::map<Connection*, std::unique_ptr<Connection>>;
  Connections connections_;
  // Some that have ended: their coroutines and buffers are used again.
  std::vector<Connections::node_type> spare_;
  Places places_;
  RecentProcesses recent_;
  Closer closer_;
  Shares shares_;
  Counters counters_;
  Event stirred_;               // somebody has come or was turned away, or has a deadline now
  std::uint64_t reported_ = 0;  // rejections already in the log
  BootTime reported_at_{};
  Event emptied_;
  bool shutting_down_ = false;
};

}  // namespace wardend::ipc
