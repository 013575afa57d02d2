// What a trail's entry names of a Bundle: each of its requests, as the server may tell them one by one. No I/O.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "trail/reconciliation.hpp"

namespace wardend::balp {

// Of an entry of kind access or an outcome of kind write; empty: it names none. Of a request whose address was cut
// before the id the part names the type; of one that cannot be read, and of those that are only counted, it says
// whether they read.
[[nodiscard]] std::vector<trail::Part> bundle_parts(const nlohmann::json& entry);

}  // namespace wardend::balp
