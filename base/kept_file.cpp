#include "base/kept_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/file_descriptor.hpp"
#include "base/read_up_to.hpp"

namespace wardend {
namespace {

// A pipe or a device would be waited for, a link leads elsewhere.
FileDescriptor open_at(const std::filesystem::path& path, int flags, mode_t mode = 0) {
  return FileDescriptor(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, mode));
}

bool is_regular(const FileDescriptor& file) {
  struct stat info{};
  return ::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode);
}

std::string in_words(int error) { return std::strerror(error); }  // NOLINT(concurrency-mt-unsafe): glibc's is safe

}  // namespace

KeptText read_kept_file(const std::filesystem::path& file, std::size_t longest) {
  const FileDescriptor in = open_at(file, O_RDONLY);
  if (!in.valid() && errno == ENOENT) return {};
  if (!in.valid()) return {.trouble = "it cannot be read: " + in_words(errno)};
  if (!is_regular(in)) return {.trouble = "it is not a regular file"};
  auto text = read_up_to(in, longest + 1);
  if (!text) return {.trouble = "it cannot be read: " + in_words(text.error())};
  return {.text = std::move(*text)};
}

std::string replace_kept_file(const std::filesystem::path& file, const std::string& text, mode_t mode) {
  static_cast<void>(::mkdir(file.parent_path().c_str(), 0750));
  const std::filesystem::path beside = file.string() + ".new";
  const FileDescriptor out = open_at(beside, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (!out.valid()) return in_words(errno);
  if (!is_regular(out)) return beside.string() + " is not a regular file";
  if (::fchmod(out.get(), mode) != 0) return in_words(errno);
  errno = ENOSPC;  // a short write says nothing else
  if (::write(out.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) return in_words(errno);
  if (::fsync(out.get()) != 0 || std::rename(beside.c_str(), file.c_str()) != 0) return in_words(errno);
  const FileDescriptor folder = open_at(file.parent_path(), O_RDONLY | O_DIRECTORY);
  return folder.valid() && ::fsync(folder.get()) == 0 ? std::string() : in_words(errno);
}

}  // namespace wardend
