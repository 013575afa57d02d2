#include "trail/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "base/file_descriptor.hpp"
#include "trail/link.hpp"

namespace wardend::trail {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk = 256UL * 1024;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What logrotate appends: ".12" or "-20261129", then perhaps ".gz".
bool is_rotated(std::string_view suffix) {
  if (suffix.ends_with(".gz")) suffix.remove_suffix(3);
  if (suffix.size() < 2 || (suffix.front() != '.' && suffix.front() != '-') || !is_digit(suffix[1])) return false;
  return std::ranges::all_of(suffix.substr(1),
                             [&](char c) { return is_digit(c) || (suffix.front() == '-' && c == '-'); });
}

// The number of the first entry in the file; nullopt: it has none.
std::optional<std::uint64_t> first_sequence(const fs::path& file) {
  Lines lines(file);
  for (std::string_view line; lines.next(line);)
    if (const auto entry = read_entry(line)) return entry->sequence;
  return std::nullopt;
}

}  // namespace

struct Lines::State {
  gzFile in = nullptr;
  std::string buffer;
  std::size_t at = 0;  // of the first byte that was not given yet
  bool ended = false;
  std::string failure;

  ~State() {
    if (in != nullptr) ::gzclose_r(in);
  }
  void fail(const char* why) {
    failure = why;
    ended = true;
  }
  void open(const fs::path& file, std::uint64_t from) {
    // A pipe that nobody writes to would be waited for.
    FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat info{};
    if (!fd.valid()) return fail(std::strerror(errno));
    if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) ||
        ::lseek(fd.get(), static_cast<off_t>(from), SEEK_SET) < 0)
      return fail("not a regular file");
    in = ::gzdopen(fd.get(), "rb");
    if (in == nullptr) return fail("no memory");
    static_cast<void>(fd.release());
    ::gzbuffer(in, static_cast<unsigned>(chunk));
  }
  void fill() {
    buffer.erase(0, std::exchange(at, 0));
    const std::size_t had = buffer.size();
    buffer.resize(had + chunk);
    const int count = ::gzread(in, buffer.data() + had, static_cast<unsigned>(chunk));
    buffer.resize(had + static_cast<std::size_t>(std::max(count, 0)));
    if (count > 0) return;
    ended = true;
    int error = Z_OK;
    const char* words = ::gzerror(in, &error);
    if (count < 0 || (error != Z_OK && error != Z_BUF_ERROR))
      failure = error == Z_ERRNO ? std::strerror(errno) : words;
    else if (error == Z_BUF_ERROR)
      failure = "the compressed file is cut off";
  }
};

Lines::Lines(const fs::path& file, std::uint64_t from) : state_(std::make_unique<State>()) { state_->open(file, from); }

Lines::Lines(Lines&&) noexcept = default;
Lines::~Lines() = default;

bool Lines::next(std::string_view& line) {
  std::size_t searched = state_->at;
  for (;;) {
    const auto end = state_->buffer.find('\n', searched);
    const std::size_t have = std::min(end, state_->buffer.size()) - state_->at;
    if (end == std::string::npos && have < longest) {
      if (state_->ended) return false;
      const std::size_t known = state_->buffer.size() - state_->at;
      state_->fill();
      searched = known;
      continue;
    }
    line = std::string_view(state_->buffer).substr(state_->at, std::min(have, longest));
    state_->at += line.size() + (end != std::string::npos && have <= longest ? 1 : 0);
    return true;
  }
}

std::string_view Lines::rest() const { return std::string_view(state_->buffer).substr(state_->at); }

const std::string& Lines::failure() const { return state_->failure; }

std::vector<fs::path> files_of(const fs::path& file) {
  std::vector<fs::path> found;
  const std::string name = file.filename().string();
  std::error_code error;
  for (auto at = fs::directory_iterator(file.parent_path().empty() ? "." : file.parent_path(), error);
       !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string other = at->path().filename().string();
    if (other == name || (other.starts_with(name) && is_rotated(std::string_view(other).substr(name.size()))))
      found.push_back(at->path());
  }
  const std::vector<fs::path> all = found;
  std::erase_if(found, [&](const fs::path& path) {
    return path.extension() == ".gz" && std::ranges::find(all, fs::path(path).replace_extension()) != all.end();
  });
  std::vector<std::pair<std::uint64_t, fs::path>> order;
  order.reserve(found.size());
  for (fs::path& path : found) {
    // The file that is written to has no entry yet where it is new; another one without entries is no new file.
    const auto first = first_sequence(path);
    order.emplace_back(first.value_or(path == file ? std::numeric_limits<std::uint64_t>::max() : 0), std::move(path));
  }
  std::ranges::sort(order);
  found.clear();
  for (auto& [first, path] : order) found.push_back(std::move(path));
  return found;
}

}  // namespace wardend::trail
