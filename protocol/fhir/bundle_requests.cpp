#include "protocol/fhir/bundle_requests.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_members.hpp"
#include "protocol/fhir/operation_parameters.hpp"

namespace wardend::fhir {

EntryLine line_of(const nlohmann::json& entry) {
  const nlohmann::json* request = find_member(entry, "request");
  if (request == nullptr) return {};
  return {.method = text_view_member(*request, "method"),
          .url = text_view_member(*request, "url"),
          .if_none_exist = text_view_member(*request, "ifNoneExist"),
          .if_match = text_view_member(*request, "ifMatch")};
}

std::vector<FhirRequest> requests_in(const nlohmann::json& bundle) {
  const nlohmann::json& entries = list_member(bundle, "entry");
  std::vector<FhirRequest> requests;
  requests.reserve(entries.size());
  for (const nlohmann::json& entry : entries) {
    auto request = classify_entry(line_of(entry));
    if (const nlohmann::json* brought = find_member(entry, "resource"); request && brought != nullptr)
      add_whom(*request, *brought);
    requests.push_back(request ? std::move(*request) : FhirRequest{.interaction = Interaction::batch});
  }
  return requests;
}

}  // namespace wardend::fhir
