#include "daemon/gateway/reply_head.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "protocol/http/media_type.hpp"

namespace wardend::gateway {
namespace {

using fhir::Interaction;

constexpr std::array<std::string_view, 11> kept = {
    "content-type",  "content-language", "content-disposition", "content-encoding",   "content-location", "etag",
    "last-modified", "location",         "retry-after",         "x-security-context", "warning"};

// A lone CR in a value is a line's end to some clients: what stands behind it would be a header of its own.
bool is_one_line(std::string_view value) {
  return std::ranges::none_of(value, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

// All values of a header, in the order in which they came.
std::vector<std::string_view> values_of(const HttpResponse& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : head.headers)
    if (key == name) values.push_back(value);
  return values;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool has_one_end(const HttpResponse& head) {
  const auto lengths = values_of(head, "content-length");
  const auto codings = values_of(head, "transfer-encoding");
  if (!codings.empty()) return lengths.empty() && codings.size() == 1 && lower_case(codings.front()) == "chunked";
  return std::ranges::all_of(lengths, [&](std::string_view one) { return is_number(one) && one == lengths.front(); });
}

bool has_no_body(int status) { return status == 204 || status == 304; }

}  // namespace

bool reads_binary(const fhir::FhirRequest& request) {
  return request.type == "Binary" && !request.id.empty() &&
         (request.interaction == Interaction::read || request.interaction == Interaction::vread);
}

bool may_stream(const fhir::FhirRequest& request) { return request.interaction == Interaction::capabilities; }

std::string head_fault(const HttpResponse& head) {
  if (!has_one_end(head)) return "headers contradict each other about where it ends";
  const std::string_view type = head.header("content-type");
  const std::string charset = http::is_json_type(type) ? http::other_charset(type) : std::string();
  return charset.empty() ? std::string() : "character set is not UTF-8, as FHIR has it, but " + charset;
}

ReplyHead reply_head(const HttpResponse& head) {
  ReplyHead reply{.status = head.status};
  for (const auto& [name, value] : head.headers) {
    const bool twice = std::ranges::any_of(reply.headers, [&](const auto& seen) { return seen.first == name; });
    const bool means_something = std::ranges::find(kept, name) != kept.end();
    if (!twice && means_something && is_one_line(value)) reply.headers.emplace_back(name, value);
  }
  reply.headers.emplace_back("cache-control", "no-store");
  reply.headers.emplace_back("x-content-type-options", "nosniff");
  return reply;
}

Handling handling_of(const fhir::FhirRequest& request, const HttpResponse& head) {
  const bool json = http::is_json_type(head.header("content-type"));
  if (has_no_body(head.status)) return Handling::stream;
  if (head.status >= 400) return json ? Handling::whole : Handling::in_words;
  if (!request.reads && head.header("content-type").empty()) return Handling::whole;  // "done", and nothing more
  if (!json) return reads_binary(request) ? Handling::stream : Handling::in_words;
  return may_stream(request) ? Handling::stream : Handling::whole;
}

}  // namespace wardend::gateway
