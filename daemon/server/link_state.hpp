// The state of the link to one server as a pure function of what requests showed: hysteresis both ways.
#pragma once

#include <string_view>

#include "config/model.hpp"
#include "daemon/server/link_evidence.hpp"

namespace wardend::server {

enum class State { unknown, up, degraded, down };
[[nodiscard]] std::string_view name_of(State state);

struct LinkState {
  State state = State::unknown;
  unsigned failures = 0;   // in a row
  unsigned successes = 0;  // in a row
  unsigned slows = 0;      // in a row
  friend bool operator==(const LinkState&, const LinkState&) = default;
};

// After one piece of evidence. A first answer makes an unknown server up; a failure degrades it and `fail_after` in a
// row take it down; a server that is down comes back through degraded after `recover_after` answers in a row. So many
// slow answers in a row as would take it down degrade it. One that fails and wants to be left alone for longer than an
// interval is down at once: nobody asks a second time before it is back.
[[nodiscard]] LinkState next(LinkState link, const LinkEvidence& evidence, const config::Health& rules);

}  // namespace wardend::server
