#include "ipc/caller.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>

namespace wardend::ipc {
namespace {

// Linux 6.5; newer than Debian 12's headers.
constexpr int peer_pidfd_option = 77;
constexpr std::size_t most_groups = 65536;
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

// Without SO_PEERPIDFD: the process that has that number now, if it kept it while we looked and is of that user. It
// must have started at `birth`, where that was read before; else this is read here.
FileDescriptor open_process(pid_t pid, uid_t uid, std::string& birth) {
  const auto before = start_of(pid);
  FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  struct stat owner{};
  const bool same_user = ::stat(proc_path(pid, "").c_str(), &owner) == 0 && owner.st_uid == uid;
  const bool same_process = !before.empty() && (birth.empty() || birth == before);
  if (!same_user || !same_process || start_of(pid) != before) return FileDescriptor{};
  birth = before;
  return process;
}

bool runs(const FileDescriptor& process) {
  pollfd polled{.fd = process.get(), .events = POLLIN, .revents = 0};
  return process.valid() && ::poll(&polled, 1, 0) == 0;
}

std::optional<ucred> credentials(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0) return std::nullopt;
  return peer;
}

std::optional<std::vector<gid_t>> groups_of(int socket) {
  std::vector<gid_t> groups(32);
  while (groups.size() <= most_groups) {
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    const bool fits = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0;
    if (!fits && errno != ERANGE) return std::nullopt;
    groups.resize(fits ? size / sizeof(gid_t) : std::max(size / sizeof(gid_t), groups.size() * 2));
    if (fits) return groups;
  }
  return std::nullopt;
}

// No security module, or no label: an empty text, which no label rule matches.
std::string label_of(int socket) {
  std::array<char, 4096> text{};
  socklen_t size = text.size();
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERSEC, text.data(), &size) != 0) return {};
  return {text.data(), ::strnlen(text.data(), size)};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
    out += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

std::expected<Caller, std::string> Caller::of_socket(int socket) {
  const auto peer = credentials(socket);
  if (!peer) return std::unexpected("the kernel does not name the peer");
  auto groups = groups_of(socket);
  if (!groups) return std::unexpected("the kernel does not name the peer's groups");
  CallerFacts facts{.pid = peer->pid, .uid = peer->uid, .gid = peer->gid, .groups = std::move(*groups)};
  Caller caller(std::move(facts));
  caller.has_birth_ = caller.has_cgroup_ = false;
  return caller;
}

Caller::Caller(CallerFacts facts) : facts_(std::move(facts)), has_birth_(true), has_cgroup_(true) {}

// The process that made this connection, whenever it is asked for: SO_PEERPIDFD belongs to the socket's peer.
FileDescriptor Caller::process_of(int socket) {
  int fd = -1;
  socklen_t size = sizeof fd;
  if (::getsockopt(socket, SOL_SOCKET, peer_pidfd_option, &fd, &size) == 0) return FileDescriptor(fd);
  if (errno != ENOPROTOOPT) return FileDescriptor{};
  FileDescriptor process = open_process(facts_.pid, facts_.uid, facts_.birth);
  has_birth_ = !facts_.birth.empty();
  return process;
}

bool Caller::hold(int socket) {
  if (process_.valid()) return true;
  process_ = process_of(socket);
  if (!runs(process_)) let_go();
  if (process_.valid()) facts_.label = label_of(socket);
  return process_.valid();
}

// What /proc said belongs to this process only if it still had its number after that was read.
std::string Caller::read_proc(std::string_view name) const {
  if (!process_.valid()) return {};
  std::string text = read_small_file(proc_path(facts_.pid, name));
  return runs(process_) ? text : std::string();
}

const std::string& Caller::birth() const {
  if (has_birth_ || !process_.valid()) return facts_.birth;
  has_birth_ = true;
  const auto number = number_of(process_);
  facts_.birth = number ? "#" + std::to_string(*number) : start_in(read_proc("stat"));
  return facts_.birth;
}

const CgroupFacts& Caller::cgroup() const {
  if (has_cgroup_ || !process_.valid()) return facts_.cgroup;
  has_cgroup_ = true;
  facts_.cgroup = parse_cgroup(read_proc("cgroup"));
  return facts_.cgroup;
}

bool Caller::in_group(gid_t group) const {
  return facts_.gid == group || std::ranges::find(facts_.groups, group) != facts_.groups.end();
}

bool Caller::alive() const { return runs(process_); }

std::string Caller::describe() const {
  std::string comm = facts_.comm.empty() ? read_proc("comm") : facts_.comm;
  if (comm.ends_with('\n')) comm.pop_back();
  const auto& unit = cgroup().user_unit.empty() ? cgroup().system_unit : cgroup().user_unit;
  return fmt::format("pid={} uid={} unit={} comm={}", facts_.pid, facts_.uid, escaped(unit), escaped(comm));
}

}  // namespace wardend::ipc
