#include "daemon/gateway/state_headers.hpp"

#include "trail/moment.hpp"

namespace wardend::gateway {

Fields state_headers(const server::Freshness& freshness) {
  Fields headers = {{"X-Wardend-Server-State", std::string(name_of(freshness.state))}};
  if (freshness.confirmed_at) headers.emplace_back("X-Wardend-Confirmed-At", trail::timestamp(*freshness.confirmed_at));
  headers.emplace_back("X-Wardend-Stale", freshness.stale ? "true" : "false");
  return headers;
}

}  // namespace wardend::gateway
