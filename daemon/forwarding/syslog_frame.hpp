// An entry as a syslog message. Pure.
// Spec: RFC 5424 (the message), RFC 5425 section 4.3 (its length before it)
#pragma once

#include <string>
#include <string_view>

#include "daemon/forwarding/outgoing.hpp"

namespace wardend::forwarding {

// As it goes over TLS: the length, a space, the message. The message's text is the entry's line, byte for byte, so that
// its hash can be checked; its number and hash are structured data, too. `host`: this machine's name.
[[nodiscard]] std::string framed(const Outgoing& entry, std::string_view host);

// As this machine's /dev/log takes it, which knows neither structured data nor a host: as syslog(3) writes it.
[[nodiscard]] std::string for_local_socket(const Outgoing& entry);

}  // namespace wardend::forwarding
