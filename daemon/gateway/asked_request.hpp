// The FHIR request that a head is, and the one that a page goes on with. No I/O.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/request_head.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

// The head as fhir::classify() reads it. Only for a head without page: a page's request is kept with it. Refused by
// name, beside what classify() refuses: $export and what belongs to it, $graphql, the Subscription types, `_format` of
// anything but JSON. For a POST to _search the same must be asked of its form: judge_form().
[[nodiscard]] std::expected<fhir::FhirRequest, Refusal> read_request(const RequestHead& head);

// What the headers of a page's request may not have, as of any read; nullopt: they may go.
[[nodiscard]] std::optional<Refusal> judge_page_headers(const RequestHead& head);

// Whether what it asks for may change what the server has. Not by GET, HEAD or a search, and not by the operations of
// FHIR R4 that change nothing whatever they are sent: $match, $expand. For a Bundle see also asked_bundle().
[[nodiscard]] bool may_change(const fhir::FhirRequest& request);

// The pairs of a form that were read by fhir::parse_query(): nullopt where the server may have them.
[[nodiscard]] std::optional<Refusal> judge_form(const std::vector<fhir::QueryParameter>& form);

// An answer without a body proves nothing. Why a HEAD may not go where the answer is to be judged; nullopt: it may.
[[nodiscard]] std::optional<Error> unseen_fault(const RequestHead& head, bool inspect);

// Whether "not modified" (304) answers what the app asked.
[[nodiscard]] bool asks_for_change(const RequestHead& head);

// The versions that the app has, as If-None-Match lists them; empty: it names none. Where the answer is judged they are
// compared here: "not modified" would tell of a record that nobody has judged.
[[nodiscard]] std::string if_none_match(const RequestHead& head);
// Whether that list has the version of an answer: "*" has each. Spec: RFC 9110 §13.1.2, the weak comparison
[[nodiscard]] bool lists_version(std::string_view if_none_match, std::string_view etag);

// The search whose answer a page goes on with, as one by GET, with what its form held if it came by POST. It is
// kept beside the page's address and judged anew for each page; the reply is to be inspected whatever the verdict,
// because the server alone knows what stands behind the address.
[[nodiscard]] fhir::FhirRequest continued(fhir::FhirRequest asked);

}  // namespace wardend::gateway
