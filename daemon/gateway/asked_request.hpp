// The FHIR request that a head is, and the one that a page goes on with. No I/O.
#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/request_head.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

// The head as fhir::classify() reads it. Only for a head without page: a page's request is kept with it. Refused by
// name, beside what classify() refuses: $export and what belongs to it, $graphql, the Subscription types, `_format` of
// anything but JSON. For a POST to _search the same must be asked of its form: judge_form().
[[nodiscard]] std::expected<fhir::FhirRequest, Refusal> read_request(const RequestHead& head);

// Whether what it asks for may change what the server has. Not by GET, HEAD or a search, and not by the operations of
// FHIR R4 that change nothing whatever they are sent: $match, $expand. For a Bundle see also asked_bundle().
[[nodiscard]] bool may_change(const fhir::FhirRequest& request);

// The pairs of a form that were read by fhir::parse_query(): nullopt where the server may have them.
[[nodiscard]] std::optional<Refusal> judge_form(const std::vector<fhir::QueryParameter>& form);

// An answer without a body proves nothing. Why a HEAD may not go where the answer is to be judged; nullopt: it may.
[[nodiscard]] std::optional<Error> unseen_fault(const RequestHead& head, bool inspect);

// Whether "not modified" (304) answers what the app asked. Where the answer is to be judged, the app names a version
// that it was shown: a date, or any version, would bring it the version of a record that nobody has judged.
[[nodiscard]] bool asks_for_change(const RequestHead& head, bool inspect);

// The search whose answer a page goes on with, as one by GET, with what its form held if it came by POST. It is
// kept beside the page's address and judged anew for each page; the reply is to be inspected whatever the verdict,
// because the server alone knows what stands behind the address.
[[nodiscard]] fhir::FhirRequest continued(fhir::FhirRequest asked);

}  // namespace wardend::gateway
