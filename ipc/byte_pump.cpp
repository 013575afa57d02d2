#include "ipc/byte_pump.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "base/secret.hpp"
#include "ipc/connection.hpp"
#include "ipc/peer_socket.hpp"

namespace wardend::ipc {
namespace {

constexpr std::size_t most_parts = 96;
constexpr std::size_t most_dropped_frames = 16;  // what is read of a frame that is too large, in frames of the limit

}  // namespace

// A call that came along with its connection is answered before the loop is told: its caller waits for that alone.
bool BytePump::tell_loop() {
  if (!fresh_.valid()) return true;
  boost::system::error_code failed;
  socket_.assign(asio::local::stream_protocol(), fresh_.get(), failed);
  if (failed) return owner_.peer_left(), false;
  (void)fresh_.release();
  return true;
}

void BytePump::begin(FileDescriptor connected, const PumpLimits& limits, std::span<char> received) {
  fresh_ = std::move(connected);
  limits_ = limits;
  input_.begin_anew(limits.frame_bytes);
  closed_ = starved_ = input_ended_ = false;
  if (received.empty()) return read();
  landed(received);
}

void BytePump::read() {
  if (closed_ || reading_ || input_ended_ || input_.has_frame()) return;
  if (input_.wants_to_be_large() && owner_.may_grow()) input_.let_grow();
  const std::span<char> free = input_.room();
  starved_ = free.empty();
  if (starved_) return;
  if (input_.partial() && !partial_since_) partial_since_ = clock_.now();
  if (!tell_loop()) return;
  reading_ = true;
  socket_.async_receive(asio::buffer(landing_.data(), std::min(landing_.size(), free.size())),
                        [this](const boost::system::error_code& error, std::size_t count) {
                          reading_ = false;
                          const bool ended = error == asio::error::eof;
                          if (!closed_ && (!error || ended)) landed(std::span<char>(landing_).first(ended ? 0 : count));
                          if (!closed_ && error && !ended) owner_.peer_left();
                          owner_.part_ended();
                        });
}

// Takes over the bytes that were received, wipes them there, and receives once more where they filled the buffer: who
// sends many calls at once has them answered at once.
void BytePump::landed(std::span<char> bytes) {
  if (bytes.empty()) {
    input_ended_ = true;
    // Where nothing is owed to it, it does not matter whether it can still hear.
    const bool left = owner_.owes() && hung_up(native_handle());
    return left ? owner_.peer_left() : owner_.input_ended();
  }
  for (auto left = bytes; !left.empty();) {
    const auto free = input_.room();
    const std::size_t part = std::min(free.size(), left.size());
    std::memcpy(free.data(), left.data(), part);
    left = left.subspan(part);
    if (!take(part)) break;
  }
  wipe(bytes.data(), bytes.size());
  if (closed_) return;
  if (bytes.size() == landing_bytes) {
    const auto free = input_.room();
    const auto more = free.empty() ? 0 : ::recv(native_handle(), free.data(), free.size(), MSG_DONTWAIT);
    if (more > 0 && !take(static_cast<std::size_t>(more))) return;
  }
  owner_.bytes_came();
  if (input_.has_frame()) owner_.frame_arrived();
  read();
}

// `count` bytes have come into input_. False: the connection was closed.
bool BytePump::take(std::size_t count) {
  const bool completed = input_.commit(count);
  if (input_.too_large()) {
    input_.drop_frame();
    owner_.frame_too_large();
  } else if (input_.dropped_bytes() > most_dropped_frames * limits_.frame_bytes) {
    return owner_.close(), false;
  }
  if (!input_.partial()) {
    partial_since_.reset();
  } else if (completed || !partial_since_) {
    partial_since_ = clock_.now();
  }
  return true;
}

void BytePump::flush() {
  while (!closed_ && !writing_ && !output_.empty()) {
    // A process that has ended gets nothing: a child that inherited the connection is somebody else.
    if (!owner_.caller_lives()) return owner_.caller_ended();
    std::array<iovec, most_parts> parts;
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = output_.gather(parts);
    const auto count = ::sendmsg(native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
      output_.consume(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      note_blocked();
    } else if (errno != EINTR) {
      return owner_.peer_left();
    }
  }
  if (!closed_ && output_.empty()) blocked_since_.reset();
}

// The socket is full: each reply has its own time to go, however many bytes its reader nibbles off.
void BytePump::note_blocked() {
  if (!blocked_since_ || blocked_at_ != output_.frames_taken()) blocked_since_ = clock_.now();
  blocked_at_ = output_.frames_taken();
  owner_.stir();
  if (!tell_loop()) return;
  writing_ = true;
  socket_.async_wait(Socket::wait_write, [this](const boost::system::error_code& error) {
    writing_ = false;
    if (!error && !closed_) {
      flush();
      owner_.drained();
    }
    owner_.part_ended();
  });
}

FileDescriptor BytePump::close() {
  if (std::exchange(closed_, true)) return {};
  output_.clear();
  partial_since_.reset();
  blocked_since_.reset();
  if (input_ended_) fresh_.reset();  // nothing in it is unread
  if (fresh_.valid()) return std::move(fresh_);
  boost::system::error_code failed;
  if (input_ended_) {
    socket_.close(failed);
    return {};
  }
  const int socket = socket_.release(failed);
  return FileDescriptor(failed ? -1 : socket);
}

bool BytePump::late(BootTime now) const {
  const bool half_frame = reading_ && partial_since_ && now - *partial_since_ >= limits_.half_frame;
  const bool reader = blocked_since_ && now - *blocked_since_ >= limits_.drain;
  return half_frame || reader;
}

bool BytePump::left_unseen() { return !closed_ && !reading_ && hung_up(native_handle()); }

}  // namespace wardend::ipc
