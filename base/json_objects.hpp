// All objects of a JSON value, however deep they stand. No recursion: the depth is somebody else's.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace wardend {

// Every object in a value, itself too, in no order. They live as long as `value` is left as it is. Work: as long as the
// value.
[[nodiscard]] std::vector<const nlohmann::json*> objects_in(const nlohmann::json& value);

}  // namespace wardend
