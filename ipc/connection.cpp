#include "ipc/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.hpp"
#include "base/secret.hpp"
#include "ipc/error_frame.hpp"
#include "ipc/server.hpp"

namespace wardend::ipc {
namespace {

// A batch of replies is written when it is this long, even if more calls wait to be answered.
constexpr std::size_t batch_bytes = 64UL * 1024;
constexpr std::size_t most_parts = 96;

// Closed for both directions: after shutdown(SHUT_WR) alone the peer still wants its answers.
bool hung_up(int socket) {
  pollfd peer{.fd = socket, .events = POLLRDHUP, .revents = 0};
  return ::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

void Connection::start() {
  ++references_;
  asio::co_spawn(asio::any_io_executor(socket_.get_executor()), work(),
                 asio::bind_cancellation_slot(cancel_.slot(),
                                              [this](const std::exception_ptr& failure) { worker_ended(failure); }));
}

// A handler that throws ends its own connection and nothing else.
void Connection::worker_ended(const std::exception_ptr& failure) {
  try {
    if (failure) std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    const bool cancelled = error.code() == asio::error::operation_aborted;
    if (!cancelled)
      log::bounded(log::Level::error, "call failed", std::to_string(caller_.uid()),
                   {{"caller", caller_.describe()}, {"error", error.code().message()}});
  } catch (const std::exception& error) {
    log::bounded(log::Level::error, "call failed", std::to_string(caller_.uid()),
                 {{"caller", caller_.describe()}, {"error", error.what()}});
  } catch (...) {
    log::bounded(log::Level::error, "call failed", std::to_string(caller_.uid()), {{"caller", caller_.describe()}});
  }
  handling_ = false;
  close();
  release();
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  output_.clear();
  input_.clear();
  drained_.notify_all();
  cancel_.emit(asio::cancellation_type::terminal);
  if (auto turn = std::exchange(turn_, nullptr)) turn();
}

void Connection::close_for(Rejection reason) {
  if (!closed_) server_.reject(reason, caller_.describe());
  close();
}

void Connection::release() {
  if (--references_ == 0 && closed_) server_.retire(*this);
}

void Connection::wait_readable() {
  if (closed_ || reading_ || input_ended_ || input_.room().empty()) return;
  reading_ = true;
  ++references_;
  if (input_.partial() && !partial_since_) partial_since_ = server_.clock_.now();
  const std::size_t room = std::min(landing_.size(), input_.room().size());
  socket_.async_receive(asio::buffer(landing_.data(), room),
                        [this](const boost::system::error_code& error, std::size_t landed) {
                          reading_ = false;
                          if (!closed_ && (!error || error == asio::error::eof)) on_readable(landed);
                          if (!closed_ && error && error != asio::error::eof) close();
                          release();
                        });
}

void Connection::on_readable(std::size_t landed) {
  if (!receive(landed)) return;
  if (!scheduled_) drive();
  wait_readable();
}

// What has landed, and as much more as one read gives. False: the connection was closed.
bool Connection::receive(std::size_t landed) {
  if (landed == 0) {
    if (hung_up(socket_.native_handle())) return close(), false;
    input_ended_ = true;
    end_if_done();
    return !closed_;
  }
  for (std::size_t taken = 0; taken < landed;) {
    const auto room = input_.room();
    const std::size_t part = std::min(room.size(), landed - taken);
    std::memcpy(room.data(), landing_.data() + taken, part);
    taken += part;
    if (!take(part)) break;
  }
  wipe(landing_.data(), landed);
  if (closed_) return false;
  const auto room = input_.room();
  if (landed < landing_.size() || room.empty()) return true;
  const auto count = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
  return count <= 0 || take(static_cast<std::size_t>(count));
}

// `count` bytes have come into input_. False: the connection was closed.
bool Connection::take(std::size_t count) {
  const bool completed = input_.commit(count);
  if (input_.too_large()) return close_for(Rejection::too_large), false;
  if (!input_.partial()) {
    partial_since_.reset();
  } else if (completed || !partial_since_) {
    partial_since_ = server_.clock_.now();
  }
  return true;
}

void Connection::flush() {
  while (!closed_ && !writing_ && !output_.empty()) {
    // A process that has ended gets nothing: a child that inherited the connection is somebody else.
    if (!caller_.alive()) return close_for(Rejection::unknown_peer);
    std::array<iovec, most_parts> parts;
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = output_.gather(parts);
    const auto count = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
      output_.consume(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      note_blocked();
    } else if (errno != EINTR) {
      return close();
    }
  }
  if (!closed_ && output_.empty()) blocked_since_.reset();
}

// The socket is full: each reply has its own time to go, however many bytes its reader nibbles off.
void Connection::note_blocked() {
  if (!blocked_since_ || blocked_at_ != output_.frames_taken()) blocked_since_ = server_.clock_.now();
  blocked_at_ = output_.frames_taken();
  writing_ = true;
  ++references_;
  socket_.async_wait(Socket::wait_write, [this](const boost::system::error_code& error) {
    writing_ = false;
    if (!error && !closed_) {
      flush();
      drained_.notify_all();
      if (!closed_ && !handling_) after_turn();
    }
    release();
  });
}

// One frame's turn. The worker runs inside: when it gives control back it has answered, or its handler waits.
void Connection::drive() {
  if (closed_ || driving_ || writing_ || !turn_ || !input_.has_frame()) return;
  driving_ = true;
  std::exchange(turn_, nullptr)();
  driving_ = false;
  if (closed_) return;
  if (handling_) return flush();
  after_turn();
}

// Between two frames: more of them wait for the next turn of the loop, and their replies go out together.
void Connection::after_turn() {
  const bool more = input_.has_frame();
  if (!more || output_.bytes() >= batch_bytes) flush();
  if (closed_ || writing_) return;
  if (more) schedule_turn();
  wait_readable();
  end_if_done();
}

void Connection::schedule_turn() {
  if (scheduled_) return;
  scheduled_ = true;
  ++references_;
  asio::post(socket_.get_executor(), [this] {
    scheduled_ = false;
    drive();
    release();
  });
}

// The peer sends no more: its last answer ends the connection.
void Connection::end_if_done() {
  if (input_ended_ && !closed_ && !handling_ && !input_.has_frame() && output_.empty()) close();
}

void Connection::sweep(BootTime now) {
  if (closed_) return;
  const auto& limits = server_.options_.limits;
  const bool half_frame_late = reading_ && partial_since_ && now - *partial_since_ >= limits.half_frame;
  const bool reader_late = blocked_since_ && now - *blocked_since_ >= limits.drain;
  if (half_frame_late || reader_late) return close_for(Rejection::timeout);
  const bool idle = !handling_ && !input_.has_frame() && output_.empty();
  if (rank_ == Rank::stranger && idle && now - since_ >= limits.stranger_idle) return close();
  if (!reading_ && hung_up(socket_.native_handle())) close();
}

void Connection::take_back(const About& meant, const Error& instead) {
  if (closed_) return;
  if (!handling_) forget_last_call();
  if (!output_.holds_something()) return;
  const bool half_written =
      output_.take_back(meant, [&](const Dispatcher& interface) { return error_frame(interface, instead); });
  if (half_written) close();
}

}  // namespace wardend::ipc
