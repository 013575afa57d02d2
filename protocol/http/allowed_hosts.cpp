#include "protocol/http/allowed_hosts.hpp"

#include <algorithm>

namespace wardend::http {

bool is_on_allowed_host(const Url& url, std::string_view own, const std::vector<std::string>& allowed) {
  if (!own.empty() && url.is_at(own)) return true;
  return std::ranges::any_of(allowed, [&](const std::string& host) { return url.is_at(host); });
}

}  // namespace wardend::http
