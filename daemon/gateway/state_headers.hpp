// How current a reply is: what every reply of the gateway says of the link to its server.
#pragma once

#include "daemon/gateway/fields.hpp"
#include "daemon/server/server_health.hpp"

namespace wardend::gateway {

// X-Wardend-Server-State (unknown, up, degraded, down), X-Wardend-Confirmed-At (RFC 3339, UTC; not there where nothing
// was ever confirmed), X-Wardend-Stale (true, false).
[[nodiscard]] Fields state_headers(const server::Freshness& freshness);

}  // namespace wardend::gateway
