// What was read from a connection and not yet handled: bytes in, frames out, a NUL ending each. Bounded, and wiped as
// it is used, since frames may carry launch values. A frame over the limit is dropped as it comes, so that its sender
// can be told. Knows nothing of JSON or sockets.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace wardend::ipc {

class FrameBuffer {
 public:
  // `largest_frame_bytes` is without the NUL.
  explicit FrameBuffer(std::size_t largest_frame_bytes) : largest_(largest_frame_bytes) {}
  FrameBuffer(const FrameBuffer&) = delete;
  FrameBuffer& operator=(const FrameBuffer&) = delete;
  ~FrameBuffer() { clear(); }

  // Up to here a frame needs no leave.
  static constexpr std::size_t small_bytes = 16UL * 1024;

  // Where to read to; empty while the buffer is full of frames that wait, or of the beginning of a frame that is not
  // small and may not grow. Valid until the next call of anything here.
  [[nodiscard]] std::span<char> room();
  // The frame that is arriving is not small, and let_grow() was not called.
  [[nodiscard]] bool wants_to_be_large() const;
  // Leave to grow up to the largest frame, until the buffer is small again.
  void let_grow() { may_grow_ = true; }
  // It holds more memory than a small frame needs.
  [[nodiscard]] bool is_large() const { return capacity_ > small_bytes; }
  // `count` bytes were read into room(). True when they completed a frame.
  bool commit(std::size_t count);

  [[nodiscard]] bool has_frame() const { return complete_ > start_; }
  // The first complete frame without its NUL; only while has_frame().
  [[nodiscard]] std::string_view front() const;
  // Wipes the first frame and takes it out.
  void pop();
  // The last bytes belong to a frame that has not ended.
  [[nodiscard]] bool partial() const { return end_ > complete_ || dropping(); }
  // The frame being read is over the limit: nothing but drop_frame() makes sense.
  [[nodiscard]] bool too_large() const { return !has_frame() && end_ - start_ > largest_; }
  // Wipes what has come of that frame, and from now on what still comes of it. It ends as an empty front().
  void drop_frame();
  // How much of a dropped frame has come: of the one that is arriving, else of front(). 0: it is none.
  [[nodiscard]] std::size_t dropped_bytes() const { return dropped_; }
  void clear();
  // Clears it for another peer.
  void begin_anew(std::size_t largest_frame_bytes) {
    clear();
    largest_ = largest_frame_bytes;
  }

 private:
  [[nodiscard]] bool dropping() const { return dropped_ > 0 && !has_frame(); }
  bool drop(std::size_t count);
  void move_to(std::unique_ptr<char[]> bytes, std::size_t capacity);
  [[nodiscard]] bool worth_moving() const { return start_ > 0 && (start_ >= capacity_ / 2 || !has_frame()); }
  void make_room();

  std::size_t largest_;
  bool may_grow_ = false;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t start_ = 0;     // of the first frame
  std::size_t complete_ = 0;  // after the last NUL
  std::size_t end_ = 0;       // of what was read
  std::size_t dropped_ = 0;   // bytes of the first frame, which is over the limit
};

}  // namespace wardend::ipc
