// Whether lines are a whole trail: each entry follows from the one before it, none is missing, none was changed, and
// what was anchored elsewhere is there. Pure; `verdict.hpp` feeds it from the disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trail/link.hpp"

namespace wardend::trail {

// Something that is not as it was written.
struct Fault {
  std::uint64_t sequence = 0;  // of the first entry that is bad or missing
  std::string file = {};
  std::uint64_t line = 0;  // 0: no line of the file, but its end
  std::string what = {};
};

// What the trail itself says is lost, and why.
struct Gap {
  std::uint64_t sequence = 0;  // of the entry that says so
  std::string at = {};
  std::string why = {};  // one word
  std::string what = {};
};

class Chain {
 public:
  // Of many faults these are told, of many gaps too.
  static constexpr std::size_t most_told = 16;

  // `anchors`: links that must be there, unless the files begin after them.
  explicit Chain(std::vector<Link> anchors = {}) : anchors_(std::move(anchors)) {}

  // In the order of the trail: a file begins, its lines without their ends, what stands behind its last line end.
  void begin(std::string file);
  void add(std::string_view line);
  void end(std::string_view rest);
  // The file could not be read on.
  void broken_off(const std::string& why);
  // After the last file.
  void finish();

  [[nodiscard]] bool intact() const { return faults_.empty(); }
  [[nodiscard]] std::uint64_t entries() const { return entries_; }
  [[nodiscard]] std::uint64_t first() const { return first_; }  // 0: there is no entry
  [[nodiscard]] const Link& last() const { return last_; }
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
  [[nodiscard]] const std::vector<Gap>& gaps() const { return gaps_; }
  // The first anchor that stands before the first entry, so that nothing here shows whether it is right.
  [[nodiscard]] std::optional<Link> unseen_anchor() const;

 private:
  enum class At { start, file_start, middle, lost };
  void fault(std::uint64_t sequence, std::string what);
  void follow(const Entry& entry);
  void note_gap(const Entry& entry);

  std::vector<Link> anchors_;
  At at_ = At::start;  // lost: after a bad line, until the next good one
  std::string file_;
  std::uint64_t line_ = 0;
  bool empty_ = false;  // the file, so far
  std::uint64_t entries_ = 0;
  std::uint64_t first_ = 0;
  Link last_;
  std::vector<Fault> faults_;
  std::vector<Gap> gaps_;
};

}  // namespace wardend::trail
