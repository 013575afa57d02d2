// What a folder of the control group tree is to systemd: a slice, a user's manager, a unit. Pure; it goes only by the
// levels that systemd itself makes, as users make groups of their own below their units. Spec: systemd's "Control Group
// Interfaces", unit names in systemd.unit(5).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace wardend::systemd {

struct UnitPlace {
  enum class Level {
    other,    // no business of ours: a unit's own groups, machines and containers
    slice,    // units and slices lie below
    manager,  // user@UID.service: the same, of that user
    unit,
  };
  Level level = Level::other;
  std::string unit = {};           // of a unit: its name
  std::optional<uid_t> user = {};  // of a user's own manager; nullopt: the system's
  std::string login_session = {};  // of session-c2.scope: c2
};

// `path` begins at the root of the tree: "/user.slice/user-1000.slice/user@1000.service/app.slice/ehr.scope".
[[nodiscard]] UnitPlace unit_place(std::string_view path);

// Whether a unit's name is what the pattern (*, ?, [a-z]) means. An empty pattern means none.
[[nodiscard]] bool names_unit(const std::string& pattern, const std::string& unit);

// Whether cgroup.events says that processes are in it.
[[nodiscard]] bool is_populated(std::string_view cgroup_events);

}  // namespace wardend::systemd
