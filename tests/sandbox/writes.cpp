#include "tests/sandbox/writes.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <expected>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/fhir.hpp"
#include "tests/sandbox/records.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

template <class T>
using Or = std::expected<T, Reply>;

std::unexpected<Reply> wrong(int status, const std::string& code, const std::string& what) {
  return std::unexpected(operation_outcome(status, code, what));
}

// Spec: FHIR R4, instant
std::string instant(WallTime now) {
  const std::time_t seconds = unix_seconds(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

bool is_resource_type(std::string_view type) {
  static constexpr std::string_view of_no_record[] = {"Bundle", "Parameters", "OperationOutcome",
                                                      "CapabilityStatement"};
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !type.empty() && type.size() <= 40 && type[0] >= 'A' && type[0] <= 'Z' &&
         std::ranges::all_of(type, is_letter) && std::ranges::find(of_no_record, type) == std::end(of_no_record);
}

std::string next_version(const std::string& version) {
  int number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return std::to_string(number + 1);
}

bool is_fhir_json(const std::string& content_type) {
  return content_type.starts_with("application/fhir+json") || content_type.starts_with("application/json");
}

Or<json> resource_of(const Write& what) {
  if (!is_fhir_json(what.content_type)) return wrong(415, "not-supported", "send application/fhir+json");
  auto resource = parse_json(what.body, most_resource_bytes);
  if (!resource) return wrong(400, "structure", resource.error());
  if (!resource->is_object() || resource->value("resourceType", json()) != what.type)
    return wrong(400, "invalid", "the body must be a " + what.type);
  if (what.method == "PUT" && resource->value("id", json()) != what.id)
    return wrong(400, "invalid", "the body's id must be " + what.id);
  return std::move(*resource);
}

// One operation at a time, so that none makes much of little. nlohmann's patch has no form that does not throw.
Or<json> patched(json resource, const Write& what) {
  constexpr std::size_t most_operations = 100;
  if (!what.content_type.starts_with("application/json-patch+json"))
    return wrong(415, "not-supported", "the sandbox takes JSON Patch: application/json-patch+json");
  const auto patch = parse_json(what.body, most_resource_bytes);
  if (!patch) return wrong(400, "structure", patch.error());
  if (!patch->is_array() || patch->size() > most_operations)
    return wrong(400, "structure", "a JSON Patch is a list of at most 100 operations");
  for (const json& operation : *patch) {
    try {
      resource = resource.patch(json::array({operation}));
    } catch (const json::exception&) {
      return wrong(422, "processing", "an operation of the patch does not fit the record");
    }
    if (dump_json(resource).size() > most_resource_bytes) return wrong(413, "too-costly", "the record is too large");
  }
  if (!resource.is_object() || resource.value("resourceType", json()) != what.type ||
      resource.value("id", json()) != what.id)
    return wrong(422, "business-rule", "a patch may not change resourceType or id");
  return resource;
}

bool is_version(const std::string& if_match, const std::string& version) {
  const std::string quoted = '"' + version + '"';
  return if_match == "W/" + quoted || if_match == quoted;
}

// The new version, or the reason that there is none.
Or<json> made_of(const Shelf::Kept& before, const Write& what) {
  if (what.method == "PUT") return resource_of(what);
  return patched(parse_json(before.resource, most_resource_bytes).value_or(json::object()), what);
}

void stamp(json& resource, const std::string& id, const std::string& version, WallTime now) {
  resource["id"] = id;
  json& meta = resource["meta"];
  if (!meta.is_object()) meta = json::object();
  meta["versionId"] = version;
  meta["lastUpdated"] = instant(now);
}

Reply full() { return operation_outcome(507, "no-store", "too many records: DELETE /_sandbox/records clears them"); }

Reply keep(Shelf& shelf, const Write& what, json resource, const std::string& version, WallTime now) {
  stamp(resource, what.id, version, now);
  const std::string text = dump_json(resource);
  if (!shelf.add(what.type + "/" + what.id, {.resource = text, .version = version})) return full();
  Reply reply = record_reply(text, version);
  reply.headers.emplace_back("Last-Modified", http_date(now));
  return reply;
}

Reply create(Shelf& shelf, Write what, const Settings& settings, WallTime now) {
  auto resource = resource_of(what);
  if (!resource) return std::move(resource.error());
  if (what.id.empty()) what.id = shelf.new_id();
  Reply reply = keep(shelf, what, std::move(*resource), "1", now);
  if (reply.status != 200) return reply;
  reply.status = 201;
  reply.headers.emplace_back("Location", settings.fhir_base() + "/" + what.type + "/" + what.id + "/_history/1");
  return reply;
}

Reply remove(Shelf& shelf, const Write& what, const Shelf::Kept& before) {
  if (!before.resource.empty() &&
      !shelf.add(what.type + "/" + what.id, {.resource = "", .version = next_version(before.version)}))
    return full();
  Reply reply = operation_outcome(200, "informational", "deleted");
  reply.headers.emplace_back("ETag", "W/\"" + shelf.find(what.type + "/" + what.id)->version + '"');
  return reply;
}

}  // namespace

std::optional<char> letter_of(std::string_view method) {
  if (method == "POST") return 'c';
  if (method == "PUT" || method == "PATCH") return 'u';
  return method == "DELETE" ? std::optional('d') : std::nullopt;
}

std::optional<Shelf::Kept> standing(const Shelf& shelf, const std::string& type, const std::string& id) {
  if (const Shelf::Kept* kept = shelf.find(type + "/" + id)) return *kept;
  const auto made_up = [](const json& resource) {
    return std::optional(Shelf::Kept{.resource = dump_json(resource), .version = "1"});
  };
  if (const auto record = record_of(type, id)) return made_up(*record);
  if (const auto number = number_in(id, "patient-"); number && type == "Patient")
    return made_up(patient_record(*number));
  if (const auto number = number_in(id, "practitioner-"); number && (type == "Practitioner" || type == "Person"))
    return made_up(user_record(type, *number));
  return std::nullopt;
}

Reply record_reply(const std::string& resource, const std::string& version) {
  return {.content_type = "application/fhir+json",
          .headers = {{"Cache-Control", "no-store"}, {"ETag", "W/\"" + version + '"'}},
          .body = resource};
}

Reply write(Shelf& shelf, const Write& what, const Settings& settings, WallTime now) {
  if (!is_resource_type(what.type)) return operation_outcome(404, "not-supported", "no such type: " + what.type);
  if (what.method == "POST") return create(shelf, what, settings, now);
  const auto before = standing(shelf, what.type, what.id);
  if (!before) return operation_outcome(404, "not-found", "no such record: POST makes one, and gives it its id");
  if (!what.if_match.empty() && !is_version(what.if_match, before->version))
    return operation_outcome(412, "conflict", "the record is at version " + before->version + ": read it again");
  if (what.method == "DELETE") return remove(shelf, what, *before);
  if (before->resource.empty()) return operation_outcome(410, "deleted", "the record was deleted");
  auto resource = made_of(*before, what);
  if (!resource) return std::move(resource.error());
  return keep(shelf, what, std::move(*resource), next_version(before->version), now);
}

}  // namespace wardend::sandbox
