#include "systemd/vault.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-id128.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

// Not in Debian 12's headers. Linux 6.3 warns about a memfd that says neither this nor that it may be executed.
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

namespace wardend::systemd {
namespace {

constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
constexpr const char* name = "vault";

std::unexpected<std::string> failed(const std::string& what) {
  return std::unexpected(what + " (" + std::strerror(errno) + ")");
}

BootId boot_id() {
  BootId boot{};
  sd_id128_t id{};
  if (sd_id128_get_boot(&id) == 0) std::memcpy(boot.data(), id.bytes, boot.size());
  return boot;
}

bool has_manager() { return std::getenv("NOTIFY_SOCKET") != nullptr; }  // NOLINT(concurrency-mt-unsafe): at start

void drop_stored() { sd_notify(0, "FDSTOREREMOVE=1\nFDNAME=vault"); }

bool store(int memfd) {
  return has_manager() && sd_pid_notify_with_fds(0, 0, "FDSTORE=1\nFDNAME=vault", &memfd, 1) > 0;
}

}  // namespace

VaultMemory::VaultMemory(VaultMemory&& other) noexcept
    : memfd_(std::move(other.memfd_)), bytes_(std::exchange(other.bytes_, {})) {}

VaultMemory::~VaultMemory() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

std::expected<VaultMemory, std::string> VaultMemory::map(FileDescriptor memfd, std::size_t size) {
  void* mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memfd.get(), 0);
  if (mapped == MAP_FAILED) return failed("the vault's memory cannot be mapped");
  ::madvise(mapped, size, MADV_DONTDUMP);
  ::madvise(mapped, size, MADV_DONTFORK);
  return VaultMemory(std::move(memfd), {static_cast<std::byte*>(mapped), size});
}

std::expected<VaultMemory, std::string> VaultMemory::make(std::size_t blocks) {
  const std::size_t size = blocks * VaultBlocks::block_size;
  int fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (fd < 0 && errno == EINVAL) fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  FileDescriptor memfd(fd);
  if (!memfd.valid()) return failed("there is no memory for the vault");
  if (::ftruncate(memfd.get(), static_cast<off_t>(size)) != 0 || ::fcntl(memfd.get(), F_ADD_SEALS, seals) != 0)
    return failed("the vault's memory cannot be sealed");
  return map(std::move(memfd), size);
}

std::expected<VaultMemory, std::string> VaultMemory::adopt(FileDescriptor memfd, std::size_t blocks) {
  const std::size_t size = blocks * VaultBlocks::block_size;
  struct stat info{};
  if (::fstat(memfd.get(), &info) != 0 || info.st_size != static_cast<off_t>(size))
    return std::unexpected("it has another size");
  const int found = ::fcntl(memfd.get(), F_GET_SEALS);
  if (found < 0 || (found & seals) != seals) return std::unexpected("it is not sealed memory");
  ::fcntl(memfd.get(), F_SETFD, FD_CLOEXEC);
  return map(std::move(memfd), size);
}

std::expected<MemfdVault::Opened, std::string> MemfdVault::open(std::vector<FileDescriptor> passed) {
  const BootId boot = boot_id();
  Opened opened;
  if (passed.size() == 1) {
    auto memory = VaultMemory::adopt(std::move(passed.front()), vault_blocks);
    if (memory && VaultBlocks::adoptable(memory->bytes(), boot)) {
      opened.vault.reset(new MemfdVault(std::move(*memory), true));
      return opened;
    }
    opened.found = memory ? "it is from another boot or another version of wardend" : memory.error();
  } else if (passed.size() > 1) {
    opened.found = "the service manager kept more than one";
  }
  if (!passed.empty()) drop_stored();
  auto memory = VaultMemory::make(vault_blocks);
  if (!memory) return std::unexpected(memory.error());
  VaultBlocks::format(memory->bytes(), boot);
  const bool kept = store(memory->descriptor());
  opened.vault.reset(new MemfdVault(std::move(*memory), kept));
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
