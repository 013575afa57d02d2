// Where an address that a server named may lead. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/http/url.hpp"

namespace wardend::http {

// Whether `url` is on the host `own` (empty: there is none) or on one of `allowed`, in whatever case they are written.
// Scheme and port do not count.
[[nodiscard]] bool is_on_allowed_host(const Url& url, std::string_view own, const std::vector<std::string>& allowed);

}  // namespace wardend::http
