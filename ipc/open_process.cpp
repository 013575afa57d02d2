#include "ipc/open_process.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace wardend::ipc {
namespace {

// Linux 6.5; newer than Debian 12's headers.
constexpr int peer_pidfd_option = 77;
constexpr std::size_t largest_proc_file_bytes = 16 * 1024;

std::string read_small_file(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 4096> chunk{};
  while (file.valid() && text.size() < largest_proc_file_bytes) {
    const auto count = ::read(file.get(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(count));
  }
  return text;
}

std::string proc_path(pid_t pid, std::string_view name) { return fmt::format("/proc/{}/{}", pid, name); }

// When a process started, in ticks since boot, as text: two readings are only ever compared. Empty: it cannot be read.
std::string start_in(std::string_view stat) {
  auto at = stat.rfind(')');  // the name before it may hold anything
  constexpr int fields_after_name = 20;
  for (int field = 0; field < fields_after_name && at != std::string_view::npos; ++field) at = stat.find(' ', at + 1);
  return at == std::string_view::npos ? std::string()
                                      : std::string(stat.substr(at + 1, stat.find(' ', at + 1) - at - 1));
}

std::string start_of(pid_t pid) { return start_in(read_small_file(proc_path(pid, "stat"))); }

// The number that the kernel gives a process for as long as it is up (Linux 6.9). nullopt: an older kernel.
std::optional<std::uint64_t> number_of(const FileDescriptor& process) {
  constexpr long pidfs_magic = 0x50494446;
  static const bool has_numbers = [&] {
    struct statfs kind{};
    return ::fstatfs(process.get(), &kind) == 0 && kind.f_type == pidfs_magic;
  }();
  struct stat status{};
  if (!has_numbers || ::fstat(process.get(), &status) != 0) return std::nullopt;
  return status.st_ino;
}

struct Opened {
  FileDescriptor descriptor;
  std::string birth;
};

// Without SO_PEERPIDFD: the process that has that number now, if it kept it while we looked and is of that user. It
// must have started at `birth`, where that was read before.
Opened open_process(pid_t pid, uid_t uid, const std::string& birth) {
  const auto before = start_of(pid);
  FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  struct stat owner{};
  const bool same_user = ::stat(proc_path(pid, "").c_str(), &owner) == 0 && owner.st_uid == uid;
  const bool same_process = !before.empty() && (birth.empty() || birth == before);
  if (!same_user || !same_process || start_of(pid) != before) return {};
  return {std::move(process), before};
}

}  // namespace

// The process that made this connection, whenever it is asked for: SO_PEERPIDFD belongs to the socket's peer.
std::shared_ptr<const OpenProcess> OpenProcess::of_peer(int socket, pid_t pid, uid_t uid, const std::string& birth) {
  int fd = -1;
  socklen_t size = sizeof fd;
  const bool told = ::getsockopt(socket, SOL_SOCKET, peer_pidfd_option, &fd, &size) == 0;
  if (!told && errno != ENOPROTOOPT) return nullptr;
  Opened opened = told ? Opened{FileDescriptor(fd), {}} : open_process(pid, uid, birth);
  std::shared_ptr<OpenProcess> process(new OpenProcess(pid, std::move(opened.descriptor)));
  if (!process->runs()) return nullptr;
  if (!opened.birth.empty()) process->birth_ = std::move(opened.birth);
  return process;
}

bool OpenProcess::runs() const {
  pollfd polled{.fd = descriptor_.get(), .events = POLLIN, .revents = 0};
  return descriptor_.valid() && ::poll(&polled, 1, 0) == 0;
}

const std::string& OpenProcess::birth() const {
  if (!birth_) {
    const auto number = number_of(descriptor_);
    birth_ = number ? "#" + std::to_string(*number) : start_in(read("stat"));
  }
  return *birth_;
}

// What /proc said belongs to this process only if it still had its number after that was read.
std::string OpenProcess::read(std::string_view name) const {
  std::string text = read_small_file(proc_path(pid_, name));
  return runs() ? text : std::string();
}

}  // namespace wardend::ipc
