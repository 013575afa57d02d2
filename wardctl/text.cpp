#include "wardctl/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/text.hpp"

namespace wardend::wardctl {
namespace {

constexpr std::string_view nothing = "-";
constexpr std::string_view gap = "  ";

// Code points, not bytes: every byte but UTF-8's continuations.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr std::size_t longest = 4;  // bytes of a character
  std::string clean;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < std::min(text.size(), longest) && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
      ++length;
    const std::string_view character = text.substr(0, length);
    if (wardend::printable(character, longest).empty())
      clean.push_back('?');
    else
      clean += character;
    text.remove_prefix(length);
  }
  return clean;
}

std::string joined(const std::vector<std::string>& words) {
  return words.empty() ? std::string(nothing) : wardend::joined(words);
}

std::string words_of(std::string_view wire_name) {
  std::string words(wire_name);
  std::ranges::replace(words, '_', ' ');
  return words;
}

Table::Table(std::initializer_list<std::string_view> head) { rows_.emplace_back(head.begin(), head.end()); }

void Table::add(std::vector<std::string> row) {
  row.resize(rows_.front().size());
  for (auto& cell : row) cell = cell.empty() ? std::string(nothing) : printable(cell);
  rows_.push_back(std::move(row));
}

void Table::print(std::ostream& out, std::string_view indent) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], width_of(row[column]));
  for (const auto& row : rows_) {
    out << indent;
    for (std::size_t column = 0; column + 1 < row.size(); ++column) out << padded(row[column], widths[column]) << gap;
    out << row.back() << '\n';
  }
}

void Facts::add(std::string name, std::string_view value) {
  lines_.emplace_back(std::move(name), value.empty() ? nothing : printable(value));
}

void Facts::add_known(std::string name, const std::optional<std::string>& value) {
  if (value && !value->empty()) add(std::move(name), *value);
}

void Facts::print(std::ostream& out) const {
  std::size_t width = 0;
  for (const auto& [name, value] : lines_) width = std::max(width, width_of(name));
  for (const auto& [name, value] : lines_) out << padded(name, width) << gap << value << '\n';
}

}  // namespace wardend::wardctl
