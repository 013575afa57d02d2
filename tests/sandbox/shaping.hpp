// What a fault makes of a reply. Pure.
#pragma once

#include <optional>
#include <string>

#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/message.hpp"

namespace wardend::sandbox {

// The reply of a fault that keeps the request from being worked on: status, html, hang, drop. nullopt: work.
[[nodiscard]] std::optional<Reply> instead_of_work(const Fault& fault);

// Spoils what work brought: truncate, bad_json, omit, drop_after_rotation. Others leave it as it is.
[[nodiscard]] Reply spoilt(Reply reply, const Fault& fault);

// The scopes that a fault of fewer_scopes leaves.
[[nodiscard]] std::string fewer_scopes(const std::string& scope, const Fault& fault);

}  // namespace wardend::sandbox
