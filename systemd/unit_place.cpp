#include "systemd/unit_place.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>

namespace wardend::systemd {
namespace {

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const bool fits = text.size() > before.size() + after.size() && text.starts_with(before) && text.ends_with(after);
  return fits ? text.substr(before.size(), text.size() - before.size() - after.size()) : std::string_view();
}

std::optional<uid_t> number(std::string_view text) {
  uid_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = !text.empty() && error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

bool is_unit_name(std::string_view name) { return name.ends_with(".service") || name.ends_with(".scope"); }

// One level down from `above`, which is a slice or a manager. `owner` is whose user slice this lies in.
UnitPlace below(const UnitPlace& above, std::string_view name, std::optional<uid_t> owner) {
  using Level = UnitPlace::Level;
  if (name.ends_with(".slice"))
    return {.level = name == "machine.slice" ? Level::other : Level::slice, .user = above.user};
  if (!is_unit_name(name)) return {};
  if (owner && !above.user && number(between(name, "user@", ".service")) == owner)
    return {.level = Level::manager, .unit = std::string(name), .user = owner};
  UnitPlace unit{.level = Level::unit, .unit = std::string(name), .user = above.user};
  if (owner && !above.user) unit.login_session = between(name, "session-", ".scope");
  return unit;
}

}  // namespace

UnitPlace unit_place(std::string_view path) {
  UnitPlace place{.level = UnitPlace::Level::slice};
  std::optional<uid_t> owner;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    std::string_view name = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (name.empty()) continue;
    if (place.level == UnitPlace::Level::unit || place.level == UnitPlace::Level::other) return {};
    // systemd puts "_" before a name that the kernel would take for a file of its own.
    if (name.starts_with('_')) name.remove_prefix(1);
    if (const auto uid = number(between(name, "user-", ".slice")); uid && !place.user) owner = uid;
    place = below(place, name, owner);
  }
  return place;
}

bool names_unit(const std::string& pattern, const std::string& unit) {
  return !pattern.empty() && ::fnmatch(pattern.c_str(), unit.c_str(), 0) == 0;
}

bool is_populated(std::string_view cgroup_events) {
  return cgroup_events.starts_with("populated 1\n") || cgroup_events.contains("\npopulated 1\n");
}

}  // namespace wardend::systemd
