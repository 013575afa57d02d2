// What of a server's answer an app sees, and how its body is taken. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http_client.hpp"
#include "daemon/gateway/client.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

// The status and the headers that mean something to a FHIR client. Nothing else that the server says goes on: no
// cookie, no challenge, no free text, no address of its own making. Of an error go those alone that say nothing of a
// record; of a read, no Location, and a Content-Location only where one record was asked for. Nobody may keep the
// answer.
[[nodiscard]] ReplyHead reply_head(const HttpResponse& head, const fhir::FhirRequest& request);

// The headers of these that are the server's own, as they came.
[[nodiscard]] std::vector<const std::pair<std::string, std::string>*> shown_fields(const HttpResponse& head,
                                                                                   const fhir::FhirRequest& request);

// How an answer goes on to the app.
enum class Handling {
  stream,    // as it comes, in parts
  whole,     // read as JSON, judged, its addresses turned
  head,      // its head alone: a create that is answered with a word of its server's
  in_words,  // not shown: what came is nothing that a FHIR server answers
};
[[nodiscard]] Handling handling_of(const fhir::FhirRequest& request, const HttpResponse& head);

// Whether the request reads a Binary by its id: its answer may be any kind of content.
[[nodiscard]] bool reads_binary(const fhir::FhirRequest& request);

// Whether the answer, JSON that says that it is of `type` or of none, is what a Binary holds, and not the Binary
// itself: whose it is stands in the head then.
[[nodiscard]] bool is_content(const fhir::FhirRequest& request, const HttpResponse& head, std::string_view type);

// All that X-Security-Context says: two of them are no reference. Spec: FHIR R4, Binary
[[nodiscard]] std::string security_context(const HttpResponse& head);
// The Content-Length; nullopt: there is none.
[[nodiscard]] std::optional<std::uint64_t> length_of(const HttpResponse& head);
// Whether the content comes without the coding that its head names: nobody asked for one (daemon/http).
[[nodiscard]] bool is_undone(const HttpResponse& head);

}  // namespace wardend::gateway
