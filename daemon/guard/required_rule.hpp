// What must be there for a resource to be clinically complete, as [[app.write]] says.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/model.hpp"

namespace wardend::guard {

// nullopt: every element that the entries for the resource's type require is there, and is not empty. "medication[x]"
// is any of a choice; "dosageInstruction.text" is an element of an element, in one of a list at least. Else
// ResourceRejected with the name.
[[nodiscard]] std::optional<Error> judge_required(const nlohmann::json& resource,
                                                  const std::vector<config::Write>& writes);

}  // namespace wardend::guard
