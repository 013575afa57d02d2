// What a head says of the body behind it: how it is bounded, and in which form it comes. No I/O.
#pragma once

#include <expected>
#include <optional>

#include "daemon/gateway/head_fields.hpp"
#include "daemon/gateway/request_head.hpp"

namespace wardend::gateway {

// One framing. Refused: both, a length that is no number, a length of several numbers (equal ones too), a transfer
// coding other than chunked (501), any in HTTP/1.0. Spec: RFC 9112 §6
[[nodiscard]] std::expected<Framing, Refusal> read_framing(const HeadFields& head, unsigned version);

// 415 for a body that the guard would read otherwise than the server: no type, XML, a coding, a charset that is not
// UTF-8. nullopt: it can be read.
[[nodiscard]] std::optional<Refusal> judge_form_of_body(const HeadFields& head);

}  // namespace wardend::gateway
