#include "wardctl/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "wardctl/explain.hpp"

namespace wardend::wardctl {
namespace {

// False, with errno set: the file cannot be made or filled.
bool fill_new_file(const std::string& path, std::string_view text) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return false;
  while (!text.empty()) {
    const auto written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

ExitCode write_new_file(const Context& context, const std::string& path, const std::string& text) {
  if (fill_new_file(path, text)) return ExitCode::done;
  const auto cause = fmt::format("cannot write {}: {}", path, std::strerror(errno));
  return refuse(context, {"NotWritten", cause, "name a new file in a folder of yours", ExitCode::usage});
}

}  // namespace wardend::wardctl
