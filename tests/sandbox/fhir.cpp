#include "tests/sandbox/fhir.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/records.hpp"
#include "tests/sandbox/transaction.hpp"
#include "tests/sandbox/writes.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

Reply fhir_reply(const json& resource) {
  return {
      .content_type = "application/fhir+json", .headers = {{"Cache-Control", "no-store"}}, .body = dump_json(resource)};
}

Reply with_challenge(Reply reply, const std::string& parameters) {
  reply.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"sandbox\"" + parameters);
  return reply;
}

bool permits(std::string_view permission, char letter) {
  const bool reads = letter == 'r' || letter == 's';
  if (permission == "*") return true;
  if (permission == "read" || permission == "write") return (permission == "read") == reads;
  return permission.find(letter) != std::string_view::npos;
}

Shelf::Versions versions_of(const Shelf& shelf, const std::string& type, const std::string& id) {
  if (const Shelf::Versions* kept = shelf.versions(type + "/" + id)) {
    Shelf::Versions all = *kept;
    // The first one was made up.
    if (const auto made_up = all.front().version == "1" ? std::nullopt : standing({}, type, id))
      all.insert(all.begin(), *made_up);
    return all;
  }
  const auto made_up = standing(shelf, type, id);
  return made_up ? Shelf::Versions{*made_up} : Shelf::Versions{};
}

bool is_written(const Shelf& shelf, const std::string& type) {
  const auto first = shelf.all().lower_bound(type + "/");
  return first != shelf.all().end() && first->first.starts_with(type + "/");
}

// Of one patient: what was made up, as it is now, and what was written.
std::vector<json> found_of(const Shelf& shelf, const std::string& type, const std::string& patient) {
  std::vector<json> found;
  const auto number = number_in(patient, "patient-");
  for (json& record : number ? records_of(*number, type) : std::vector<json>{})
    if (shelf.find(type + "/" + record["id"].get<std::string>()) == nullptr) found.push_back(std::move(record));
  for (const auto& [path, versions] : shelf.all()) {
    if (!path.starts_with(type + "/") || versions.back().resource.empty()) continue;
    json record = parse_json(versions.back().resource, most_resource_bytes).value_or(json::object());
    const auto subject = record.find("subject");
    if (subject != record.end() && subject->is_object() && subject->value("reference", json()) == "Patient/" + patient)
      found.push_back(std::move(record));
  }
  return found;
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
  const bool reads_user = wanted.letter == 'r' && (wanted.type == "Practitioner" || wanted.type == "Person");
  if (reads_user && has_word(access->scope, "fhirUser") && request.path.ends_with("/" + access->context.user))
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
  return record_reply(dump_json(patient ? patient_record(*number) : user_record(wanted.type, *number)), "1");
}

Reply Fhir::laid_down(const Request& request, const std::string& type, const Shelf::Kept& kept, WallTime now) const {
  if (auto refused = refusal(request, {.type = type, .letter = 'r', .anybodys = true}, now)) return std::move(*refused);
  if (kept.resource.empty()) return operation_outcome(410, "deleted", "the record was deleted");
  return record_reply(kept.resource, kept.version);
}

Reply Fhir::search(const Request& request, const std::string& type, WallTime now) const {
  const auto form = Form::parse(request.query);
  std::string patient = form ? form->get(form->has("patient") ? "patient" : "subject") : "";
  if (patient.starts_with("Patient/")) patient.erase(0, 8);
  if (auto refused = refusal(request, {.type = type, .letter = 's', .patient = patient}, now))
    return std::move(*refused);
  if (patient.empty()) return operation_outcome(400, "required", "the parameter patient is needed");
  json entries = json::array();
  for (const json& record : found_of(shelf_, type, patient))
    entries.push_back({{"fullUrl", settings_.fhir_base() + "/" + type + "/" + record.value("id", "")},
                       {"resource", record},
                       {"search", {{"mode", "match"}}}});
  json bundle = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"total", entries.size()}};
  if (!entries.empty()) bundle["entry"] = entries;
  return fhir_reply(bundle);
}

Reply Fhir::history(const Request& request, const std::string& type, const std::string& id, const std::string& version,
                    WallTime now) const {
  if (auto refused = refusal(request, {.type = type, .letter = 'r', .anybodys = true}, now)) return std::move(*refused);
  const Shelf::Versions all = versions_of(shelf_, type, id);
  json entries = json::array();
  for (auto kept = all.rbegin(); kept != all.rend(); ++kept) {
    if (!version.empty() && kept->version == version) return laid_down(request, type, *kept, now);
    json entry = {
        {"response", {{"status", kept->resource.empty() ? "204" : "200"}, {"etag", "W/\"" + kept->version + '"'}}}};
    if (!kept->resource.empty())
      entry["resource"] = parse_json(kept->resource, most_resource_bytes).value_or(json::object());
    entries.push_back(entry);
  }
  if (!version.empty() || entries.empty()) return operation_outcome(404, "not-found", "no such version");
  return fhir_reply(
      {{"resourceType", "Bundle"}, {"type", "history"}, {"total", entries.size()}, {"entry", std::move(entries)}});
}

Reply Fhir::written(const Request& request, const std::string& type, const std::string& id, WallTime now) {
  const auto closed = [&](const Write& what) {
    return refusal(request, {.type = what.type, .letter = *letter_of(what.method), .anybodys = true}, now);
  };
  if (type.empty() && request.method == "POST") {
    if (request.authorization.empty()) return *closed({.method = "POST"});
    return transaction(shelf_, request.body, settings_, now, closed);
  }
  if (!letter_of(request.method) || (request.method == "POST") != id.empty() || id.contains('/'))
    return operation_outcome(405, "not-supported", "POST writes to a type; PUT, PATCH and DELETE to a type and id");
  if (!request.query.empty() || !request.if_none_exist.empty())
    return operation_outcome(412, "not-supported", "the sandbox has no conditional writes but If-Match");
  const Write what{.method = request.method,
                   .type = type,
                   .id = id,
                   .if_match = request.if_match,
                   .content_type = request.content_type,
                   .body = request.body};
  if (auto refused = closed(what)) return std::move(*refused);
  return write(shelf_, what, settings_, now);
}

Reply Fhir::answer(const Request& request, std::string_view path, WallTime now) {
  const auto slash = path.find('/');
  const std::string type(path.substr(0, slash));
  const std::string id(slash == std::string_view::npos ? "" : path.substr(slash + 1));
  if (request.method != "GET") return written(request, type, id, now);
  if (const auto past = id.find("/_history"); past != std::string::npos) {
    const std::string version = id.substr(past + std::string_view("/_history").size());
    return history(request, type, id.substr(0, past), version.starts_with('/') ? version.substr(1) : "", now);
  }
  if (const Shelf::Kept* kept = shelf_.find(std::string(path))) return laid_down(request, type, *kept, now);
  const auto record = id.empty() ? std::nullopt : record_of(type, id);
  if (record) return laid_down(request, type, {.resource = dump_json(*record), .version = "1"}, now);
  const bool of_patients = type == "Observation" || type == "MedicationRequest" || is_written(shelf_, type);
  if (of_patients && id.empty()) return search(request, type, now);
  if (type == "Patient" && !id.empty()) return read(request, {.type = type, .letter = 'r', .patient = id}, id, now);
  if ((type == "Practitioner" || type == "Person") && !id.empty())
    return read(request, {.type = type, .letter = 'r'}, id, now);
  return operation_outcome(404, "not-found",
                           "the sandbox has Patient, Practitioner, Person, Observation, MedicationRequest, and what "
                           "was written");
}

}  // namespace wardend::sandbox
