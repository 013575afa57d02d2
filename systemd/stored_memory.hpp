// Memory that the service manager keeps for us under a name (FDSTORE): it comes back after a crash, a kill or a restart
// of the service, and is gone after `systemctl stop` and a reboot. Without a manager it is this process's own. What
// lies in it is the matter of whoever opens it. Spec: sd_pid_notify_with_fds(3), file descriptor store of
// systemd.service(5), memfd_create(2).
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.hpp"

namespace wardend::systemd {

// One mapping of a sealed memfd, locked where the process locks its memory, never in a core file.
class StoredMemory {
 public:
  // What is wanted: under which name the manager keeps it, how large it is, and whether memory that came back can be
  // used. Memory is taken for what is written only.
  struct Wanted {
    std::string name;
    std::size_t bytes;
    std::function<bool(std::span<const std::byte>)> fits;
  };
  struct Opened;
  // `passed` are the descriptors of that name which the manager gave back: none, or one. What does not fit is dropped
  // there, and memory is made anew, all zero. Errors: a sentence; there is no memory to be had.
  [[nodiscard]] static std::expected<Opened, std::string> open(const Wanted& wanted,
                                                               std::vector<FileDescriptor> passed);

  // The two halves of that. Errors: a sentence; nothing is mapped then.
  [[nodiscard]] static std::expected<StoredMemory, std::string> make(const std::string& name, std::size_t bytes);
  // What a process before this one made: refused unless it is a memfd of that size which nobody can shrink or grow.
  [[nodiscard]] static std::expected<StoredMemory, std::string> adopt(FileDescriptor memfd, std::size_t bytes);

  StoredMemory(StoredMemory&& other) noexcept;
  StoredMemory& operator=(StoredMemory&&) = delete;
  ~StoredMemory();
  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }
  [[nodiscard]] int descriptor() const { return memfd_.get(); }

 private:
  StoredMemory(FileDescriptor memfd, std::span<std::byte> bytes) : memfd_(std::move(memfd)), bytes_(bytes) {}
  [[nodiscard]] static std::expected<StoredMemory, std::string> map(FileDescriptor memfd, std::size_t size);
  FileDescriptor memfd_;
  std::span<std::byte> bytes_;
};

struct StoredMemory::Opened {
  StoredMemory memory;
  enum class Came { back, anew } came;
  bool kept = false;       // the manager has it: a restart brings it back
  std::string found = {};  // why what was passed could not be used, in a sentence for the log
};

}  // namespace wardend::systemd
