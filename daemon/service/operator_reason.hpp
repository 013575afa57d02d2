// Why an operator does something: for the audit trail, and for those who read it after an incident.
#pragma once

#include <string>

#include "base/result.hpp"

namespace wardend::service {

// What was said, fit to be shown, 256 bytes at most. InvalidTarget: it has no word in it.
[[nodiscard]] Result<std::string> operator_reason(const std::string& said);

}  // namespace wardend::service
