#include "config/nesting.hpp"

#include <algorithm>

namespace wardend::config {
namespace {

// The bytes of the string that `text` begins with, its quotes included. A one-line string that is not closed ends with
// its line, as the parser gives up there too.
std::size_t string_length(std::string_view text) {
  const char quote = text.front();
  const bool escapes = quote == '"';
  const bool block = text.size() >= 3 && text[1] == quote && text[2] == quote;
  std::size_t at = block ? 3 : 1;
  while (at < text.size()) {
    if (escapes && text[at] == '\\') {
      at += 2;
    } else if (!block && (text[at] == quote || text[at] == '\n')) {
      return at + 1;
    } else if (block && text.substr(at, 3) == text.substr(0, 3)) {
      return at + 3;
    } else {
      ++at;
    }
  }
  return text.size();
}

std::size_t token_length(std::string_view text) {
  if (text.front() == '"' || text.front() == '\'') return string_length(text);
  if (text.front() == '#') return std::min(text.find('\n'), text.size());
  return 1;
}

Position position(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, at);
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, at - line_start + 1};
}

}  // namespace

std::optional<Position> too_deep(std::string_view text) {
  std::size_t dots = 0;
  for (std::size_t at = 0; at < text.size(); at += token_length(text.substr(at))) {
    if (text[at] == '.' && ++dots >= max_key_depth) return position(text, at);
    if (std::string_view("=\n,{}[]").find(text[at]) != std::string_view::npos) dots = 0;
  }
  return std::nullopt;
}

}  // namespace wardend::config
