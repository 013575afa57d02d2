// The vault in memory that the service manager keeps for us (FDSTORE): it comes back after a crash, a kill or a restart
// of the service, and is gone after `systemctl stop` and a reboot. Without a manager it is this process's own memory.
// Spec: sd_pid_notify_with_fds(3), file descriptor store of systemd.service(5), memfd_create(2).
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "systemd/vault_blocks.hpp"

namespace wardend::systemd {

// 64 MiB of addresses; memory is taken for what is written only.
inline constexpr std::size_t vault_blocks = 16384;

// One mapping of a sealed memfd, locked where the process locks its memory, never in a core file.
class VaultMemory {
 public:
  // Errors: a sentence; nothing is mapped then.
  [[nodiscard]] static std::expected<VaultMemory, std::string> make(std::size_t blocks);
  // What a process before this one made: refused unless it is a memfd of that size which nobody can shrink or grow.
  [[nodiscard]] static std::expected<VaultMemory, std::string> adopt(FileDescriptor memfd, std::size_t blocks);
  VaultMemory(VaultMemory&& other) noexcept;
  VaultMemory& operator=(VaultMemory&&) = delete;
  ~VaultMemory();
  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }
  [[nodiscard]] int descriptor() const { return memfd_.get(); }

 private:
  VaultMemory(FileDescriptor memfd, std::span<std::byte> bytes) : memfd_(std::move(memfd)), bytes_(bytes) {}
  [[nodiscard]] static std::expected<VaultMemory, std::string> map(FileDescriptor memfd, std::size_t size);
  FileDescriptor memfd_;
  std::span<std::byte> bytes_;
};

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
  MemfdVault(VaultMemory memory, bool persistent)
      : memory_(std::move(memory)), blocks_(memory_.bytes()), persistent_(persistent) {}
  VaultMemory memory_;
  VaultBlocks blocks_;
  bool persistent_;
  std::uint64_t writes_ = 0;
};

}  // namespace wardend::systemd
