// What a fault makes of a reply. Pure, and without a look at the clock.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/message.hpp"

namespace wardend::sandbox {

// The reply of a fault that keeps the request from being worked on: status, html, redirect, hang, drop. nullopt: work.
// `now` is for a Retry-After that is a date.
[[nodiscard]] std::optional<Reply> instead_of_work(const Fault& fault, WallTime now = {});

// A JSON object with the members of another laid over it; null takes a member away. What is no object stays as it is.
[[nodiscard]] std::string with_members(const std::string& text, const std::string& members);

// Spoils what work brought: truncate, bad_json, big, omit, repeat, set_members, set_headers, drop_after_rotation, and
// the redirect of a status at authorize. Others leave it as it is.
[[nodiscard]] Reply spoilt(Reply reply, const Fault& fault);

// The scopes that a fault of fewer_scopes leaves.
[[nodiscard]] std::string fewer_scopes(const std::string& scope, const Fault& fault);

}  // namespace wardend::sandbox
