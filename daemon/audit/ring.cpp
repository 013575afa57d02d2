#include "daemon/audit/ring.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include "base/failure_point.hpp"

namespace wardend::audit {
namespace {

constexpr std::array<char, 16> layout = {'w', 'a', 'r', 'd', 'e', 'n', 'd', ' ',
                                         'a', 'u', 'd', 'i', 't', ' ', '0', '2'};
constexpr std::size_t frame = sizeof(std::uint32_t);

std::uint64_t load(const std::uint64_t& from) {
  return std::atomic_ref(const_cast<std::uint64_t&>(from)).load(std::memory_order_acquire);
}

void store(std::uint64_t& to, std::uint64_t value) { std::atomic_ref(to).store(value, std::memory_order_release); }

}  // namespace

// How far the disk has come. There are two, and `valid` says which counts: one store changes all of it.
struct Ring::Place {
  std::uint64_t tail;  // of the first record that waits, counted in bytes since the ring was made
  std::uint64_t sequence;
  std::array<char, 64> hash;
};
struct Ring::Header {
  std::array<char, 16> layout;
  std::uint64_t head;   // behind the last record; where it is less than the tail, nothing waits
  std::uint64_t valid;  // 0, 1: which place; 2 and 3: the same, and where the trail stands is not known
  std::array<Place, 2> places;

  [[nodiscard]] const Place& place() const { return places.at(load(valid) & 1U); }
  [[nodiscard]] std::uint64_t begin() const { return place().tail; }
  [[nodiscard]] std::uint64_t end() const { return std::max(load(head), begin()); }
};

// The number of records that wait; nullopt: they do not fit together.
std::optional<std::size_t> Ring::count(std::span<const std::byte> memory) {
  static_assert(sizeof(Header) <= header_bytes);
  const auto& header = *reinterpret_cast<const Header*>(memory.data());
  const std::size_t capacity = memory.size() - header_bytes;
  const std::uint64_t end = header.end();
  if (end - header.begin() > capacity) return std::nullopt;
  std::size_t records = 0;
  for (std::uint64_t at = header.begin(); at < end; ++records) {
    std::array<std::byte, frame> bytes{};
    for (std::size_t i = 0; i < frame; ++i) bytes.at(i) = memory[header_bytes + (at + i) % capacity];
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data(), frame);
    at += frame + size;
    if (at > end) return std::nullopt;
  }
  return records;
}

bool Ring::adoptable(std::span<const std::byte> memory) {
  if (memory.size() <= 2 * header_bytes) return false;
  const auto& header = *reinterpret_cast<const Header*>(memory.data());
  return header.layout == layout && load(header.valid) < 4 && count(memory).has_value();
}

Ring::Ring(std::span<std::byte> memory) : memory_(memory) {
  if (memory_.empty()) {
    own_ = std::make_unique_for_overwrite<std::byte[]>(memory_bytes);
    memory_ = {own_.get(), memory_bytes};
  }
  if (own_ || !adoptable(memory_)) {
    std::memset(memory_.data(), 0, header_bytes);
    header().valid = 2;
    header().layout = layout;
  }
  records_ = count(memory_).value_or(0);
}

Ring::Header& Ring::header() const { return *reinterpret_cast<Header*>(memory_.data()); }

std::size_t Ring::capacity() const { return memory_.size() - header_bytes; }

std::size_t Ring::bytes() const { return header().end() - header().begin(); }

void Ring::copy_in(std::uint64_t at, std::string_view bytes) {
  const std::size_t place = at % capacity();
  const std::size_t first = std::min(bytes.size(), capacity() - place);
  std::memcpy(memory_.data() + header_bytes + place, bytes.data(), first);
  std::memcpy(memory_.data() + header_bytes, bytes.data() + first, bytes.size() - first);
}

std::string Ring::copy_out(std::uint64_t at, std::size_t size) const {
  std::string bytes(size, '\0');
  const std::size_t place = at % capacity();
  const std::size_t first = std::min(size, capacity() - place);
  std::memcpy(bytes.data(), memory_.data() + header_bytes + place, first);
  std::memcpy(bytes.data() + first, memory_.data() + header_bytes, size - first);
  return bytes;
}

std::uint32_t Ring::size_at(std::uint64_t at) const {
  std::uint32_t size = 0;
  std::memcpy(&size, copy_out(at, frame).data(), frame);
  return size;
}

bool Ring::append(std::string_view record) {
  if (bytes() + frame + record.size() > capacity()) return false;
  const auto size = static_cast<std::uint32_t>(record.size());
  const std::uint64_t at = header().end();
  copy_in(at, {reinterpret_cast<const char*>(&size), frame});
  copy_in(at + frame, record);
  at_failure_point("audit.record_copied");
  store(header().head, at + frame + record.size());
  ++records_;
  at_failure_point("audit.record_kept");
  return true;
}

std::string Ring::oldest(std::size_t bytes) const {
  const std::uint64_t begin = header().begin();
  std::uint64_t end = begin;
  while (end < header().end()) {
    const std::uint64_t next = end + frame + size_at(end);
    if (end > begin && next - begin > bytes) break;
    end = next;
  }
  return copy_out(begin, end - begin);
}

void Ring::commit(std::size_t records, const trail::Link& link) {
  std::uint64_t tail = header().begin();
  for (std::size_t i = 0; i < records; ++i) tail += frame + size_at(tail);
  records_ -= records;
  // An empty ring begins anew in front, so that one which is seldom full takes little memory.
  if (tail == header().end()) tail = (tail + capacity() - 1) / capacity() * capacity();
  const std::uint64_t other = 1 - (load(header().valid) & 1U);
  Place& place = header().places.at(other);
  place = {.tail = tail, .sequence = link.sequence, .hash = {}};
  std::ranges::copy(std::string_view(link.hash).substr(0, place.hash.size()), place.hash.begin());
  store(header().valid, other);
  at_failure_point("audit.place_kept");
}

std::optional<trail::Link> Ring::committed() const {
  if (load(header().valid) > 1) return std::nullopt;
  const Place& place = header().place();
  return trail::Link{.sequence = place.sequence, .hash = std::string(place.hash.begin(), place.hash.end())};
}

bool next_record(std::string_view& records, std::string_view& record) {
  std::uint32_t size = 0;
  if (records.size() < frame) return false;
  std::memcpy(&size, records.data(), frame);
  record = records.substr(frame, size);
  records.remove_prefix(std::min(records.size(), frame + size));
  return true;
}

}  // namespace wardend::audit
