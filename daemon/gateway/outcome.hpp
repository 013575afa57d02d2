// What an app is told when a request fails: an Error as the status, the headers and the OperationOutcome of a reply.
// The sentences are the broker's own. Spec: FHIR R4, OperationOutcome; RFC 9110 §15
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "daemon/gateway/fields.hpp"
#include "daemon/gateway/refusal.hpp"

namespace wardend::gateway {

// Of `details.coding`; the code is the error's name.
inline constexpr std::string_view error_system = "urn:wardend:error";

struct Outcome {
  int status = 500;
  Fields headers = {};  // Content-Type; Retry-After, WWW-Authenticate and Allow where they belong
  std::string body = {};
};

// What HTTP calls it.
[[nodiscard]] int status_of(Errc code);

// 401: the session is over, and only a new launch helps. 503 and 429 say when to ask again, where that is known.
[[nodiscard]] Outcome outcome_of(const Error& error);
// The same with the status that the refusal names.
[[nodiscard]] Outcome outcome_of(const Refusal& refusal);

}  // namespace wardend::gateway
