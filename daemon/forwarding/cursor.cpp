#include "daemon/forwarding/cursor.hpp"

#include <charconv>
#include <system_error>

#include "trail/anchor.hpp"

namespace wardend::forwarding {
namespace {

// Takes a number and what ends it off the front of `text`.
bool take_number(std::string_view& text, std::uint64_t& number, char ended_by) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with(ended_by)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_text(const Cursor& cursor) {
  return trail::to_text(cursor.link) + " " + std::to_string(cursor.inode) + " " + std::to_string(cursor.offset) + "\n";
}

std::optional<Cursor> read_cursor(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto link = trail::parse_anchor(text.substr(0, space));
  text.remove_prefix(space + 1);
  Cursor cursor;
  if (!link || !take_number(text, cursor.inode, ' ') || !take_number(text, cursor.offset, '\n') || !text.empty())
    return std::nullopt;
  cursor.link = *link;
  return cursor;
}

}  // namespace wardend::forwarding
