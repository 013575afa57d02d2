#include "wardctl/json_layout.hpp"

#include <algorithm>

namespace wardend::wardctl {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The next text or single letter, blanks left out; empty at the end.
std::string_view next_part(std::string_view& json) {
  while (!json.empty() && is_blank(json.front())) json.remove_prefix(1);
  std::size_t length = json.empty() ? 0 : 1;
  if (json.starts_with('"')) {
    while (length < json.size() && json[length] != '"') length += json[length] == '\\' ? 2 : 1;
    length = std::min(length + 1, json.size());
  }
  const std::string_view part = json.substr(0, length);
  json.remove_prefix(length);
  return part;
}

bool opens(std::string_view part) { return part == "{" || part == "["; }
bool closes(std::string_view part) { return part == "}" || part == "]"; }

}  // namespace

std::string on_one_line(std::string_view json) {
  std::string line;
  line.reserve(json.size());
  for (auto part = next_part(json); !part.empty(); part = next_part(json)) line += part;
  return line;
}

std::string indented(std::string_view json) {
  constexpr std::size_t deepest = 64, blanks = 2;
  std::string text;
  std::size_t depth = 0;
  const auto new_line = [&] { text.append("\n").append(std::min(depth, deepest) * blanks, ' '); };
  bool is_new = false;  // behind an opening bracket
  for (auto part = next_part(json); !part.empty(); part = next_part(json)) {
    if (closes(part)) {
      depth -= depth > 0 ? 1 : 0;
      if (!is_new) new_line();
    } else if (is_new) {
      new_line();
    }
    text += part;
    is_new = opens(part);
    if (is_new) ++depth;
    if (part == ",") new_line();
    if (part == ":") text += ' ';
  }
  return text;
}

}  // namespace wardend::wardctl
