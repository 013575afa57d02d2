#include "systemd/journal_sink.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/file_descriptor.hpp"
#include "systemd/message_catalog.hpp"

namespace wardend::systemd {
namespace {

std::uint64_t dropped = 0;

char priority(log::Level level) {
  switch (level) {
    case log::Level::debug:
      return '7';
    case log::Level::info:
      return '6';
    case log::Level::warn:
      return '4';
    case log::Level::error:
      return '3';
    case log::Level::critical:
      return '2';
  }
  return '3';
}

// One field. A line end in the value would begin another one.
void append(std::string& entry, std::string_view name, std::string_view value) {
  entry += name;
  entry += '=';
  const std::size_t text = entry.size();
  entry += value;
  std::replace(entry.begin() + static_cast<std::ptrdiff_t>(text), entry.end(), '\n', ' ');
  entry += '\n';
}

}  // namespace

bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status{};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

log::Sink journal_sink(const std::string& path) {
  const auto socket = std::make_shared<FileDescriptor>(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (!socket->valid() || ::connect(socket->get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  // By address each time: a journal socket that was made anew is found again.
  return [socket, address](log::Level level, std::string_view line) {
    std::string entry = "SYSLOG_IDENTIFIER=wardend\nPRIORITY=";
    entry += priority(level);
    entry += '\n';
    const ReadLine read = read_line(line);
    if (!read.id.empty()) append(entry, "MESSAGE_ID", read.id);
    for (const auto& [name, value] : read.fields) append(entry, name, value);
    append(entry, "MESSAGE", line);
    if (::sendto(socket->get(), entry.data(), entry.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
      ++dropped;
  };
}

std::uint64_t journal_lines_dropped() { return dropped; }

}  // namespace wardend::systemd
