#include "trail/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"

namespace wardend::trail {
namespace {

constexpr std::size_t hash_digits = 64;
constexpr std::string_view head = R"({"sequence":)";
constexpr std::string_view before_previous = R"(,"previous":")";
constexpr std::string_view before_hash = R"(,"hash":")";
constexpr std::string_view before_kind = R"(,"kind":")";

// Takes `text` off the front of `rest`.
bool take(std::string_view& rest, std::string_view text) {
  if (!rest.starts_with(text)) return false;
  rest.remove_prefix(text.size());
  return true;
}

std::unexpected<std::string> no_entry() {
  return std::unexpected(std::string("the line is not an entry of the trail"));
}

std::string_view kind_in(std::string_view members) {
  const auto at = members.find(before_kind);
  if (at == std::string_view::npos) return {};
  members.remove_prefix(at + before_kind.size());
  return members.substr(0, members.find('"'));
}

}  // namespace

std::string sealed(std::string_view members, Link& last) {
  std::string line = fmt::format(R"({{"sequence":{},"previous":"{}",)", last.sequence + 1, last.hash);
  line += members;
  last = {last.sequence + 1, hex(sha256(line))};
  line.append(before_hash).append(last.hash).append("\"}\n");
  return line;
}

std::expected<Entry, std::string> read_entry(std::string_view line) {
  Entry entry;
  std::string_view rest = line;
  if (!take(rest, head)) return no_entry();
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), entry.sequence);
  if (error != std::errc() || entry.sequence == 0) return no_entry();
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (!take(rest, before_previous) || rest.size() < hash_digits) return no_entry();
  entry.previous = rest.substr(0, hash_digits);
  rest.remove_prefix(hash_digits);
  const std::size_t tail = before_hash.size() + hash_digits + 2;
  if (!take(rest, "\",") || rest.size() < tail || !rest.ends_with("\"}")) return no_entry();
  entry.members = rest.substr(0, rest.size() - tail);
  rest.remove_prefix(entry.members.size());
  if (!take(rest, before_hash)) return no_entry();
  entry.hash = rest.substr(0, hash_digits);
  entry.kind = kind_in(entry.members);
  if (hex(sha256(line.substr(0, line.size() - tail))) != entry.hash)
    return std::unexpected("the entry was changed: its hash is not that of its bytes");
  return entry;
}

}  // namespace wardend::trail
