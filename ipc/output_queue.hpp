// The replies of a connection that the kernel has not taken yet, in order. Secret ones can be wiped, and are, up to the
// moment of writing. Knows no socket.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "ipc/dispatcher.hpp"
#include "ipc/unsent_replies.hpp"

namespace wardend::ipc {

// What a reply that may be taken back is of: the interface whose words the error in its place is in, and what it is
// about. Without an interface nothing comes in its place: a stream's events are told anew.
struct ReplyOrigin {
  const Dispatcher* interface = nullptr;
  std::vector<std::string> about = {};
};

class OutputQueue {
 public:
  using Written = std::move_only_function<void()>;

  using Origin = ReplyOrigin;

  // A whole reply as JSON text; its NUL is added.
  void push(std::string text, Written on_written = {}, Origin origin = {});
  // A reply whose parameters object is secret.
  void push_secret(Secret parameters_json, Origin origin, Written on_written = {});

  [[nodiscard]] bool empty() const { return first_ == frames_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool holds_secret() const { return secrets_ != 0; }
  // Whether there is anything that may be taken back.
  [[nodiscard]] bool holds_something() const { return secrets_ != 0 || told_ != 0; }
  // How many frames have been taken whole since the beginning.
  [[nodiscard]] std::uint64_t frames_taken() const { return taken_; }

  // Fills `parts` with what is to be written next, and returns how many it filled.
  [[nodiscard]] std::size_t gather(std::span<iovec> parts) const;
  // The kernel took `count` bytes. Calls on_written of each frame that is now whole; such a call may use this queue.
  void consume(std::size_t count);
  // Wipes the frames about something that is `meant`, and secret ones that are about nothing. Puts
  // `instead(interface)` in the place of each that has an interface and has not begun, and returns true when one has
  // begun: the connection cannot go on.
  [[nodiscard]] bool take_back(const About& meant, const std::function<std::string(const Dispatcher&)>& instead);
  void clear();

 private:
  struct Frame {
    std::string text = {};
    Secret secret = {};
    bool is_secret = false;
    Origin origin = {};
    Written on_written = {};
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::size_t parts(std::span<iovec> out) const;
    [[nodiscard]] bool is(const About& meant) const;
  };
  void push_frame(Frame frame);
  void tally(const Frame& frame, std::ptrdiff_t by);

  std::vector<Frame> frames_;
  std::size_t first_ = 0;       // index of the first frame that is not taken
  std::size_t begun_ = 0;       // bytes of it that are
  std::size_t bytes_ = 0;       // of all frames that are not taken
  std::ptrdiff_t secrets_ = 0;  // how many of them are secret
  std::ptrdiff_t told_ = 0;     // how many are not, and are about something
  std::uint64_t taken_ = 0;
};

}  // namespace wardend::ipc
