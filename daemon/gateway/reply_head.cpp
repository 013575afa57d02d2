#include "daemon/gateway/reply_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/text.hpp"
#include "protocol/fhir/reference.hpp"
#include "protocol/http/media_type.hpp"

namespace wardend::gateway {
namespace {

using fhir::Interaction;

constexpr auto of_any = std::to_array<std::string_view>({"content-type", "content-language", "retry-after"});
constexpr auto of_record = std::to_array<std::string_view>({"content-encoding", "etag", "last-modified"});
constexpr auto of_binary = std::to_array<std::string_view>({"content-disposition", "x-security-context"});

bool is_one_of(const auto& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

// True where an address leads to the record that was asked for or written, or to a version of it. What is made has an
// id that only the server knows.
bool names_record(std::string_view address, const fhir::FhirRequest& request) {
  switch (request.interaction) {
    case Interaction::read:
    case Interaction::vread:
    case Interaction::create:
    case Interaction::update:
    case Interaction::patch:
    case Interaction::delete_:
      return fhir::leads_to(address, request.type, request.id);
    default:
      return false;
  }
}

bool means_something(std::string_view name, std::string_view value, int status, const fhir::FhirRequest& request) {
  if (is_one_of(of_any, name)) return true;
  if (status >= 400) return false;
  if (name == "location") return !request.reads && names_record(value, request);
  if (name == "content-location") return names_record(value, request);
  return is_one_of(of_record, name) || (reads_binary(request) && is_one_of(of_binary, name));
}

// A lone CR in a value is a line's end to some clients: what stands behind it would be a header of its own.
bool is_one_line(std::string_view value) {
  return std::ranges::none_of(value, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

bool has_no_body(int status) { return status == 204 || status == 304; }

}  // namespace

bool reads_binary(const fhir::FhirRequest& request) {
  return request.type == "Binary" && !request.id.empty() &&
         (request.interaction == Interaction::read || request.interaction == Interaction::vread);
}

bool is_content(const fhir::FhirRequest& request, const HttpResponse& head, std::string_view type) {
  return reads_binary(request) && head.status < 400 && !has_no_body(head.status) && type != "Binary";
}

std::vector<const std::pair<std::string, std::string>*> shown_fields(const HttpResponse& head,
                                                                     const fhir::FhirRequest& request) {
  std::vector<const std::pair<std::string, std::string>*> shown;
  shown.reserve(head.headers.size());
  for (const auto& field : head.headers) {
    const bool twice = std::ranges::any_of(shown, [&](const auto* seen) { return seen->first == field.first; });
    if (!twice && means_something(field.first, field.second, head.status, request) && is_one_line(field.second))
      shown.push_back(&field);
  }
  return shown;
}

ReplyHead reply_head(const HttpResponse& head, const fhir::FhirRequest& request) {
  constexpr std::size_t usual_fields = 12;
  ReplyHead reply{.status = head.status};
  reply.headers.reserve(usual_fields);
  for (const auto* field : shown_fields(head, request)) reply.headers.push_back(*field);
  reply.headers.emplace_back("cache-control", "no-store");
  reply.headers.emplace_back("x-content-type-options", "nosniff");
  return reply;
}

Handling handling_of(const fhir::FhirRequest& request, const HttpResponse& head) {
  const bool json = http::is_json_type(head.header("content-type"));
  if (has_no_body(head.status)) return Handling::stream;
  if (head.status >= 400) return json ? Handling::whole : Handling::in_words;
  if (!request.reads && head.header("content-type").empty()) return Handling::whole;  // "done", and nothing more
  if (json) return Handling::whole;
  if (!request.reads && head.status == 201) return Handling::head;
  return reads_binary(request) ? Handling::stream : Handling::in_words;
}

std::string security_context(const HttpResponse& head) {
  std::string all;
  for (const auto& [name, value] : head.headers)
    if (name == "x-security-context") all += (all.empty() ? "" : ", ") + value;
  return all;
}

std::optional<std::uint64_t> length_of(const HttpResponse& head) {
  const std::string_view text = head.header("content-length");
  std::uint64_t length = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

bool is_undone(const HttpResponse& head) {
  const std::string coding = lower_case(head.header("content-encoding"));
  return coding == "gzip" || coding == "x-gzip" || coding == "deflate";
}

}  // namespace wardend::gateway
