// Input: a method, a path, a query, an If-None-Exist, each on a line; the rest is an entry's address.
#include <string>

#include "protocol/fhir/id.hpp"
#include "protocol/fhir/request.hpp"
#include "protocol/fhir/resource_types.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

void check(const std::vector<fhir::QueryParameter>& parameters) {
  require(parameters.size() <= fhir::most_parameters, "parameters are bounded");
  for (const fhir::QueryParameter& parameter : parameters) {
    require(!parameter.name.empty() && !has_control(parameter.name), "a parameter has a name");
    require(!parameter.value.contains('\0'), "no value hides its end");
  }
}

void check(const fhir::FhirRequest& request) {
  require(request.type.empty() || request.type == "*" || fhir::is_resource_type(request.type), "a type is one of FHIR");
  require(request.id.empty() || fhir::valid_id(request.id), "an id is one of FHIR");
  require(request.version.empty() || fhir::valid_id(request.version), "a version is one of FHIR");
  require(request.id.empty() || !request.type.empty(), "an id has a type");
  require(request.operation.empty() == (request.interaction != fhir::Interaction::operation),
          "an operation has a name");
  require(!request.conditional || (!request.reads && request.id.empty()), "a condition is a write's without an id");
  require(request.interaction != fhir::Interaction::delete_ || !request.reads, "a delete reads nothing");
  check(request.parameters);
  check(request.if_none_exist);
}

}  // namespace

void fuzz_fhir_request(Bytes input) {
  Lines lines(input);
  const std::string_view method = lines.next();
  const std::string_view path = lines.next();
  const std::string_view query = lines.next();
  const fhir::Header header{"If-None-Exist", lines.next()};
  const fhir::RequestLine line{.method = method, .path = path, .query = query};
  const auto plain = fhir::classify(line);
  if (plain) check(*plain);
  if (!plain) require(!has_control(plain.error()) && plain.error().size() < 256, "a refusal can be shown");
  const auto conditional = fhir::classify({.method = method, .path = path, .query = query, .headers = {&header, 1}});
  if (conditional) check(*conditional);
  if (const auto entry = fhir::classify_entry({.method = method, .url = lines.rest()})) check(*entry);
}

}  // namespace wardend::fuzz
