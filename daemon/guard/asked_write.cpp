#include "daemon/guard/asked_write.hpp"

#include <array>
#include <string>

#include "protocol/fhir/id.hpp"
#include "protocol/fhir/reference.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;

std::unexpected<Error> wrong(std::string field, std::string reason) {
  return fail(errors::InvalidRequest{.field = std::move(field), .reason = std::move(reason)});
}

std::string_view method_of(Interaction interaction) {
  switch (interaction) {
    case Interaction::update:
      return "PUT";
    case Interaction::patch:
      return "PATCH";
    case Interaction::delete_:
      return "DELETE";
    case Interaction::create:
    case Interaction::transaction:
    case Interaction::read:
    case Interaction::vread:
    case Interaction::search:
    case Interaction::history:
    case Interaction::batch:
    case Interaction::operation:
    case Interaction::capabilities:
      return "POST";
  }
  return "POST";
}

// What stands behind "?", or is a search as a whole; empty: the target is none.
std::string_view condition_in(std::string_view target, std::string_view type) {
  const auto question = target.find('?');
  const std::string_view before = target.substr(0, question);
  if (question != std::string_view::npos)
    return before.empty() || before == type ? target.substr(question + 1) : std::string_view();
  return target.contains('=') ? target : std::string_view();
}

// The id of Type/id, here or as an absolute address of this server. Not of a version: that is not written to.
std::string_view id_in(std::string_view target, std::string_view type, const fhir::BaseUrl& base) {
  if (fhir::valid_id(target)) return target;
  const fhir::ReferenceText reference = fhir::read_reference(target, base);
  const bool here = reference.form == fhir::ReferenceForm::here && reference.type == type;
  return here && !target.contains("/_history/") ? reference.id : std::string_view();
}

Result<fhir::FhirRequest> classified(const fhir::RequestLine& line) {
  auto request = fhir::classify(line);
  if (!request) return wrong("target", request.error());
  return std::move(*request);
}

Result<fhir::FhirRequest> create_of(const AskedWrite& asked) {
  const std::string path = "/" + std::string(asked.resource_type);
  if (!asked.target) return classified({.method = "POST", .path = path});
  const std::string_view condition = condition_in(*asked.target, asked.resource_type);
  if (condition.empty()) return wrong("target", "a create has no target, or the search that must find nothing");
  const std::array headers = {fhir::Header{"If-None-Exist", condition}};
  return classified({.method = "POST", .path = path, .headers = headers});
}

}  // namespace

Result<fhir::FhirRequest> request_of(const AskedWrite& asked, const fhir::BaseUrl& base) {
  if (asked.interaction == Interaction::transaction) {
    if (asked.resource_type != "Bundle") return wrong("resource_type", "a transaction is a Bundle");
    if (asked.target) return wrong("target", "a transaction has no target: leave it out");
    return classified({.method = "POST", .path = ""});
  }
  if (!fhir::is_resource_type(asked.resource_type))
    return wrong("resource_type", "FHIR has no resource type of this name");
  if (asked.interaction == Interaction::create) return create_of(asked);
  if (!asked.target) return wrong("target", "name the resource that is written, as its id or as Type/id");
  const std::string path = "/" + std::string(asked.resource_type);
  const std::string_view method = method_of(asked.interaction);
  if (const std::string_view condition = condition_in(*asked.target, asked.resource_type); !condition.empty())
    return classified({.method = method, .path = path, .query = condition});
  const std::string_view id = id_in(*asked.target, asked.resource_type, base);
  if (id.empty()) return wrong("target", "it is no id, no Type/id and no address of this type on the session's server");
  return classified({.method = method, .path = path + "/" + std::string(id)});
}

}  // namespace wardend::guard
