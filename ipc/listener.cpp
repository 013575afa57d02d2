#include "ipc/listener.hpp"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace wardend::ipc {
namespace {

constexpr mode_t owner_only = 0600;

std::unexpected<std::string> trouble(const std::filesystem::path& path, std::string_view what, int error) {
  return std::unexpected(fmt::format("{}: {}: {}", path.string(), what, std::system_category().message(error)));
}

FileDescriptor make_socket() {
  return FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

// Non-blocking: a full queue (EAGAIN) is a sign of life too.
bool somebody_answers(const sockaddr_un& address) {
  const auto probe = make_socket();
  if (!probe.valid()) return true;  // nobody can tell: as if there were
  return ::connect(probe.get(), generic(address), sizeof address) == 0 || (errno != ECONNREFUSED && errno != ENOENT);
}

}  // namespace

std::expected<FileDescriptor, std::string> listen_at(const std::filesystem::path& path, const SocketFile& file) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& name = path.native();
  if (name.size() >= sizeof address.sun_path) return trouble(path, "socket path", ENAMETOOLONG);
  std::memcpy(address.sun_path, name.data(), name.size());

  struct stat existing{};
  if (::lstat(name.c_str(), &existing) == 0) {
    if (!S_ISSOCK(existing.st_mode)) return trouble(path, "is there and is no socket", EEXIST);
    if (somebody_answers(address))
      return std::unexpected(
          name +
          ": another wardend is running, or systemd keeps the socket for it: end both with `systemctl stop "
          "'wardend*'`, or name other sockets in [broker] of this one's configuration");
    if (::unlink(name.c_str()) != 0) return trouble(path, "cannot replace the old socket", errno);
  }
  auto socket = make_socket();
  // Before bind it decides the file's mode, so that it is at no moment wider than asked for.
  if (!socket.valid() || ::fchmod(socket.get(), file.mode & owner_only) != 0)
    return trouble(path, "cannot make a socket", errno);
  if (::bind(socket.get(), generic(address), sizeof address) != 0) return trouble(path, "cannot bind", errno);
  // The mode last, so that no other group gets in meanwhile.
  if (file.group && ::chown(name.c_str(), static_cast<uid_t>(-1), *file.group) != 0 && errno != EPERM)
    return trouble(path, "cannot set the group", errno);
  if (::chmod(name.c_str(), file.mode) != 0) return trouble(path, "cannot set the mode", errno);
  if (::listen(socket.get(), file.backlog) != 0) return trouble(path, "cannot listen", errno);
  return socket;
}

}  // namespace wardend::ipc
