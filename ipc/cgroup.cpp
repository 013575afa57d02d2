#include "ipc/cgroup.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace wardend::ipc {
namespace {

// The systemd path: that of the unified hierarchy where it says anything, else that of the named one.
std::string_view systemd_path(std::string_view text) {
  std::string_view unified;
  std::string_view named;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto first = line.find(':');
    const auto second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    if (line.substr(0, first) == "0" && controllers.empty()) unified = line.substr(second + 1);
    if (controllers == "name=systemd") named = line.substr(second + 1);
  }
  return unified.size() > 1 ? unified : named;
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (end != 0) parts.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  // systemd puts "_" before a name that the kernel would take for a file of its own.
  for (auto& part : parts)
    if (part.starts_with('_')) part.remove_prefix(1);
  return parts;
}

bool is_unit(std::string_view name) {
  return name.ends_with(".service") || name.ends_with(".scope") || name.ends_with(".socket") ||
         name.ends_with(".mount") || name.ends_with(".swap");
}

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const bool fits = text.size() > before.size() + after.size() && text.starts_with(before) && text.ends_with(after);
  return fits ? text.substr(before.size(), text.size() - before.size() - after.size()) : std::string_view{};
}

std::optional<uid_t> number(std::string_view text) {
  uid_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_session_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !id.empty() && std::ranges::all_of(id, allowed);
}

// Skips slices; the index of what comes after them.
std::size_t skip_slices(const std::vector<std::string_view>& parts, std::size_t at) {
  while (at < parts.size() && parts[at].ends_with(".slice")) ++at;
  return at;
}

}  // namespace

CgroupFacts parse_cgroup(std::string_view text) {
  CgroupFacts facts;
  const auto path = systemd_path(text);
  if (!path.starts_with('/') || path.starts_with("/..") || path.ends_with(" (deleted)")) return facts;
  const auto parts = parts_of(path);
  const auto unit = skip_slices(parts, 0);
  if (unit == parts.size() || !is_unit(parts[unit])) return facts;
  facts.system_unit = parts[unit];

  // Only systemd makes units directly below a user's slice, so only there do their names say whose they are.
  if (unit != 2 || parts[0] != "user.slice") return facts;
  const auto owner = number(between(parts[1], "user-", ".slice"));
  if (!owner) return facts;
  if (const auto id = between(parts[unit], "session-", ".scope"); is_session_id(id)) facts.login_session = id;
  if (number(between(parts[unit], "user@", ".service")) != owner) return facts;
  facts.user_manager = owner;
  const auto inner = skip_slices(parts, unit + 1);
  if (inner < parts.size() && is_unit(parts[inner])) facts.user_unit = parts[inner];
  return facts;
}

}  // namespace wardend::ipc
