#include "daemon/gateway/asked_request.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.hpp"

namespace wardend::gateway {
namespace {

Refusal not_supported(std::string what) {
  return {.status = 400, .error = errors::NotSupported{.what = std::move(what)}};
}

// These do more than answer this app: they copy everybody's records, take another query language, or send messages.
std::optional<Refusal> refused_by_name(const fhir::FhirRequest& request) {
  if (request.operation.starts_with("$export")) return not_supported("bulk export ($export): search instead");
  if (request.operation == "$graphql") return not_supported("GraphQL ($graphql): read and search instead");
  if (request.type.starts_with("Subscription")) return not_supported("subscriptions: search again instead");
  return std::nullopt;
}

// Spec: FHIR R4, operations with affectsState=false
constexpr auto reading_operations = std::to_array<std::string_view>(
    {"$conforms", "$convert",  "$everything", "$expand",    "$find",         "$find-matches",  "$implements",
     "$lastn",    "$lookup",   "$match",      "$meta",      "$preferred-id", "$snapshot",      "$stats",
     "$subset",   "$subsumes", "$transform",  "$translate", "$validate",     "$validate-code", "$versions"});

bool is_json(std::string format) {
  constexpr auto names =
      std::to_array<std::string_view>({"json", "application/json", "application/fhir+json", "text/json"});
  std::ranges::replace(format, ' ', '+');  // a "+" in a query is a space
  return std::ranges::find(names, lower_case(format)) != names.end();
}

// `line` with the headers of `head`.
std::expected<fhir::FhirRequest, Refusal> classified(const RequestHead& head, fhir::RequestLine line) {
  std::vector<fhir::Header> headers;
  headers.reserve(head.forwarded.size());
  for (const auto& [name, value] : head.forwarded) headers.push_back({name, value});
  line.headers = headers;
  auto request = fhir::classify(line);
  if (request) return std::move(*request);
  return std::unexpected(
      Refusal{.status = 400, .error = errors::InvalidRequest{.field = "request", .reason = request.error()}});
}

}  // namespace

bool may_change(const fhir::FhirRequest& request) {
  return !request.reads && std::ranges::find(reading_operations, request.operation) == reading_operations.end();
}

std::optional<Refusal> judge_form(const std::vector<fhir::QueryParameter>& form) {
  const bool json = std::ranges::all_of(
      form, [](const fhir::QueryParameter& one) { return one.name != "_format" || is_json(one.value); });
  if (json) return std::nullopt;
  return Refusal{
      .status = 406,
      .error = errors::InvalidRequest{.field = "_format",
                                      .reason = "wardend handles JSON alone: ask for _format=json, or leave it out"}};
}

std::expected<fhir::FhirRequest, Refusal> read_request(const RequestHead& head) {
  auto request = classified(head, {.method = head.method, .path = head.path, .query = head.query});
  if (!request) return request;
  if (auto fault = refused_by_name(*request)) return std::unexpected(std::move(*fault));
  if (auto fault = judge_form(request->parameters)) return std::unexpected(std::move(*fault));
  return std::move(*request);
}

std::optional<Refusal> judge_page_headers(const RequestHead& head) {
  constexpr fhir::RequestLine any_read = {.method = "GET", .path = "/metadata"};
  auto request = classified(head, any_read);
  return request ? std::nullopt : std::optional(std::move(request.error()));
}

std::optional<Error> unseen_fault(const RequestHead& head, bool inspect) {
  if (!inspect || head.method != "HEAD") return std::nullopt;
  return errors::ResourceRejected{.reason = "the answer to a HEAD does not say whose the record is: send a GET"};
}

bool asks_for_change(const RequestHead& head) {
  return std::ranges::any_of(head.forwarded, [](const auto& field) {
    return field.first == "If-None-Match" || field.first == "If-Modified-Since";
  });
}

std::string if_none_match(const RequestHead& head) {
  const auto found = std::ranges::find(head.forwarded, std::string("If-None-Match"), &Fields::value_type::first);
  return found == head.forwarded.end() ? std::string() : found->second;
}

bool lists_version(std::string_view if_none_match, std::string_view etag) {
  const auto first = etag.find('"');
  if (if_none_match.empty() || first == std::string_view::npos) return false;
  const std::string_view tag = etag.substr(first);
  if (if_none_match == "*") return true;
  for (auto at = if_none_match.find(tag); at != std::string_view::npos; at = if_none_match.find(tag, at + 1)) {
    const std::string_view before = if_none_match.substr(0, at);
    const std::string_view behind = if_none_match.substr(at + tag.size());
    const bool begins = before.empty() || before.ends_with(' ') || before.ends_with(',') || before.ends_with("W/");
    if (begins && (behind.empty() || behind.starts_with(',') || behind.starts_with(' '))) return true;
  }
  return false;
}

fhir::FhirRequest continued(fhir::FhirRequest asked) {
  asked.body = fhir::BodyKind::none;
  asked.reads = true;
  return asked;
}

}  // namespace wardend::gateway
