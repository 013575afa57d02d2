// A Bundle that is posted to the server's base: each entry is a request of its own, and one that may not go holds back
// all.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "daemon/guard/decision.hpp"

namespace wardend::guard {

// `targets`: nullptr before needs_target. pass, inspect_reply where an entry reads, needs_target with all that the
// entries write to, or the first refusal, with the path in the Bundle.
[[nodiscard]] Verdict judge_transaction(const nlohmann::json& bundle, const std::span<const Target>* targets,
                                        const Facts& facts);

}  // namespace wardend::guard
