// Another app beside the one of a Site, for tests in which one is not enough.
#pragma once

#include <string>

#include "tests/integration/site.hpp"

namespace wardend::test {

// The [[app]] of "labs" at `server`, for processes of `user`.
[[nodiscard]] std::string second_app(const Site& site, const std::string& server, const std::string& user);

}  // namespace wardend::test
