// The calls of one connection: one coroutine takes a frame when it is given a turn, calls the handler, and queues the
// reply. It decides how long a connection whose calls are refused waits. Bytes and turns are its Connection's.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <exception>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "ipc/caller.hpp"
#include "ipc/dispatcher.hpp"
#include "ipc/request.hpp"

namespace wardend::ipc {

class Connection;

class CallRunner final : private StreamSink {
 public:
  // `owner` and what it shows must outlive the runner's coroutine: running() says whether that has ended.
  CallRunner(Connection& owner, Clock& clock) : owner_(owner), clock_(clock) {}

  // Starts the coroutine. Once only.
  void start();
  // Gives it one turn: by the time this returns the first frame is answered, or its handler waits. Only while
  // waiting().
  void take_turn();
  // Cancels the handler, and lets the coroutine end.
  void stop();
  // More of a stream can be sent.
  void drained() { drained_.notify_all(); }
  // Forgets the last call, which may name a patient; one that is being answered when it has been.
  void forget_last_call();

  [[nodiscard]] bool running() const { return running_; }
  // For a turn.
  [[nodiscard]] bool waiting() const { return turn_ != nullptr; }
  // A call is being answered.
  [[nodiscard]] bool busy() const { return busy_; }
  // The call that is being answered asked for more than one reply.
  [[nodiscard]] bool streams() const { return streams_; }

 private:
  asio::awaitable<void> work();
  asio::awaitable<void> answer_frame();
  using Taken = std::expected<std::unique_ptr<Request>, std::string>;
  asio::awaitable<Taken> take_request();
  void refuse_too_large();
  asio::awaitable<void> end_malformed(unsigned weight, std::string why);
  asio::awaitable<void> wait(Duration pause);
  void answered(const Request& request, Call& call, Outcome outcome, unsigned weight);
  void reply(const Request& request, Call& call, Outcome outcome);
  void ended(const std::exception_ptr& failure);
  void log_failure(std::string_view error) const;
  asio::awaitable<bool> send(std::string parameters_json, std::vector<std::string> about) override;

  Connection& owner_;
  Clock& clock_;
  std::move_only_function<void()> turn_;  // resumes the coroutine
  asio::cancellation_signal cancel_;
  Event drained_;
  // The last prepared call: pollers send the same bytes again and again.
  std::string last_frame_;
  std::unique_ptr<Request> last_request_;
  Duration pause_{0};  // before the next call, as the last was refused
  bool running_ = false;
  bool busy_ = false;
  bool streams_ = false;
  bool in_turn_ = false;
  bool forgets_ = false;  // the call that is being answered is not to be remembered
};

}  // namespace wardend::ipc
