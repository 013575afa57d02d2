#include "base/read_up_to.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace wardend {

std::expected<std::string, int> read_up_to(const FileDescriptor& file, std::size_t most) {
  constexpr std::size_t piece = 16UL * 1024;
  std::string text;
  while (text.size() < most) {
    const std::size_t had = text.size();
    const std::size_t wanted = std::min(piece, most - had);
    ssize_t count = 0;
    // The size that comes with `bytes` may be the room there is, which is more.
    text.resize_and_overwrite(had + wanted, [&](char* bytes, std::size_t) {
      count = ::read(file.get(), bytes + had, wanted);
      return had + static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    });
    if (count == 0) break;
    if (count < 0 && errno != EINTR) return std::unexpected(errno);
  }
  return text;
}

}  // namespace wardend
