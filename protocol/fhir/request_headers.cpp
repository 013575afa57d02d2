#include "protocol/fhir/request_headers.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "protocol/fhir/version.hpp"

namespace wardend::fhir {
namespace {

constexpr std::size_t most_shown = 64;

std::string shown(std::string_view word) { return "\"" + printable_ascii(word, most_shown) + "\""; }

// Headers that say something of the request. The last four make it another request, or bring a resource that nobody
// would judge.
enum class Meaning : std::uint8_t { type, match, none_exist, none_match, modified, prefer, refused, nothing };
struct Known {
  std::string_view name;
  Meaning meaning;
};
constexpr auto known = std::to_array<Known>({{"content-type", Meaning::type},
                                             {"if-match", Meaning::match},
                                             {"if-none-exist", Meaning::none_exist},
                                             {"if-none-match", Meaning::none_match},
                                             {"if-modified-since", Meaning::modified},
                                             {"prefer", Meaning::prefer},
                                             {"x-http-method-override", Meaning::refused},
                                             {"x-http-method", Meaning::refused},
                                             {"x-method-override", Meaning::refused},
                                             {"x-provenance", Meaning::refused}});

Meaning meaning_of(std::string_view name) {
  const std::string lower = lower_case(name);
  const auto* found = std::ranges::find(known, lower, &Known::name);
  return found == known.end() ? Meaning::nothing : found->meaning;
}

bool brings_body(const FhirRequest& request) {
  switch (request.interaction) {
    case Interaction::create:
    case Interaction::update:
    case Interaction::patch:
    case Interaction::batch:
    case Interaction::transaction:
      return true;
    case Interaction::operation:
      return !request.reads;
    case Interaction::read:
    case Interaction::vread:
    case Interaction::search:
    case Interaction::history:
    case Interaction::delete_:
    case Interaction::capabilities:
      return false;
  }
  return false;
}

BodyKind body_of(const FhirRequest& request, const RequestLine& line) {
  if (request.interaction == Interaction::search && line.method == "POST") return BodyKind::search_form;
  if (request.interaction == Interaction::patch) return BodyKind::json_patch;
  return brings_body(request) ? BodyKind::resource : BodyKind::none;
}

// Whether a body of that type is what the request brings. Spec: FHIR R4, RESTful API, content types
std::optional<std::string> type_fault(BodyKind body, std::string_view content_type) {
  if (body == BodyKind::none) return std::nullopt;
  std::string type = lower_case(content_type.substr(0, content_type.find(';')));
  std::erase(type, ' ');
  if (body == BodyKind::json_patch) {
    if (type == "application/json-patch+json") return std::nullopt;
    if (type == "application/fhir+json" || type == "application/fhir+xml")
      return "a FHIRPath Patch (Parameters) cannot be judged: send a JSON Patch";
    return "a patch of the type " + shown(type) + " cannot be judged: send a JSON Patch";
  }
  if (body == BodyKind::search_form && type == "application/x-www-form-urlencoded") return std::nullopt;
  if (body == BodyKind::resource && (type == "application/fhir+json" || type == "application/json"))
    return std::nullopt;
  return "a body of the type " + shown(type) +
         " cannot be judged: send JSON (application/fhir+json), a file as a Binary with contentType, data and "
         "securityContext";
}

std::optional<std::string> take_header(FhirRequest& request, Meaning meaning, std::string_view value) {
  if (meaning == Meaning::type) return type_fault(request.body, value);
  if (meaning == Meaning::prefer && lower_case(value).contains("respond-async"))
    return "an answer that comes later (Prefer: respond-async) cannot be judged";
  if (meaning == Meaning::match) {
    request.if_match = version_in(value);
    if (request.if_match.empty()) return "If-Match names no version: write it like W/\"1\"";
  }
  if (meaning != Meaning::none_exist) return std::nullopt;
  if (request.interaction != Interaction::create) return "If-None-Exist belongs to a create";
  auto condition = parse_query(value);
  if (!condition && value.contains('?')) return "If-None-Exist has what stands behind the ? of a search alone";
  if (!condition) return "If-None-Exist: " + condition.error();
  request.if_none_exist = std::move(*condition);
  request.conditional = true;
  return std::nullopt;
}

bool shapes_answer(const QueryParameter& parameter) {
  constexpr auto names = std::to_array<std::string_view>({"_elements", "_format", "_pretty", "_summary"});
  return std::ranges::find(names, parameter.name) != names.end() && parameter.modifier.empty();
}

bool of_history(const QueryParameter& parameter) {
  constexpr auto names = std::to_array<std::string_view>({"_at", "_count", "_list", "_since", "_sort"});
  return std::ranges::find(names, parameter.name) != names.end() && parameter.modifier.empty();
}

// What a search has beside what it looks for.
bool of_result(const QueryParameter& parameter) {
  constexpr auto names = std::to_array<std::string_view>(
      {"_contained", "_containedType", "_count", "_include", "_revinclude", "_sort", "_total"});
  return std::ranges::find(names, parameter.name) != names.end();
}

std::optional<std::string> condition_fault(const std::vector<QueryParameter>& condition) {
  bool looks = false;
  for (const QueryParameter& parameter : condition) {
    if (of_result(parameter)) return "a condition with " + shown(parameter.name);
    looks = looks || !shapes_answer(parameter);
  }
  return looks ? std::nullopt : std::optional<std::string>("a conditional request without a condition");
}

}  // namespace

std::optional<std::string> take_headers(FhirRequest& request, const RequestLine& line) {
  request.body = body_of(request, line);
  std::array<bool, static_cast<std::size_t>(Meaning::nothing)> seen = {};
  for (const Header& header : line.headers) {
    const Meaning meaning = meaning_of(header.name);
    if (meaning == Meaning::nothing) continue;
    if (meaning == Meaning::refused) return "the header " + shown(header.name) + " is refused";
    if (std::exchange(seen[static_cast<std::size_t>(meaning)], true))
      return "the header " + shown(header.name) + " is there twice";
    if (auto fault = take_header(request, meaning, header.value)) return fault;
  }
  return std::nullopt;
}

std::optional<std::string> parameter_fault(const FhirRequest& request) {
  if (request.interaction == Interaction::search || request.interaction == Interaction::operation) return std::nullopt;
  if (!request.if_none_exist.empty() || (request.conditional && request.interaction == Interaction::create))
    if (auto fault = condition_fault(request.if_none_exist)) return fault;
  if (request.conditional && request.interaction != Interaction::create) return condition_fault(request.parameters);
  for (const QueryParameter& parameter : request.parameters) {
    const bool is_history = request.interaction == Interaction::history && of_history(parameter);
    const bool is_mode = request.interaction == Interaction::capabilities && parameter.name == "mode";
    if (!shapes_answer(parameter) && !is_history && !is_mode)
      return "the interaction " + std::string(name_of(request.interaction)) + " does not take the parameter " +
             shown(parameter.name);
  }
  return std::nullopt;
}

}  // namespace wardend::fhir
