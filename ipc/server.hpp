// A Varlink server on one listening Unix socket. It accepts, learns who is calling, bounds what callers can take, and
// hands calls to the interfaces that it was given. What the calls do is theirs. Spec: https://varlink.org/Method-Call
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/connection_room.hpp"
#include "base/file_descriptor.hpp"
#include "base/task_group.hpp"
#include "base/worker.hpp"
#include "ipc/caller.hpp"
#include "ipc/connection.hpp"
#include "ipc/counters.hpp"
#include "ipc/dispatcher.hpp"
#include "ipc/service_interface.hpp"
#include "ipc/unsent_replies.hpp"

namespace wardend::ipc {

struct Limits {
  std::size_t frame_bytes = 256UL * 1024;
  std::size_t stranger_frame_bytes = 4096;  // what may be asked without a rule or a role is short
  ConnectionPlaces places = {};             // root's connections count too
  Duration half_frame = 10s;                // how long a frame may take to arrive; looked at once a second
  Duration drain = 5s;                      // how long a reply may wait for its reader
  Duration stranger_idle = 5s;              // how long a stranger may keep a place without a call
};

struct ServerOptions {
  Limits limits = {};
  std::string label = {};  // "broker", "control": for log lines
  std::string version = {};
  // Told after each call: the method's bare name and the time from its frame's turn to its reply's write.
  std::function<void(std::string_view method, std::chrono::nanoseconds)> on_call = {};
  // Parses frames over 8 KiB; without one they are parsed on the loop.
  Worker* worker = nullptr;
  // Whether the configuration names this caller, who then gets in before strangers do. Without it everybody is known.
  std::function<bool(const Caller&)> is_known = {};
  // The same before the caller was looked up in /proc: false spares that. Without it everybody is looked up.
  std::function<bool(const Caller&)> may_be_known = {};
};

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
  // Takes over a connected Unix stream socket as if it had been accepted.
  void adopt(FileDescriptor connected);

  // See UnsentReplies.
  void take_back(const About& meant, const Error& instead);

  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] const std::string& label() const { return options_.label; }

  // Stops accepting, closes every connection, and completes when all handlers have ended.
  [[nodiscard]] asio::awaitable<void> shut_down();

 private:
  friend class Connection;
  using Acceptor = asio::basic_socket_acceptor<asio::local::stream_protocol, asio::io_context::executor_type>;

  asio::awaitable<void> accept_loop();
  asio::awaitable<void> sweep_loop();
  void admit(Socket socket);
  struct Room {
    bool let_in = false;
    Connection* instead_of = nullptr;
  };
  [[nodiscard]] Room room_for(const Caller& caller, Rank rank) const;
  void reject(Rejection reason, std::string_view who);
  void retire(Connection& connection);
  void report_rejections(BootTime now);
  // Notes a malformed frame of this user; whether there were more of them within a second than an accident explains.
  [[nodiscard]] bool too_many_malformed(uid_t uid) { return ++malformed_[uid] > malformed_a_second; }
  [[nodiscard]] Dispatcher* find(std::string_view interface);

  asio::io_context& loop_;
  Clock& clock_;
  UnsentReplies& unsent_;
  ServerOptions options_;
  std::vector<Dispatcher*> dispatchers_;
  ServiceInterface service_;
  AcceptHook on_accept_;
  Acceptor acceptor_;
  TaskGroup tasks_;
  std::map<Connection*, std::unique_ptr<Connection>> connections_;
  static constexpr unsigned malformed_a_second = 8;
  std::map<uid_t, unsigned> malformed_;  // since the last sweep
  Counters counters_;
  std::uint64_t reported_ = 0;  // rejections already in the log
  BootTime reported_at_{};
  Event emptied_;
  bool shutting_down_ = false;
};

}  // namespace wardend::ipc
