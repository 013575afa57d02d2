// The context of one event: which resources it names, and whether they fit together.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "protocol/fhircast/message.hpp"

namespace wardend::fhircast {

// Fills in patient, encounter, anchor and fault of an open or a close, whose kind is set; code and hub_sleeps of a
// logout; subscriber of a SyncError. `context` is the event's member of that name, of whatever type.
void read_event_context(const nlohmann::json& context, HubEvent& event);

}  // namespace wardend::fhircast
