// What a reload changes, by name, or why it was not taken: for the audit trail. Which sections, which servers, which
// apps; not which of their keys, and no value of any. Pure.
#pragma once

#include <string>

#include "base/errors.hpp"
#include "base/result.hpp"
#include "config/model.hpp"

namespace wardend::service {

// "server a added; app b changed; [audit] changed", at most some hundred bytes; "nothing" where both say the same.
[[nodiscard]] std::string changes_in_words(const config::Config& before, const config::Config& after);

// Why a configuration was not taken: the first of its faults, at most a kilobyte.
[[nodiscard]] std::string refusal_in_words(const Error& error);

}  // namespace wardend::service
