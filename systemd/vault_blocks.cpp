#include "systemd/vault_blocks.hpp"

#include <algorithm>
#include <atomic>
#include <boost/crc.hpp>
#include <cstring>
#include <map>
#include <utility>

#include "base/failure_point.hpp"
#include "base/secret.hpp"

namespace wardend::systemd {
namespace {

constexpr std::array<char, 8> magic = {'w', 'a', 'r', 'd', 'e', 'n', 'd', '1'};

// Stores stay in this order as seen by whoever finds the memory after this process.
void in_order() { std::atomic_signal_fence(std::memory_order_seq_cst); }

}  // namespace

struct VaultBlocks::Superblock {
  std::array<char, 8> magic;
  std::uint64_t blocks;
  BootId boot;
  std::uint32_t used;     // no block from here on was ever written
  std::uint64_t next_id;  // of records
  std::int64_t beat;      // nanoseconds of CLOCK_BOOTTIME; 0: none yet
};

struct VaultBlocks::Header {
  std::uint64_t record;  // 0: a free block
  std::uint64_t generation;
  std::uint16_t kind;
  std::uint16_t index;  // of the record's `count` blocks
  std::uint16_t count;
  std::uint16_t size;      // of the bytes that follow
  std::int64_t touched;    // changes in place, so the checksum leaves it out
  std::uint32_t checksum;  // of all else here and the bytes that follow
};

namespace {

constexpr std::size_t header_size = 40;
constexpr std::size_t payload_size = VaultBlocks::block_size - header_size;

template <typename Header>
std::uint32_t checksum_of(const Header& header, std::string_view bytes) {
  boost::crc_32_type crc;
  for (const std::uint64_t part :
       {header.record, header.generation, std::uint64_t{header.kind}, std::uint64_t{header.index},
        std::uint64_t{header.count}, std::uint64_t{header.size}})
    crc.process_bytes(&part, sizeof part);
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

}  // namespace

void VaultBlocks::format(std::span<std::byte> memory, const BootId& boot) {
  const Superblock fresh{
      .magic = magic, .blocks = memory.size() / block_size, .boot = boot, .used = 1, .next_id = 1, .beat = 0};
  std::memcpy(memory.data(), &fresh, sizeof fresh);
}

bool VaultBlocks::adoptable(std::span<const std::byte> memory, const BootId& boot) {
  if (memory.size() < 2 * block_size || memory.size() % block_size != 0) return false;
  Superblock found;
  std::memcpy(&found, memory.data(), sizeof found);
  return found.magic == magic && found.blocks == memory.size() / block_size && found.boot == boot && found.used >= 1 &&
         found.used <= found.blocks && found.next_id >= 1;
}

VaultBlocks::VaultBlocks(std::span<std::byte> memory) : memory_(memory) {
  static_assert(sizeof(Header) == header_size);
  if (superblock().beat > 0) last_beat_before_ = BootTime(Duration(superblock().beat));
  recover();
}

VaultBlocks::Superblock& VaultBlocks::superblock() const { return *reinterpret_cast<Superblock*>(memory_.data()); }

VaultBlocks::Header& VaultBlocks::header(std::uint32_t block) const {
  return *reinterpret_cast<Header*>(memory_.data() + block * block_size);
}

char* VaultBlocks::payload(std::uint32_t block) const {
  return reinterpret_cast<char*>(memory_.data() + block * block_size + header_size);
}

bool VaultBlocks::whole(std::uint32_t block) const {
  const Header& found = header(block);
  return found.record != 0 && found.size <= payload_size && found.index < found.count &&
         found.checksum == checksum_of(found, {payload(block), found.size});
}

void VaultBlocks::recover() {
  std::map<std::pair<Vault::RecordId, std::uint64_t>, std::vector<std::uint32_t>> found;
  std::vector<std::uint32_t> broken;
  for (std::uint32_t block = 1; block < superblock().used; ++block) {
    if (whole(block))
      found[{header(block).record, header(block).generation}].push_back(block);
    else
      broken.push_back(block);
  }
  // By record, then by generation: a younger one comes later and takes the place of the older.
  for (auto& [key, blocks] : found) {
    generation_ = std::max(generation_, key.second);
    std::ranges::sort(blocks, {}, [&](std::uint32_t block) { return header(block).index; });
    const Header& first = header(blocks.front());
    bool complete = blocks.size() == first.count;
    for (std::size_t i = 0; complete && i < blocks.size(); ++i)
      complete = header(blocks[i]).index == i && header(blocks[i]).kind == first.kind;
    if (!complete) {
      broken.insert(broken.end(), blocks.begin(), blocks.end());
      continue;
    }
    Record& record = records_[key.first];
    broken.insert(broken.end(), record.blocks.begin(), record.blocks.end());
    record = {.generation = key.second, .kind = static_cast<Vault::Kind>(first.kind), .blocks = blocks};
    superblock().next_id = std::max(superblock().next_id, key.first + 1);
  }
  for (const std::uint32_t block : broken) wipe_block(block, payload_size);
}

std::optional<std::uint32_t> VaultBlocks::take_block() {
  if (!free_.empty()) return free_.extract(free_.begin()).value();
  Superblock& super = superblock();
  if (super.used >= super.blocks) return std::nullopt;
  return super.used++;
}

void VaultBlocks::wipe_block(std::uint32_t block, std::size_t bytes) {
  Header& old = header(block);
  old.record = 0;  // from here on it is no block of anything
  in_order();
  at_failure_point("vault.block_freed");
  wipe(payload(block), bytes);
  wipe(&old, sizeof old);
  free_.insert(block);
}

void VaultBlocks::wipe_blocks(const std::vector<std::uint32_t>& blocks) {
  for (const std::uint32_t block : blocks) wipe_block(block, header(block).size);
}

void VaultBlocks::fill(std::uint32_t block, const Header& wanted, std::string_view bytes) {
  bytes.copy(payload(block), bytes.size());
  Header complete = wanted;
  complete.checksum = checksum_of(wanted, bytes);
  in_order();
  at_failure_point("vault.bytes_written");
  header(block) = complete;
}

Vault::RecordId VaultBlocks::put(Vault::RecordId before, Vault::Kind kind, std::string_view bytes) {
  const std::size_t count = std::max<std::size_t>(1, (bytes.size() + payload_size - 1) / payload_size);
  std::vector<std::uint32_t> blocks;
  while (bytes.size() <= Vault::max_record && blocks.size() < count) {
    const auto block = take_block();
    if (!block) break;
    blocks.push_back(*block);
  }
  if (blocks.size() < count) {
    free_.insert(blocks.begin(), blocks.end());
    erase(before);
    return 0;
  }
  const auto old = records_.find(before);
  const Vault::RecordId id = old == records_.end() ? superblock().next_id++ : before;
  const std::int64_t last_touch = old == records_.end() ? 0 : header(old->second.blocks.front()).touched;
  ++generation_;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view part = bytes.substr(i * payload_size, payload_size);
    fill(blocks[i],
         {.record = id,
          .generation = generation_,
          .kind = static_cast<std::uint16_t>(kind),
          .index = static_cast<std::uint16_t>(i),
          .count = static_cast<std::uint16_t>(count),
          .size = static_cast<std::uint16_t>(part.size()),
          .touched = last_touch,
          .checksum = 0},
         part);
  }
  in_order();
  at_failure_point("vault.both_written");
  if (old != records_.end()) wipe_blocks(old->second.blocks);
  records_[id] = {.generation = generation_, .kind = kind, .blocks = std::move(blocks)};
  return id;
}

void VaultBlocks::touch(Vault::RecordId id, BootTime now) {
  const auto found = records_.find(id);
  if (found != records_.end()) header(found->second.blocks.front()).touched = now.time_since_epoch().count();
}

std::optional<BootTime> VaultBlocks::touched(Vault::RecordId id) const {
  const auto found = records_.find(id);
  if (found == records_.end()) return std::nullopt;
  const std::int64_t at = header(found->second.blocks.front()).touched;
  return at == 0 ? std::nullopt : std::optional(BootTime(Duration(at)));
}

void VaultBlocks::erase(Vault::RecordId id) {
  const auto found = records_.find(id);
  if (found == records_.end()) return;
  wipe_blocks(found->second.blocks);
  records_.erase(found);
}

void VaultBlocks::erase_all() {
  for (const auto& [id, record] : records_) wipe_blocks(record.blocks);
  records_.clear();
}

std::vector<Vault::RecordId> VaultBlocks::ids() const {
  std::vector<Vault::RecordId> all;
  all.reserve(records_.size());
  for (const auto& [id, record] : records_) all.push_back(id);
  std::ranges::sort(all);
  return all;
}

void VaultBlocks::read(Vault::RecordId id, const std::function<void(Vault::Kind, std::string_view)>& visit) const {
  const auto found = records_.find(id);
  if (found == records_.end()) return;
  const Record& record = found->second;
  const Secret bytes = Secret::written(record.blocks.size() * payload_size, [&](char* const begin) {
    char* at = begin;
    for (const std::uint32_t block : record.blocks) at = std::copy_n(payload(block), header(block).size, at);
    return static_cast<std::size_t>(at - begin);
  });
  visit(record.kind, bytes.reveal());
}

void VaultBlocks::beat(BootTime now) { superblock().beat = now.time_since_epoch().count(); }

}  // namespace wardend::systemd
