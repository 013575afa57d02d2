// What /proc/PID/cgroup says about where a process belongs under systemd. A pure function of the file's text; it trusts
// only the levels that systemd itself makes, since users make sub-groups of their own below their units.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace wardend::ipc {

struct CgroupFacts {
  std::string system_unit = {};            // foo.service, session-c2.scope, user@1000.service; empty: none
  std::string user_unit = {};              // below a user's manager: app-foo.scope
  std::string login_session = {};          // "c2", of session-c2.scope
  std::optional<uid_t> user_manager = {};  // whose user@UID.service it is under
  bool operator==(const CgroupFacts&) const = default;
};

// Unified ("0::"), and hybrid or legacy ("1:name=systemd:") hierarchies. Nothing at all for a path outside this cgroup
// namespace, a removed group, or a text that is none: a caller without facts matches no unit rule.
[[nodiscard]] CgroupFacts parse_cgroup(std::string_view text);

}  // namespace wardend::ipc
