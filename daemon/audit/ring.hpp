// What of the trail waits for the disk, in memory that outlives the process: records in a ring, one after the other,
// and the link after which they come. Written by the loop alone, and whole at every instruction: a record is there once
// the ring's head has moved behind it, and how far the disk has come is one step. Pure memory; who keeps it is
// systemd/stored_memory.hpp's matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "trail/link.hpp"

namespace wardend::audit {

class Ring {
 public:
  static constexpr std::size_t header_bytes = 4096;
  static constexpr std::size_t memory_bytes = 8UL * 1024 * 1024 + header_bytes;

  // Whether this version of wardend has laid the memory out, and its records can be read.
  [[nodiscard]] static bool adoptable(std::span<const std::byte> memory);

  // Takes back what lies in `memory`, or lays it out anew where that cannot be read. It must outlive this object.
  // Without memory the ring has some of its own, which goes with it.
  explicit Ring(std::span<std::byte> memory = {});
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // False: there is no room for it.
  [[nodiscard]] bool append(std::string_view record);

  // The oldest records, so many bytes at most but one record at least, each as next_record() takes it.
  [[nodiscard]] std::string oldest(std::size_t bytes) const;
  // So many of the oldest records are on the disk, and the trail stands at `link` there.
  void commit(std::size_t records, const trail::Link& link);
  // Where the trail stands without what waits here; nullopt: that was never told.
  [[nodiscard]] std::optional<trail::Link> committed() const;

  [[nodiscard]] std::size_t records() const { return records_; }
  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] std::size_t capacity() const;

 private:
  struct Header;
  struct Place;
  [[nodiscard]] static std::optional<std::size_t> count(std::span<const std::byte> memory);
  [[nodiscard]] Header& header() const;
  void copy_in(std::uint64_t at, std::string_view bytes);
  [[nodiscard]] std::string copy_out(std::uint64_t at, std::size_t size) const;
  [[nodiscard]] std::uint32_t size_at(std::uint64_t at) const;

  std::unique_ptr<std::byte[]> own_;
  std::span<std::byte> memory_;
  std::size_t records_ = 0;
};

// Takes a record off the front of what oldest() gave; false: there is none.
[[nodiscard]] bool next_record(std::string_view& records, std::string_view& record);

}  // namespace wardend::audit
