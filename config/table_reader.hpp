// Reads one TOML table key by key: each read checks the type and the range and notes what is wrong; done() refuses the
// keys that nobody asked for, with the nearest known one as a hint.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.hpp"
#include "config/findings.hpp"
#include "config/model.hpp"

namespace wardend::config {

template <typename Enum>
struct Word {
  std::string_view word;
  Enum value;
};

class TableReader {
 public:
  TableReader(const Node& table, std::string file, std::string name, Findings& findings)
      : table_(table), file_(std::move(file)), name_(std::move(name)), findings_(findings) {}

  // Each takes the value of `key` where the table has it, and notes a finding where it is of another type.
  void text(std::string_view key, std::string& value);
  void flag(std::string_view key, bool& value);
  void texts(std::string_view key, std::vector<std::string>& value);
  void date(std::string_view key, std::string& value);
  // "500ms", "30s", "15m", "13h", within the bounds.
  void duration(std::string_view key, Milliseconds& value, Milliseconds least, Milliseconds most);
  template <typename Number>
  void number(std::string_view key, Number& value, std::int64_t least, std::int64_t most) {
    if (const auto read = whole_number(key, least, most)) value = static_cast<Number>(*read);
  }
  template <typename Enum>
  void word(std::string_view key, Enum& value, std::initializer_list<Word<Enum>> words) {
    const Node* node = take(key);
    if (node == nullptr) return;
    const bool text = node->is(Node::Kind::text);
    std::string allowed;
    for (const Word<Enum>& entry : words) {
      if (text && node->text == entry.word) {
        value = entry.value;
        return;
      }
      allowed += (allowed.empty() ? "\"" : ", \"") + std::string(entry.word) + "\"";
    }
    findings_.error(place(*node), std::string(key) + " must be one of " + allowed);
  }

  // Notes an error unless the text is there and not empty; a value of another type has its error already.
  void need(std::string_view key, const std::string& value, std::string_view why);
  // Notes an error unless the text can stand in a path, a label and a command line: letters, digits, - _ and dots.
  void short_name(std::string_view key, const std::string& value);
  void absolute_path(std::string_view key, const std::string& value);
  // Notes an error where people could not read the text: characters that no screen shows or that turn the text around
  // them, nothing but blanks, or more than `most` characters. A line feed stands in a text of several lines.
  enum class Lines { one, several };
  void readable(std::string_view key, const std::string& value, std::size_t most, Lines lines);
  // Sub-tables: [key] and [[key]]. nullptr or empty when absent.
  [[nodiscard]] const Node* table(std::string_view key);
  [[nodiscard]] std::vector<const Node*> tables(std::string_view key);

  // Notes every key that nobody has taken: call it last.
  void done();

  [[nodiscard]] bool has(std::string_view key) const { return table_.get(key) != nullptr; }
  [[nodiscard]] Place place() const { return place_of(file_, table_.at); }
  [[nodiscard]] Place place(std::string_view key) const {
    const Node* node = table_.get(key);
    return node == nullptr ? place() : place_of(file_, node->at);
  }
  [[nodiscard]] Findings& findings() { return findings_; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  [[nodiscard]] const Node* take(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view key, std::int64_t least, std::int64_t most);
  [[nodiscard]] Place place(const Node& node) const { return place_of(file_, node.at); }

  const Node& table_;
  std::string file_;
  std::string name_;
  Findings& findings_;
  std::set<std::string, std::less<>> known_;
};

// nullopt: not a number with a unit.
[[nodiscard]] std::optional<Milliseconds> parse_duration(std::string_view text);

}  // namespace wardend::config
