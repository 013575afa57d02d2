#include "daemon/access/told_access.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::access {
namespace {

// Spec: FHIR R4, 2.24.0.1, id. Servers exist whose ids are longer than its 64 characters.
constexpr std::size_t longest_id = 128;

bool is_id(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  return !text.empty() && text.size() <= longest_id && text.find_first_not_of(letters) == std::string_view::npos;
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c != '\x7f'; });
}

bool is_name(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && is_plain(text);
}

// The next part of a path, which is taken off it.
std::string_view next_part(std::string_view& path) {
  const std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), part.size() + 1));
  return part;
}

// Why it names no resource; empty: it does.
std::string fault_of_resource(std::string_view path) {
  const bool ends = !path.ends_with('/');
  const std::string_view type = next_part(path);
  if (!fhir::is_resource_type(type))
    return "does not begin with a resource type of FHIR: write Observation or Observation/7, without the server's URL";
  std::string_view part = next_part(path);
  if (is_id(part) && part != "_history") {
    part = next_part(path);
    if (part == "_history") {
      if (!is_id(next_part(path))) return "has no version behind _history: write Observation/7/_history/2";
      part = next_part(path);
    }
  }
  if (part.starts_with('$') && is_id(part.substr(1))) part = next_part(path);
  return ends && part.empty() && path.empty() ? "" : "is not Type, Type/id or Type/id/_history/version";
}

bool holds_a_token(std::string_view query) {
  const std::string lowered = lower_case(std::string(query));
  return lowered.contains("access_token=") || lowered.contains("client_assertion=") || lowered.contains("bearer ");
}

}  // namespace

std::string_view name_of(ToldAccess::Outcome outcome) {
  switch (outcome) {
    case ToldAccess::Outcome::success:
      return "success";
    case ToldAccess::Outcome::denied:
      return "denied";
    case ToldAccess::Outcome::failure:
      return "failure";
  }
  return "failure";
}

Result<void> check(const ToldAccess& access, std::size_t index, WallTime now) {
  const auto wrong = [&](std::string_view member, std::string reason) {
    return fail(errors::InvalidRequest{.field = "accesses[" + std::to_string(index) + "]." + std::string(member),
                                       .reason = std::move(reason) + "; nothing of this call was recorded"});
  };
  if (std::string fault = fault_of_resource(access.resource); !fault.empty())
    return wrong("resource", std::move(fault));
  if (access.patient && !is_name(*access.patient, ToldAccess::longest_patient))
    return wrong("patient", "is no patient's id of at most 256 bytes: leave it out where there is none");
  if (access.query && access.query->size() > ToldAccess::longest_query)
    return wrong("query", "is longer than 4096 bytes: record the search without its list of values");
  if (access.query && holds_a_token(*access.query)) return wrong("query", "holds a token: the trail takes none");
  if (access.request_id && !is_name(*access.request_id, ToldAccess::longest_request_id))
    return wrong("request_id", "is no X-Request-Id of at most 128 bytes: leave it out where none was sent");
  if (access.at && *access.at > unix_seconds(now))
    return wrong("at", "lies in the future: give seconds since 1970, UTC");
  if (access.at && *access.at < 0) return wrong("at", "is negative: give seconds since 1970, UTC");
  return {};
}

}  // namespace wardend::access
