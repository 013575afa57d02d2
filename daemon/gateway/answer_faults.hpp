// What of a server's answer no app can have, and what the app is told instead: with 502, as the server did answer. No
// I/O.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/http_client.hpp"
#include "daemon/gateway/refusal.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

// Of an answer that is read as a whole.
inline constexpr std::size_t longest_whole_answer = 8UL * 1024 * 1024;

// What a head is measured by.
struct Expected {
  bool change = false;  // the app asked for another version alone: a 304 answers it
  bool record = false;  // what comes is judged, so that something must come
  bool binary = false;  // its content may be of any kind, with any label
};
// The fault of a head; nullopt: the head can be relied on. Of a redirect, which is not followed, the text names the
// server alone, as the rest of the address may name a record. Two lengths, or a length beside a Transfer-Encoding, are
// a fault: nobody knows where such an answer ends, and whoever reads it next may take another end. JSON of FHIR that is
// said not to be UTF-8 would be judged as one text and read as another; an error keeps its status. Spec: RFC 9112 §6.3;
// FHIR R4, JSON
[[nodiscard]] std::optional<Refusal> head_fault(const HttpResponse& head, const std::string& server, Expected expected);

// Whether an app can have the body of an error: an OperationOutcome, which is judged by its mentions alone. Where
// answers are `judged` it holds no record, and of a record that is gone it goes in wardend's words: when it ended tells
// of whomever it was about.
[[nodiscard]] bool is_plain_error(const fhir::FhirRequest& request, int status, const nlohmann::json* body,
                                  bool judged);

// Why JSON is not what the request asks for by its kind, for unreadable(); empty: it is. A resource, or what a server
// says of itself: a CapabilityStatement, and of SMART an object that is no resource.
[[nodiscard]] std::string kind_fault(const fhir::FhirRequest& request, const nlohmann::json& json);

// An answer whose body cannot be read, and why.
[[nodiscard]] Refusal unreadable(const std::string& server, std::string_view why);
// One that no FHIR server gives. An error keeps its status, and is told by what that means: a write that a proxy gave
// up may have been carried out.
enum class Asked { read, write };
[[nodiscard]] Refusal no_fhir_answer(const std::string& server, const HttpResponse& head, Asked asked = Asked::read);
// One whose body did not come to its end, or does not fit.
[[nodiscard]] Refusal broken(const std::string& server, const HttpFailure& failure);
[[nodiscard]] Refusal too_large_answer();

}  // namespace wardend::gateway
