// The settings as JSON: what `config` takes and shows, and what a profile is made of.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

// `settings` with what `text` changes. The error names the member that is wrong; nothing counts then.
[[nodiscard]] std::expected<Settings, std::string> changed_by(const Settings& settings, std::string_view text);

[[nodiscard]] std::string config_json(const Settings& settings);

}  // namespace wardend::sandbox
