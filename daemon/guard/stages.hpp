// One write, alone or in a Bundle, by what is known of it so far: its words, what it brings, what the server has.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "daemon/guard/resource_rule.hpp"

namespace wardend::guard {

// What is known so far.
struct Known {
  const nlohmann::json* body = nullptr;           // nullptr: it brings none
  const std::span<const Target>* read = nullptr;  // nullptr: nothing was read yet
  std::string_view place = {};                    // of the body, for the path in an error: "resource" in an entry
};

// pass with the version that was judged, inspect_reply for an operation, needs_body, needs_target, or refuse. Records
// that it refers to and that must be read are in `around.referred`: without them a pass is none yet.
[[nodiscard]] Verdict judge_write(const fhir::FhirRequest& request, const Known& known, const Around& around);

}  // namespace wardend::guard
