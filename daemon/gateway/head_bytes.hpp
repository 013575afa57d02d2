// The bytes of a request's head, before HTTP's parser sees them: what it would take as something else. No I/O.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "daemon/gateway/refusal.hpp"

namespace wardend::gateway {

// Of a whole head. Beast throws at one field of 64 KiB, so its own limit stands below that.
inline constexpr std::size_t longest_head = 60UL * 1024;

// What is wrong with a head, from its first byte to its empty line; nullopt: nothing that bytes show. A line that goes
// on with the one before it (the parser joins the two), a CR or LF that ends no line, a NUL, more than `longest_head`
// bytes. The work grows with the length. Spec: RFC 9112 §2.2, §5.2
[[nodiscard]] std::optional<Refusal> judge_bytes(std::string_view head);

}  // namespace wardend::gateway
