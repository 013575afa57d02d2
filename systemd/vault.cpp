#include "systemd/vault.hpp"

#include <systemd/sd-id128.h>

#include <cstring>
#include <utility>

namespace wardend::systemd {
namespace {

BootId this_boot() {
  BootId boot{};
  sd_id128_t id{};
  if (sd_id128_get_boot(&id) == 0) std::memcpy(boot.data(), id.bytes, boot.size());
  return boot;
}

}  // namespace

std::expected<MemfdVault::Opened, std::string> MemfdVault::open(std::vector<FileDescriptor> passed) {
  const BootId boot = this_boot();
  const auto fits = [&](std::span<const std::byte> memory) { return VaultBlocks::adoptable(memory, boot); };
  auto stored = StoredMemory::open({.name = "vault", .bytes = vault_blocks * VaultBlocks::block_size, .fits = fits},
                                   std::move(passed));
  if (!stored) return std::unexpected(stored.error());
  if (stored->came == StoredMemory::Opened::Came::anew) VaultBlocks::format(stored->memory.bytes(), boot);
  Opened opened;
  opened.found = std::move(stored->found);
  opened.vault.reset(new MemfdVault(std::move(stored->memory), stored->kept));
  return opened;
}

Vault::RecordId MemfdVault::put(RecordId before, Kind kind, std::string_view bytes) {
  ++writes_;
  return blocks_.put(before, kind, bytes);
}

void MemfdVault::each(const std::function<void(RecordId, Kind, std::string_view)>& visit) {
  for (const RecordId id : blocks_.ids())
    blocks_.read(id, [&](Kind kind, std::string_view bytes) { visit(id, kind, bytes); });
}

}  // namespace wardend::systemd
