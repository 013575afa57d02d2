// What of a server's answer an app sees, and how its body is taken. No I/O.
#pragma once

#include <string>
#include <string_view>

#include "base/http_client.hpp"
#include "daemon/gateway/client.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

// The status and the headers that mean something to a FHIR client. Nothing else that the server says goes on: no
// cookie, no challenge, no address of its own making. Nobody may keep the answer.
[[nodiscard]] ReplyHead reply_head(const HttpResponse& head);

// Whether an answer in JSON may go on as it comes: it says what the server can do, and nothing of anybody.
[[nodiscard]] bool may_stream(const fhir::FhirRequest& request);

// Why its head cannot be relied on, as words for "its ..."; empty: it can. Two lengths, or a length beside a
// Transfer-Encoding, and nobody knows where it ends: whoever reads it next may take another end. JSON of FHIR that is
// said not to be UTF-8 would be judged as one text and read as another. Spec: RFC 9112 §6.3; FHIR R4, JSON
[[nodiscard]] std::string head_fault(const HttpResponse& head);

// How an answer goes on to the app.
enum class Handling {
  stream,    // as it comes, in parts
  whole,     // read as JSON, judged, its addresses turned
  in_words,  // not shown: what came is nothing that a FHIR server answers
};
[[nodiscard]] Handling handling_of(const fhir::FhirRequest& request, const HttpResponse& head);

// Whether the request reads a Binary by its id: its answer may be any kind of content.
[[nodiscard]] bool reads_binary(const fhir::FhirRequest& request);

}  // namespace wardend::gateway
