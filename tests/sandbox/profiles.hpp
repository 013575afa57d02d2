// Servers that are known, each a set of settings, of published members and of faults, in the control interface's own
// words: whatever a profile does can be done without it. README.md says where each comes from.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::sandbox {

struct Profile {
  std::string_view name;
  std::string_view what;                         // what it does otherwise than the sandbox
  std::string config;                            // as for `config`
  std::vector<std::string_view> discovery = {};  // as for `discovery`, one after the other
  std::vector<std::string_view> faults = {};     // as for `faults`
};

[[nodiscard]] std::span<const Profile> profiles();
[[nodiscard]] const Profile* profile_named(std::string_view name);

// The errors that SMART's public launcher simulates, by its own names, as a fault. nullopt: no such name.
[[nodiscard]] std::optional<std::string_view> launcher_error(std::string_view name);
[[nodiscard]] std::vector<std::string_view> launcher_errors();

}  // namespace wardend::sandbox
