// What a reload changes, by name: for the audit trail. Which sections, which servers, which apps; not which of their
// keys, and no value of any. Pure.
#pragma once

#include <string>

#include "config/model.hpp"

namespace wardend::service {

// "server a added; app b changed; [audit] changed", at most some hundred bytes; "nothing" where both say the same.
[[nodiscard]] std::string changes_in_words(const config::Config& before, const config::Config& after);

}  // namespace wardend::service
