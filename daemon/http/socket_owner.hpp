// Which Unix user holds the other end of an accepted loopback TCP connection, by the kernel's socket diagnosis.
#pragma once

#include <sys/types.h>

#include <optional>

namespace wardend::http {

// The uid, found by the exact four-tuple of an ESTABLISHED connection. nullopt: the peer has closed (it would read as
// uid 0), or the kernel has no answer: refuse the connection then.
[[nodiscard]] std::optional<uid_t> owner_of_peer(int accepted_socket);

}  // namespace wardend::http
