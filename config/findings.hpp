// Collects what is wrong with a configuration, with the place of each fault.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/loader.hpp"

namespace wardend::config {

// Where a value, a key or a table stands; the first character for what concerns the whole file.
struct Place {
  std::string file;
  std::size_t line = 1;
  std::size_t column = 1;
};
[[nodiscard]] inline Place place_of(const std::string& file, const Position& position) {
  return {file, position.line, position.column};
}

// What it is when this machine lacks the user or the group of a peer rule.
enum class Absent { error, note };

class Findings {
 public:
  explicit Findings(Files files, CredentialJudge judge = {}, Absent absent = Absent::error)
      : files_(files), judge_(std::move(judge)), absent_(absent) {}
  // Whether files that the configuration names are looked at.
  [[nodiscard]] Files files() const { return files_; }
  // Empty: nobody judges credentials.
  [[nodiscard]] const CredentialJudge& credential_judge() const { return judge_; }
  // A peer rule names somebody who is not on this machine.
  void absent(const Place& place, const std::string& text) {
    absent_ == Absent::error ? error(place, text) : note(place, text);
  }
  // Each adds one finding of its severity.
  void error(const Place& place, const std::string& text) { add(Finding::Severity::error, place, text); }
  void hint(const Place& place, const std::string& text) { add(Finding::Severity::hint, place, text); }
  void note(const Place& place, const std::string& text) { add(Finding::Severity::note, place, text); }
  [[nodiscard]] bool failed() const { return errors_ != 0; }
  [[nodiscard]] std::size_t errors() const { return errors_; }
  [[nodiscard]] std::vector<Finding> take() { return std::move(list_); }

 private:
  void add(Finding::Severity severity, const Place& place, const std::string& text) {
    errors_ += severity == Finding::Severity::error ? 1 : 0;
    list_.push_back({severity, place.file, place.line, place.column, printable(text, longest)});
  }
  static constexpr std::size_t longest = 1024;  // bytes: names in it come from the file
  Files files_;
  CredentialJudge judge_;
  Absent absent_;
  std::vector<Finding> list_;
  std::size_t errors_ = 0;
};

}  // namespace wardend::config
