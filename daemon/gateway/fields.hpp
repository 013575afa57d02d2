// Header fields as they are sent: name and value, in order.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace wardend::gateway {

using Fields = std::vector<std::pair<std::string, std::string>>;

}  // namespace wardend::gateway
