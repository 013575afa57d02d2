#include "systemd/passed_sockets.hpp"

#include <fcntl.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdlib>

namespace wardend::systemd {

PassedSockets PassedSockets::take() {
  PassedSockets passed;
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(1, &names);
  for (int i = 0; i < count; ++i) {
    const int fd = SD_LISTEN_FDS_START + i;
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    passed.sockets_.emplace_back(names[i], FileDescriptor(fd));
    std::free(names[i]);
  }
  std::free(static_cast<void*>(names));
  return passed;
}

bool PassedSockets::has(std::string_view name) const {
  return std::ranges::any_of(sockets_, [&](const auto& entry) { return entry.first == name; });
}

std::vector<FileDescriptor> PassedSockets::claim(std::string_view name) {
  std::vector<FileDescriptor> claimed;
  for (auto& [its_name, socket] : sockets_)
    if (its_name == name && socket.valid()) claimed.push_back(std::move(socket));
  return claimed;
}

std::vector<std::string> PassedSockets::unclaimed() const {
  std::vector<std::string> names;
  for (const auto& [name, socket] : sockets_)
    if (socket.valid()) names.push_back(name);
  return names;
}

}  // namespace wardend::systemd
