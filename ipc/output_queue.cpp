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
  if (!is_secret) return text.size() + 1;
  return secret_head.size() + secret.size() + secret_tail.size();
}

std::size_t OutputQueue::Frame::parts(std::span<iovec> out) const {
  if (!is_secret) {
    out[0] = part({text.c_str(), text.size() + 1});
    return 1;
  }
  out[0] = part(secret_head);
  out[1] = part(secret.reveal());
  out[2] = part(secret_tail);
  return most_parts;
}

bool OutputQueue::Frame::is(const About& meant) const {
  return (is_secret && origin.about.empty()) || std::ranges::any_of(origin.about, meant);
}

void OutputQueue::push(std::string text, Written on_written, Origin origin) {
  push_frame({.text = std::move(text), .origin = std::move(origin), .on_written = std::move(on_written)});
}

void OutputQueue::push_secret(Secret parameters_json, Origin origin, Written on_written) {
  push_frame({.secret = std::move(parameters_json),
              .is_secret = true,
              .origin = std::move(origin),
              .on_written = std::move(on_written)});
}

void OutputQueue::push_frame(Frame frame) {
  tally(frame, 1);
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
    tally(frame, -1);
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

bool OutputQueue::take_back(const About& meant, const std::function<std::string(const Dispatcher&)>& instead) {
  bool half_written = false;
  std::vector<Frame> kept;
  for (auto at = first_; at < frames_.size(); ++at) {
    Frame& frame = frames_[at];
    if (!frame.is(meant)) {
      kept.push_back(std::move(frame));
      continue;
    }
    half_written = half_written || (at == first_ && begun_ != 0);
    bytes_ -= frame.size();
    tally(frame, -1);
    wipe(frame.text);
    if (frame.origin.interface == nullptr) continue;
    kept.push_back({.text = instead(*frame.origin.interface)});
    bytes_ += kept.back().size();
  }
  frames_ = std::move(kept);
  first_ = 0;
  return half_written;
}

// `by` 1 when it comes, -1 when it goes.
void OutputQueue::tally(const Frame& frame, std::ptrdiff_t by) {
  if (frame.is_secret)
    secrets_ += by;
  else if (!frame.origin.about.empty())
    told_ += by;
}

void OutputQueue::clear() {
  frames_.clear();
  first_ = begun_ = bytes_ = 0;
  secrets_ = told_ = 0;
}

}  // namespace wardend::ipc
