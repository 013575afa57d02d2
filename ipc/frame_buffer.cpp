#include "ipc/frame_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/secret.hpp"

namespace wardend::ipc {
namespace {

constexpr std::size_t first_capacity_bytes = 4096;

}  // namespace

std::span<char> FrameBuffer::room() {
  if (end_ == capacity_) make_room();
  return {bytes_.get() + end_, capacity_ - end_};
}

bool FrameBuffer::wants_to_be_large() const {
  return !may_grow_ && end_ == capacity_ && capacity_ == small_bytes && largest_ >= small_bytes && !worth_moving();
}

void FrameBuffer::make_room() {
  const std::size_t most = may_grow_ ? largest_ + 1 : std::min(largest_ + 1, small_bytes);
  // Moving many waiting frames for every few bytes read would be quadratic: move when half of it is gone.
  if (worth_moving()) {
    const std::size_t size = end_ - start_;
    std::memmove(bytes_.get(), bytes_.get() + start_, size);
    wipe(bytes_.get() + size, end_ - size);
    complete_ = std::max(complete_, start_) - start_;
    start_ = 0;
    end_ = size;
  } else if (capacity_ < most) {
    const auto capacity = std::min(std::max(capacity_ * 2, first_capacity_bytes), most);
    move_to(std::make_unique_for_overwrite<char[]>(capacity), capacity);
  }
}

void FrameBuffer::move_to(std::unique_ptr<char[]> bytes, std::size_t capacity) {
  const std::size_t size = end_ - start_;
  if (size != 0) std::memcpy(bytes.get(), bytes_.get() + start_, size);
  wipe(bytes_.get(), end_);
  complete_ = std::max(complete_, start_) - start_;
  start_ = 0;
  end_ = size;
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

void FrameBuffer::drop_frame() {
  const std::size_t size = end_ - start_;
  clear();
  move_to(std::make_unique_for_overwrite<char[]>(small_bytes), small_bytes);
  dropped_ = size;
}

// The frame's own NUL stands for it once it has come.
bool FrameBuffer::drop(std::size_t count) {
  char* read = bytes_.get();
  auto* last = static_cast<char*>(std::memchr(read, '\0', count));
  const std::size_t of_frame = last == nullptr ? count : static_cast<std::size_t>(last - read);
  dropped_ += of_frame;
  wipe(read, of_frame);
  if (last == nullptr) return false;
  start_ = of_frame;
  end_ = count;
  const auto* next = static_cast<const char*>(::memrchr(read, '\0', count));
  complete_ = static_cast<std::size_t>(next - read) + 1;
  return true;
}

bool FrameBuffer::commit(std::size_t count) {
  if (dropping()) return drop(count);
  const char* read = bytes_.get() + end_;
  const auto* last = static_cast<const char*>(::memrchr(read, '\0', count));
  end_ += count;
  if (last == nullptr) return false;
  complete_ = static_cast<std::size_t>(last - bytes_.get()) + 1;
  return true;
}

std::string_view FrameBuffer::front() const {
  const char* first = bytes_.get() + start_;
  const auto* end = static_cast<const char*>(std::memchr(first, '\0', complete_ - start_));
  return {first, static_cast<std::size_t>(end - first)};
}

void FrameBuffer::pop() {
  const std::size_t size = front().size() + 1;
  dropped_ = 0;
  wipe(bytes_.get() + start_, size);
  start_ += size;
  if (start_ != end_) return;
  start_ = complete_ = end_ = 0;
  if (is_large()) clear();
}

void FrameBuffer::clear() {
  wipe(bytes_.get(), end_);
  if (capacity_ > first_capacity_bytes) {
    bytes_.reset();
    capacity_ = 0;
  }
  start_ = complete_ = end_ = dropped_ = 0;
  may_grow_ = false;
}

void FrameBuffer::begin_anew(std::size_t largest_frame_bytes) {
  clear();
  largest_ = largest_frame_bytes;
  if (capacity_ <= largest_ + 1) return;
  bytes_.reset();
  capacity_ = 0;
}

}  // namespace wardend::ipc
