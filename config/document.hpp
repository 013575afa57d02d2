// A TOML text as plain values with their places. The only part that knows which library parses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/nesting.hpp"

namespace wardend::config {

// One value: a table, a list, text, a whole number, a flag, a date, or something that wardend.toml has no key for
// (floats, times). What is not of its kind is empty.
struct Node {
  enum class Kind { other, table, list, text, number, flag, date };
  Kind kind = Kind::other;
  Position at = {};
  std::string key = {};  // as a member of a table
  Position key_at = {};
  std::string text = {};  // text; a date as YYYY-MM-DD
  std::int64_t number = 0;
  bool flag = false;
  std::vector<Node> children;  // a table's members in the order of their keys, a list's entries

  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
  // A table's member; nullptr: no such key.
  [[nodiscard]] const Node* get(std::string_view member) const;
};

struct SyntaxFault {
  Position at;
  std::string description;
};

// Refuses what is no TOML 1.0, not UTF-8, or deeper than max_key_depth parts in a key or 256 nested values.
[[nodiscard]] std::expected<Node, SyntaxFault> parse_document(std::string_view text);

}  // namespace wardend::config
