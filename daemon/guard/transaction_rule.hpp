// A Bundle that is posted to the server's base: each entry is a request of its own, and one that may not go holds back
// all.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "daemon/guard/referred.hpp"

namespace wardend::guard {

// `read`: nullptr before needs_target. pass, inspect_reply where an entry reads, needs_target with all that the entries
// write to, or the first refusal, with the path in the Bundle. Two entries may not write to one resource, and one that
// changes a resource names its version.
[[nodiscard]] Verdict judge_transaction(const nlohmann::json& bundle, const std::span<const Target>* read,
                                        const Facts& facts, Referred& referred);

}  // namespace wardend::guard
