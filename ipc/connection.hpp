// One connection of a Server: frames in, replies out in their order, one frame a turn of the loop. Only server.cpp
// makes them. One coroutine calls the handlers; reading and writing are plain callbacks beside it, so that a peer that
// leaves is noticed while a handler waits, and so that a call that is answered at once costs no more than its system
// calls.
#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/connection_room.hpp"
#include "ipc/caller.hpp"
#include "ipc/counters.hpp"
#include "ipc/dispatcher.hpp"
#include "ipc/frame_buffer.hpp"
#include "ipc/output_queue.hpp"
#include "ipc/unsent_replies.hpp"

namespace wardend::ipc {

class Server;
using Socket = asio::basic_stream_socket<asio::local::stream_protocol, asio::io_context::executor_type>;

class Connection final : private StreamSink {
 public:
  Connection(Server& server, Socket socket, Caller caller, Rank rank, std::uint64_t tag);
  ~Connection() override;

  void start();
  // Ends it now: unsent replies are wiped and the handler is cancelled. The object goes once nothing refers to it.
  void close();
  void close_for(Rejection reason);
  // Cuts the connection if one of its deadlines has passed, or if its peer left unseen.
  void sweep(BootTime now);
  void take_back(const About& meant, const Error& instead);

  [[nodiscard]] const Caller& caller() const { return caller_; }
  [[nodiscard]] std::uint64_t tag() const { return tag_; }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] OpenConnection as_open() const {
    return {.user = caller_.uid(), .process = caller_.pid(), .rank = rank_, .busy = handling_, .since = since_};
  }

 private:
  struct Request;

  // connection.cpp: bytes and turns
  void wait_readable();
  void on_readable(std::size_t landed);
  bool receive(std::size_t landed);
  bool take(std::size_t count);
  void flush();
  void note_blocked();
  void drive();
  void after_turn();
  void schedule_turn();
  void end_if_done();
  void release();
  void worker_ended(const std::exception_ptr& failure);

  // connection_call.cpp: requests and replies
  asio::awaitable<void> work();
  asio::awaitable<bool> next_turn();
  asio::awaitable<void> handle_frame();
  asio::awaitable<void> end_malformed();
  asio::awaitable<std::unique_ptr<Request>> take_request();
  [[nodiscard]] std::unique_ptr<Request> route(std::unique_ptr<Request> request) const;
  void forget_last_call();
  void reply(const Request& request, Call& call, Outcome outcome);
  asio::awaitable<bool> send(std::string parameters_json) override;

  Server& server_;
  Socket socket_;
  Caller caller_;
  Rank rank_;
  std::uint64_t tag_;
  BootTime since_;  // of the last call, or when it was made
  // A read is under way into this whenever the peer may send. Its own memory, as the frames in input_ move meanwhile; a
  // plain read costs one system call less than waiting for readiness first. Wiped as soon as it has been taken over.
  std::array<char, 1024> landing_;
  FrameBuffer input_;
  OutputQueue output_;
  std::move_only_function<void()> turn_;  // resumes the worker, while it waits for a frame
  asio::cancellation_signal cancel_;
  Event drained_;

  // The last prepared call: pollers send the same bytes again and again. It may name a patient: a clear forgets it.
  std::string last_frame_;
  std::unique_ptr<Request> last_request_;

  std::optional<BootTime> partial_since_;
  std::optional<BootTime> blocked_since_;
  std::uint64_t blocked_at_ = 0;  // frames taken when blocked_since_ was set
  unsigned refused_in_row_ = 0;   // calls that were answered with an error
  int references_ = 0;            // callbacks and the worker: they hold a plain pointer to this
  bool met_ = false;              // the caller's process was looked for
  bool closed_ = false;
  bool reading_ = false;    // a read into landing_ is outstanding
  bool writing_ = false;    // a wait for room in the socket is outstanding
  bool scheduled_ = false;  // a turn is posted
  bool driving_ = false;    // the worker runs inside drive()
  bool handling_ = false;   // a call is being answered
  bool input_ended_ = false;
};

}  // namespace wardend::ipc
