#include "trail/anchor.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/kept_file.hpp"

namespace wardend::trail {
namespace {

constexpr std::size_t longest = 256;

bool is_hash(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::filesystem::path anchor_in(const std::filesystem::path& state_dir) { return state_dir / "audit-anchor"; }

std::string to_text(const Link& anchor) { return std::to_string(anchor.sequence) + ":" + anchor.hash; }

std::optional<Link> parse_anchor(std::string_view text) {
  Link link;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), link.sequence);
  if (error != std::errc() || link.sequence == 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with(':') || !is_hash(text.substr(1))) return std::nullopt;
  link.hash = text.substr(1);
  return link;
}

FoundAnchor read_anchor(const std::filesystem::path& file) {
  KeptText kept = read_kept_file(file, longest);
  if (!kept.text) return {.link = {}, .error = std::move(kept.trouble)};
  std::string_view line = *kept.text;
  if (line.ends_with('\n')) line.remove_suffix(1);
  auto link = parse_anchor(line);
  return {.link = link, .error = link ? "" : "it is not an anchor"};
}

std::string write_anchor(const std::filesystem::path& file, const Link& link) {
  return replace_kept_file(file, to_text(link) + "\n", 0600);
}

}  // namespace wardend::trail
