// The bytes of one connection: reads frames into a bounded buffer, writes replies, and knows which deadline has passed.
// It tells its Connection when there is something to do, and knows nothing of calls. Reading and writing are plain
// callbacks, so that a call that is answered at once costs no more than its system calls.
#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "ipc/frame_buffer.hpp"
#include "ipc/output_queue.hpp"

namespace wardend::ipc {

class Connection;
using Socket = asio::basic_stream_socket<asio::local::stream_protocol, asio::io_context::executor_type>;

struct PumpLimits {
  std::size_t frame_bytes = 0;
  Duration half_frame{};  // how long a frame may take to arrive
  Duration drain{};       // how long a reply may wait for its reader
};

class BytePump {
 public:
  // `owner` must outlive the pump; it is told by the functions under "for the pump" in connection.hpp.
  BytePump(Connection& owner, Clock& clock, Socket unopened)
      : owner_(owner), clock_(clock), socket_(std::move(unopened)) {}

  [[nodiscard]] int native_handle() { return fresh_.valid() ? fresh_.get() : socket_.native_handle(); }
  [[nodiscard]] FrameBuffer& input() { return input_; }
  [[nodiscard]] OutputQueue& output() { return output_; }

  // The most that is received at a time.
  static constexpr std::size_t landing_bytes = 1024;
  // Takes what was received already of `connected`, up to landing_bytes and the largest frame, wipes it there, and
  // reads on. The loop is told of the socket when there is something to wait for. Once only, and again after close()
  // when it is quiet().
  void begin(FileDescriptor connected, const PumpLimits& limits, std::span<char> received);
  // Reads on, unless a frame waits already: what a peer sends beyond that stays with the kernel, and is its own cost.
  void read();
  // Writes as much as the kernel takes. What is left goes by itself, and the owner is told when it has gone.
  void flush();
  // Wipes what was not written, and gives the socket away to be closed (no descriptor: it was closed here, as nothing
  // in it was unread); read() and flush() do nothing from now on.
  [[nodiscard]] FileDescriptor close();

  [[nodiscard]] bool closed() const { return closed_; }
  // The kernel takes no more: no further call should be answered.
  [[nodiscard]] bool blocked() const { return writing_ && !closed_; }
  // The peer sends no more; it may still read.
  [[nodiscard]] bool input_ended() const { return input_ended_; }
  // No callback of this pump is outstanding.
  [[nodiscard]] bool quiet() const { return !reading_ && !writing_; }
  // Waits for leave to read a large frame.
  [[nodiscard]] bool starved() const { return starved_; }
  // A half-sent frame, or a reply that nobody reads, is too old.
  [[nodiscard]] bool late(BootTime now) const;
  // Nothing here has a deadline, and a peer that goes is heard of.
  [[nodiscard]] bool settled() const { return reading_ && !partial_since_ && !blocked_since_; }
  // The peer has closed while nothing was read.
  [[nodiscard]] bool left_unseen();

 private:
  [[nodiscard]] bool tell_loop();
  void landed(std::span<char> bytes);
  bool take(std::size_t count);
  void note_blocked();

  Connection& owner_;
  Clock& clock_;
  FileDescriptor fresh_;  // the loop knows nothing of it yet; then it is in socket_
  Socket socket_;
  PumpLimits limits_ = {};
  // A read is under way into this whenever no frame waits. Its own memory, as the frames in input_ move meanwhile; a
  // plain read costs one system call less than waiting for readiness first. Wiped as soon as it has been taken over.
  std::array<char, landing_bytes> landing_;
  FrameBuffer input_{0};
  OutputQueue output_;
  std::optional<BootTime> partial_since_;
  std::optional<BootTime> blocked_since_;
  std::uint64_t blocked_at_ = 0;  // frames taken when blocked_since_ was set
  bool closed_ = true;
  bool reading_ = false;  // a read into landing_ is outstanding
  bool writing_ = false;  // a wait for room in the socket is outstanding
  bool starved_ = false;
  bool input_ended_ = false;
};

}  // namespace wardend::ipc
