// The launch matrix for people: what launches brought so far, and how they ended.
#pragma once

#include <string>
#include <vector>

#include "ipc/interface/control.hpp"
#include "wardctl/context.hpp"

namespace wardend::wardctl {

// What the EHR's answer said, "a, b"; what kept it from coming where nothing came.
[[nodiscard]] std::string came_text(const ipc::control::LaunchRow& row);

// "all" or "some missing"; empty: the launch ended before that was judged.
[[nodiscard]] std::string scopes_text(const ipc::control::LaunchRow& row);

// A table of all rows, then each outcome in a sentence.
void print_launches(const Context& context, const std::vector<ipc::control::LaunchRow>& rows);

}  // namespace wardend::wardctl
