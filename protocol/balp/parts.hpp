// The agents, the entities and the source of an entry's AuditEvent. No I/O.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "protocol/balp/meaning.hpp"

namespace wardend::balp {

// App, server and user, as far as the entry names them; never none.
[[nodiscard]] Json agents_of(const nlohmann::json& entry, Layout layout);
// Patient, what was asked for, the request's id, and the rest of the entry as details. May be empty.
[[nodiscard]] Json entities_of(const nlohmann::json& entry, Layout layout);
[[nodiscard]] Json source_of(const nlohmann::json& entry);
// The organization's purpose of use, as a CodeableConcept; null: the entry names none.
[[nodiscard]] Json purpose_of(const nlohmann::json& entry);

}  // namespace wardend::balp
