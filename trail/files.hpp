// The files of a trail, read from the disk: the one that is written to, and those that logrotate has put aside, as they
// are or compressed by gzip. Everything here may block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::trail {

// The lines of one file, one after the other.
class Lines {
 public:
  // A longer line is no entry, and is given in pieces of this size.
  static constexpr std::size_t longest = 4UL * 1024 * 1024;

  // `from`: bytes to leave out, of a file that is not compressed.
  explicit Lines(const std::filesystem::path& file, std::uint64_t from = 0);
  Lines(Lines&&) noexcept;
  Lines& operator=(Lines&&) = delete;
  ~Lines();

  // The next line without its end; false: there is none. The view lives until the next call.
  [[nodiscard]] bool next(std::string_view& line);
  // After the last line: what stands behind the last line end. Not empty where a line was cut off.
  [[nodiscard]] std::string_view rest() const;
  // Why the file could not be read to its end, as a phrase; empty: it was.
  [[nodiscard]] const std::string& failure() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The files of the trail at `file`, the oldest entries first: FILE, FILE.1, FILE.2.gz, FILE-20261129, and so on. A file
// that is there both as it is and compressed counts once. What is not there is left out, FILE too.
[[nodiscard]] std::vector<std::filesystem::path> files_of(const std::filesystem::path& file);

}  // namespace wardend::trail
