#include "tests/sandbox/fhir.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/records.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

Reply fhir_reply(const json& resource) {
  return {
      .content_type = "application/fhir+json", .headers = {{"Cache-Control", "no-store"}}, .body = dump_json(resource)};
}

// One record, in a version.
Reply record_reply(const json& resource, const std::string& version) {
  Reply reply = fhir_reply(resource);
  reply.headers.emplace_back("ETag", "W/\"" + version + '"');
  return reply;
}

Reply with_challenge(Reply reply, const std::string& parameters) {
  reply.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"sandbox\"" + parameters);
  return reply;
}

bool permits(std::string_view permission, char letter) {
  if (permission == "*" || permission == "read") return true;
  return permission != "write" && permission.find(letter) != std::string_view::npos;
}

}  // namespace

bool scope_allows(std::string_view scope, const Wanted& wanted, const std::optional<std::string>& context_patient) {
  const auto slash = scope.find('/');
  const auto dot = scope.find('.', slash == std::string_view::npos ? 0 : slash);
  if (slash == std::string_view::npos || dot == std::string_view::npos) return false;
  const std::string_view context = scope.substr(0, slash);
  const std::string_view type = scope.substr(slash + 1, dot - slash - 1);
  if (scope.find('?') != std::string_view::npos) return false;
  const bool whose = wanted.anybodys || (context_patient && *context_patient == wanted.patient);
  if (context != "user" && (context != "patient" || !whose)) return false;
  return (type == "*" || type == wanted.type) && permits(scope.substr(dot + 1), wanted.letter);
}

std::optional<Reply> Fhir::refusal(const Request& request, const Wanted& wanted, WallTime now) const {
  if (!request.authorization.starts_with("Bearer "))
    return with_challenge(operation_outcome(401, "login", "a bearer token is needed"), "");
  const auto access = grants_.access(request.authorization.substr(7), now);
  if (!access)
    return with_challenge(operation_outcome(401, "expired", "the token is not known, expired or was revoked"),
                          ", error=\"invalid_token\"");
  const bool user = wanted.type == "Practitioner" || wanted.type == "Person";
  if (user && has_word(access->scope, "fhirUser") && request.path.ends_with("/" + access->context.user))
    return std::nullopt;
  for (const std::string& scope : words(access->scope))
    if (scope_allows(scope, wanted, access->context.patient)) return std::nullopt;
  return with_challenge(operation_outcome(403, "forbidden", "the token does not open this"),
                        ", error=\"insufficient_scope\"");
}

Reply Fhir::read(const Request& request, const Wanted& wanted, const std::string& id, WallTime now) const {
  if (auto refused = refusal(request, wanted, now)) return std::move(*refused);
  const bool patient = wanted.type == "Patient";
  const auto number = number_in(id, patient ? "patient-" : "practitioner-");
  if (!number) return operation_outcome(404, "not-found", "no such record: try " + wanted.type + " 1 to 999");
  return record_reply(patient ? patient_record(*number) : user_record(wanted.type, *number), "1");
}

Reply Fhir::laid_down(const Request& request, const std::string& type, const Shelf::Kept& kept, WallTime now) const {
  if (auto refused = refusal(request, {.type = type, .letter = 'r', .anybodys = true}, now)) return std::move(*refused);
  if (kept.resource.empty()) return operation_outcome(410, "deleted", "the record was deleted");
  return record_reply(json::parse(kept.resource), kept.version);
}

Reply Fhir::search(const Request& request, const std::string& type, WallTime now) const {
  const auto form = Form::parse(request.query);
  std::string patient = form ? form->get(form->has("patient") ? "patient" : "subject") : "";
  if (patient.starts_with("Patient/")) patient.erase(0, 8);
  if (auto refused = refusal(request, {.type = type, .letter = 's', .patient = patient}, now))
    return std::move(*refused);
  if (patient.empty()) return operation_outcome(400, "required", "the parameter patient is needed");
  json entries = json::array();
  const auto number = number_in(patient, "patient-");
  for (const json& record : number ? records_of(*number, type) : std::vector<json>{})
    entries.push_back({{"fullUrl", settings_.fhir_base() + "/" + type + "/" + record["id"].get<std::string>()},
                       {"resource", record},
                       {"search", {{"mode", "match"}}}});
  json bundle = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"total", entries.size()}};
  if (!entries.empty()) bundle["entry"] = entries;
  return fhir_reply(bundle);
}

Reply Fhir::answer(const Request& request, std::string_view path, WallTime now) const {
  if (request.method != "GET") return operation_outcome(405, "not-supported", "the sandbox is read-only: use GET");
  const auto slash = path.find('/');
  const std::string type(path.substr(0, slash));
  const std::string id(slash == std::string_view::npos ? "" : path.substr(slash + 1));
  if (const Shelf::Kept* kept = shelf_.find(std::string(path))) return laid_down(request, type, *kept, now);
  const auto record = id.empty() ? std::nullopt : record_of(type, id);
  if (record) return laid_down(request, type, {.resource = dump_json(*record), .version = "1"}, now);
  if ((type == "Observation" || type == "MedicationRequest") && id.empty()) return search(request, type, now);
  if (type == "Patient" && !id.empty()) return read(request, {.type = type, .letter = 'r', .patient = id}, id, now);
  if ((type == "Practitioner" || type == "Person") && !id.empty())
    return read(request, {.type = type, .letter = 'r'}, id, now);
  return operation_outcome(404, "not-found",
                           "the sandbox has Patient, Practitioner, Person, Observation, MedicationRequest");
}

}  // namespace wardend::sandbox
