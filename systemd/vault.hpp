// The vault in memory that the service manager keeps for us (stored_memory.hpp).
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "systemd/stored_memory.hpp"
#include "systemd/vault_blocks.hpp"

namespace wardend::systemd {

// 64 MiB of addresses; memory is taken for what is written only.
inline constexpr std::size_t vault_blocks = 16384;

class MemfdVault final : public Vault {
 public:
  // `passed` are the descriptors named "vault" that the manager gave back: none, or one. What cannot be adopted
  // (another boot, another version) is dropped there and made anew; `found` says in a sentence why, for the log.
  // Errors: no memory to be had.
  struct Opened {
    std::unique_ptr<MemfdVault> vault;
    std::string found;
  };
  [[nodiscard]] static std::expected<Opened, std::string> open(std::vector<FileDescriptor> passed);

  [[nodiscard]] RecordId put(RecordId before, Kind kind, std::string_view bytes) override;
  void touch(RecordId id, BootTime now) override { blocks_.touch(id, now); }
  [[nodiscard]] std::optional<BootTime> touched(RecordId id) const override { return blocks_.touched(id); }
  void erase(RecordId id) override { blocks_.erase(id); }
  void erase_all() override { blocks_.erase_all(); }
  void each(const std::function<void(RecordId, Kind, std::string_view)>& visit) override;
  void beat(BootTime now) override { blocks_.beat(now); }
  [[nodiscard]] std::optional<BootTime> last_beat_before() const override { return blocks_.last_beat_before(); }
  [[nodiscard]] bool persistent() const override { return persistent_; }
  [[nodiscard]] std::size_t size() const override { return blocks_.size(); }
  [[nodiscard]] std::uint64_t writes() const override { return writes_; }

 private:
  MemfdVault(StoredMemory memory, bool persistent)
      : memory_(std::move(memory)), blocks_(memory_.bytes()), persistent_(persistent) {}
  StoredMemory memory_;
  VaultBlocks blocks_;
  bool persistent_;
  std::uint64_t writes_ = 0;
};

}  // namespace wardend::systemd
