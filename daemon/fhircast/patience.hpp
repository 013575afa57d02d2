// How long a hub, a refresh and a farewell are waited for.
#pragma once

#include "base/clock.hpp"

namespace wardend::fhircast {

inline constexpr std::chrono::milliseconds request_patience{8000};      // for the answer to a question
inline constexpr Duration refresh_patience = std::chrono::seconds(10);  // for a fresh token
inline constexpr Duration answer_patience =
    std::chrono::seconds(1);  // to send what the hub is owed, then the socket is closed
inline constexpr Duration goodbye_patience = std::chrono::seconds(1);  // when the service stops

}  // namespace wardend::fhircast
