#include "ipc/caller.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
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

// The name of a process, and when it started in ticks since boot as text: two readings are only ever compared.
struct ProcessStat {
  std::string comm;
  std::string start_time;
};
ProcessStat stat_of(pid_t pid) {
  const auto text = read_small_file(proc_path(pid, "stat"));
  const auto open = text.find('(');
  const auto close = text.rfind(')');  // the name may hold anything
  if (open == text.npos || close == text.npos || close < open) return {};
  auto at = close;
  constexpr int fields_after_name = 20;
  for (int field = 0; field < fields_after_name && at != text.npos; ++field) at = text.find(' ', at + 1);
  if (at == text.npos) return {};
  return {text.substr(open + 1, close - open - 1), text.substr(at + 1, text.find(' ', at + 1) - at - 1)};
}

// Without SO_PEERPIDFD: the process that has that number now, if it kept it while we looked and is of that user. It
// must have started at `known`, where that was read before.
FileDescriptor open_process(pid_t pid, uid_t uid, const std::string& known) {
  const auto before = stat_of(pid).start_time;
  FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  struct stat owner{};
  const bool same_user = ::stat(proc_path(pid, "").c_str(), &owner) == 0 && owner.st_uid == uid;
  const bool same_process = !before.empty() && (known.empty() || known == before);
  if (!same_user || !same_process || stat_of(pid).start_time != before) return FileDescriptor{};
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
  return Caller(std::move(facts));
}

// The process that made this connection, whenever it is asked for: SO_PEERPIDFD belongs to the socket's peer.
FileDescriptor Caller::process_of(int socket) const {
  int fd = -1;
  socklen_t size = sizeof fd;
  if (::getsockopt(socket, SOL_SOCKET, peer_pidfd_option, &fd, &size) == 0) return FileDescriptor(fd);
  return errno == ENOPROTOOPT ? open_process(facts_.pid, facts_.uid, facts_.start_time) : FileDescriptor{};
}

void Caller::read_proc() {
  auto stat = stat_of(facts_.pid);
  facts_.start_time = std::move(stat.start_time);
  facts_.comm = std::move(stat.comm);
  facts_.cgroup = parse_cgroup(read_small_file(proc_path(facts_.pid, "cgroup")));
}

std::expected<void, std::string> Caller::look_up(int socket) {
  const FileDescriptor process = process_of(socket);
  const CallerFacts recorded = facts_;
  facts_.label = label_of(socket);
  if (process.valid()) read_proc();
  // What /proc said belongs to this process only if it still had its number after that was read.
  looked_up_ = runs(process);
  if (looked_up_) return {};
  facts_ = recorded;
  return std::unexpected("the peer's process is gone");
}

void Caller::hold(int socket) {
  if (process_.valid() || (!looked_up_ && !look_up(socket))) return;
  process_ = process_of(socket);
}

bool Caller::in_group(gid_t group) const {
  return facts_.gid == group || std::ranges::find(facts_.groups, group) != facts_.groups.end();
}

bool Caller::alive() const { return runs(process_); }

std::string Caller::describe() const {
  const auto& unit = facts_.cgroup.user_unit.empty() ? facts_.cgroup.system_unit : facts_.cgroup.user_unit;
  return fmt::format("pid={} uid={} unit={} comm={}", facts_.pid, facts_.uid, escaped(unit), escaped(facts_.comm));
}

}  // namespace wardend::ipc
