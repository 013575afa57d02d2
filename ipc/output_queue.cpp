#include "ipc/output_queue.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace wardend::ipc {
namespace {

using namespace std::string_view_literals;
constexpr auto secret_head = R"({"parameters":)"sv;
constexpr auto secret_tail = "}\0"sv;
constexpr std::size_t most_parts = 3;

// sendmsg only reads, but its type does not say so.
iovec part(std::string_view bytes) { return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()}; }

}  // namespace

std::size_t OutputQueue::Frame::size() const {
  if (interface == nullptr) return text.size() + 1;
  return secret_head.size() + secret.size() + secret_tail.size();
}

std::size_t OutputQueue::Frame::parts(std::span<iovec> out) const {
  if (interface == nullptr) {
    out[0] = part({text.c_str(), text.size() + 1});
    return 1;
  }
  out[0] = part(secret_head);
  out[1] = part(secret.reveal());
  out[2] = part(secret_tail);
  return most_parts;
}

void OutputQueue::push(std::string text, Written on_written) {
  push_frame({.text = std::move(text), .on_written = std::move(on_written)});
}

void OutputQueue::push_secret(Secret parameters_json, const Dispatcher& interface, Written on_written) {
  ++secrets_;
  push_frame({.secret = std::move(parameters_json), .interface = &interface, .on_written = std::move(on_written)});
}

void OutputQueue::push_frame(Frame frame) {
  bytes_ += frame.size();
  frames_.push_back(std::move(frame));
}

std::size_t OutputQueue::gather(std::span<iovec> parts) const {
  std::size_t used = 0;
  for (auto at = first_; at < frames_.size() && used + most_parts <= parts.size(); ++at)
    used += frames_[at].parts(parts.subspan(used));
  // The beginning of the first frame has gone already.
  std::size_t skip = begun_;
  for (auto& piece : parts.first(used)) {
    const auto gone = std::min(skip, piece.iov_len);
    piece.iov_base = static_cast<char*>(piece.iov_base) + gone;
    piece.iov_len -= gone;
    skip -= gone;
  }
  return used;
}

void OutputQueue::consume(std::size_t count) {
  while (count > 0 && !empty()) {
    const std::size_t left = frames_[first_].size() - begun_;
    if (count < left) {
      begun_ += count;
      bytes_ -= count;
      return;
    }
    count -= left;
    bytes_ -= left;
    begun_ = 0;
    ++taken_;
    Frame frame = std::exchange(frames_[first_], Frame{});
    if (frame.interface != nullptr) --secrets_;
    if (++first_ == frames_.size()) {
      frames_.clear();
      first_ = 0;
    }
    if (frame.on_written) frame.on_written();
  }
  constexpr std::size_t worth_moving = 64;
  if (first_ < worth_moving) return;
  frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

bool OutputQueue::wipe_secrets(const std::function<std::string(const Dispatcher&)>& instead) {
  bool half_written = false;
  for (auto at = first_; at < frames_.size(); ++at) {
    auto& frame = frames_[at];
    if (frame.interface == nullptr) continue;
    half_written = half_written || (at == first_ && begun_ != 0);
    bytes_ -= frame.size();
    frame = Frame{.text = instead(*frame.interface)};
    bytes_ += frame.size();
  }
  secrets_ = 0;
  return half_written;
}

void OutputQueue::clear() {
  frames_.clear();
  first_ = begun_ = bytes_ = secrets_ = 0;
}

}  // namespace wardend::ipc
