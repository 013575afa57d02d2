// A read of one FHIR record with a session's token: how it is asked for, and what it showed of the link. No I/O.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/json.hpp"
#include "config/model.hpp"
#include "daemon/server/server_health.hpp"

namespace wardend::patients {

inline constexpr JsonLimits record_limits{.bytes = 1024UL * 1024, .values = 50'000};

// The request for the record at `path` ("Patient/1") below the server's FHIR base, which may take as long as is `left`.
// Nothing of it may come from a cache. Spec: FHIR R4, RESTful API, read; RFC 6750 §2.1
[[nodiscard]] HttpRequest record_request(const config::Server& server, std::string_view path, const Secret& token,
                                         Duration left);

// What the server says of a record that it does not give. gone: it was there, and was deleted.
enum class Absence { none, absent, gone };
// none: it gives it, or this is no word of a FHIR server: a 404 without a resource comes from whatever stands in
// between.
[[nodiscard]] Absence absence_in(const HttpResponse& response);

// Tells what the read showed of the link: see server::evidence_of_record().
void tell_link(server::ServerHealth& health, const std::string& server,
               const std::expected<HttpResponse, HttpFailure>& outcome);

}  // namespace wardend::patients
