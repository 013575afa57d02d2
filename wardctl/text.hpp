// Text for people: tables whose columns line up, local times, and nothing that a terminal would obey.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.hpp"

namespace wardend::wardctl {

// `text` with "?" for every character that base/text's rule does not show: names and advice come from servers, and a
// terminal obeys escapes.
[[nodiscard]] std::string printable(std::string_view text);

using words::counted;
using words::local_date_time;
using words::local_time;

// "a, b, c"; "-" for none.
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

// "session_started" as "session started".
[[nodiscard]] std::string words_of(std::string_view wire_name);

// Rows under a head; every cell is made printable, an empty one shown as "-".
class Table {
 public:
  Table(std::initializer_list<std::string_view> head);
  void add(std::vector<std::string> row);
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  void print(std::ostream& out, std::string_view indent = "") const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// "name   value" lines with the values in one column.
class Facts {
 public:
  void add(std::string name, std::string_view value);
  // Left out when absent or empty.
  void add_known(std::string name, const std::optional<std::string>& value);
  void print(std::ostream& out) const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace wardend::wardctl
