// Records in one stretch of memory that outlives the process: fixed blocks, each with its record's number, a generation
// and a checksum. A record is written into free blocks first and replaces its older generation only then, so that a
// process which dies at any instruction leaves either of the two whole. Pure memory: who keeps it is vault.hpp's
// matter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/vault.hpp"

namespace wardend::systemd {

using BootId = std::array<unsigned char, 16>;

class VaultBlocks {
 public:
  static constexpr std::size_t block_size = 4096;

  // Lays the memory out anew; what was there is forgotten, not wiped. At least two blocks.
  static void format(std::span<std::byte> memory, const BootId& boot);
  // Whether the memory was laid out by this version, in this boot, for this size.
  [[nodiscard]] static bool adoptable(std::span<const std::byte> memory, const BootId& boot);

  // Reads what is there: whole records are kept, the younger one of two; everything else is wiped. `memory` must be
  // adoptable and outlive this object.
  explicit VaultBlocks(std::span<std::byte> memory);

  // As in Vault.
  [[nodiscard]] Vault::RecordId put(Vault::RecordId before, Vault::Kind kind, std::string_view bytes);
  void touch(Vault::RecordId id, BootTime now);
  [[nodiscard]] std::optional<BootTime> touched(Vault::RecordId id) const;
  void erase(Vault::RecordId id);
  void erase_all();
  // The bytes of a record, put together; empty: no such record.
  [[nodiscard]] std::vector<Vault::RecordId> ids() const;
  void read(Vault::RecordId id, const std::function<void(Vault::Kind, std::string_view)>& visit) const;

  // Notes that the loop was alive at `now`: blindness after a crash counts from there.
  void beat(BootTime now);
  // What lay there when this object was made.
  [[nodiscard]] std::optional<BootTime> last_beat_before() const { return last_beat_before_; }
  [[nodiscard]] std::size_t size() const { return records_.size(); }

 private:
  struct Superblock;
  struct Header;
  struct Record {
    std::uint64_t generation = 0;
    Vault::Kind kind = Vault::Kind::session;
    std::vector<std::uint32_t> blocks;
  };
  [[nodiscard]] Superblock& superblock() const;
  [[nodiscard]] Header& header(std::uint32_t block) const;
  [[nodiscard]] char* payload(std::uint32_t block) const;
  [[nodiscard]] bool whole(std::uint32_t block) const;
  [[nodiscard]] std::optional<std::uint32_t> take_block();
  void recover();
  void wipe_block(std::uint32_t block, std::size_t bytes);
  void wipe_blocks(const std::vector<std::uint32_t>& blocks);
  void fill(std::uint32_t block, const Header& wanted, std::string_view bytes);

  std::span<std::byte> memory_;
  std::unordered_map<Vault::RecordId, Record> records_;
  std::set<std::uint32_t> free_;  // wiped blocks below the first one never used
  std::uint64_t generation_ = 0;  // of the last record written
  std::optional<BootTime> last_beat_before_;
};

}  // namespace wardend::systemd
