// What AuthorizeWrite is asked, as the request that the app is about to send. No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "protocol/fhir/base_url.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// `target`: an id, "Type/id", an absolute address on the session's server, or a search ("identifier=...", with or
// without "Type?" before it): the condition of a create, update, patch or delete.
struct AskedWrite {
  fhir::Interaction interaction = fhir::Interaction::create;  // create, update, patch, delete_, transaction
  std::string_view resource_type;
  std::optional<std::string_view> target = {};
};

// The request, read by fhir::classify() as any other. Errors: InvalidRequest, with the field: the caller corrects it.
[[nodiscard]] Result<fhir::FhirRequest> request_of(const AskedWrite& asked, const fhir::BaseUrl& base);

}  // namespace wardend::guard
