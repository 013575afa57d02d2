// The OAuth error in a reply, be it in a body or in a redirect: for the log, and for what is counted.
#pragma once

#include <string>

#include "tests/sandbox/message.hpp"

namespace wardend::sandbox {

struct Outcome {
  std::string error = {};  // empty: none
  std::string description = {};
};
[[nodiscard]] Outcome outcome_of(const Reply& reply);

}  // namespace wardend::sandbox
