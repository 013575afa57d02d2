#include "systemd/stored_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

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

std::unexpected<std::string> failed(const std::string& what) {
  return std::unexpected(what + " (" + std::strerror(errno) + ")");
}

bool has_manager() { return std::getenv("NOTIFY_SOCKET") != nullptr; }  // NOLINT(concurrency-mt-unsafe): at start

void drop_stored(const std::string& name) { sd_notify(0, ("FDSTOREREMOVE=1\nFDNAME=" + name).c_str()); }

bool store(const std::string& name, int memfd) {
  return has_manager() && sd_pid_notify_with_fds(0, 0, ("FDSTORE=1\nFDNAME=" + name).c_str(), &memfd, 1) > 0;
}

}  // namespace

StoredMemory::StoredMemory(StoredMemory&& other) noexcept
    : memfd_(std::move(other.memfd_)), bytes_(std::exchange(other.bytes_, {})) {}

StoredMemory::~StoredMemory() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

std::expected<StoredMemory, std::string> StoredMemory::map(FileDescriptor memfd, std::size_t size) {
  void* mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memfd.get(), 0);
  if (mapped == MAP_FAILED) return failed("the stored memory cannot be mapped");
  ::madvise(mapped, size, MADV_DONTDUMP);
  ::madvise(mapped, size, MADV_DONTFORK);
  return StoredMemory(std::move(memfd), {static_cast<std::byte*>(mapped), size});
}

std::expected<StoredMemory, std::string> StoredMemory::make(const std::string& name, std::size_t bytes) {
  int fd = ::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (fd < 0 && errno == EINVAL) fd = ::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  FileDescriptor memfd(fd);
  if (!memfd.valid()) return failed("there is no memory for the " + name);
  if (::ftruncate(memfd.get(), static_cast<off_t>(bytes)) != 0 || ::fcntl(memfd.get(), F_ADD_SEALS, seals) != 0)
    return failed("the memory of the " + name + " cannot be sealed");
  return map(std::move(memfd), bytes);
}

std::expected<StoredMemory, std::string> StoredMemory::adopt(FileDescriptor memfd, std::size_t bytes) {
  struct stat info{};
  if (::fstat(memfd.get(), &info) != 0 || info.st_size != static_cast<off_t>(bytes))
    return std::unexpected("it has another size");
  const int found = ::fcntl(memfd.get(), F_GET_SEALS);
  if (found < 0 || (found & seals) != seals) return std::unexpected("it is not sealed memory");
  ::fcntl(memfd.get(), F_SETFD, FD_CLOEXEC);
  return map(std::move(memfd), bytes);
}

std::expected<StoredMemory::Opened, std::string> StoredMemory::open(const Wanted& wanted,
                                                                    std::vector<FileDescriptor> passed) {
  std::string found;
  if (passed.size() == 1) {
    auto memory = adopt(std::move(passed.front()), wanted.bytes);
    if (memory && wanted.fits(memory->bytes()))
      return Opened{.memory = std::move(*memory), .came = Opened::Came::back, .kept = true};
    found = memory ? "it is from another boot or another version of wardend" : memory.error();
  } else if (passed.size() > 1) {
    found = "the service manager kept more than one";
  }
  if (!passed.empty()) drop_stored(wanted.name);
  auto memory = make(wanted.name, wanted.bytes);
  if (!memory) return std::unexpected(memory.error());
  const bool kept = store(wanted.name, memory->descriptor());
  return Opened{.memory = std::move(*memory), .came = Opened::Came::anew, .kept = kept, .found = std::move(found)};
}

}  // namespace wardend::systemd
