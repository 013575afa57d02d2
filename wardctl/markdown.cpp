#include "wardctl/markdown.hpp"

#include "wardctl/text.hpp"

namespace wardend::wardctl::markdown {

std::string cell(std::string_view text) {
  constexpr std::string_view special = "\\`*_[]<>|#!~";
  std::string escaped;
  for (const char c : printable(text)) {
    if (special.contains(c)) escaped += '\\';
    escaped += c;
  }
  return escaped.empty() ? "-" : escaped;
}

std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& one : cells) text += " " + cell(one) + " |";
  return text + "\n";
}

}  // namespace wardend::wardctl::markdown
