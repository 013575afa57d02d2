// Where a request goes: the target of its first line as session, path and query. No I/O.
#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "daemon/gateway/refusal.hpp"

namespace wardend::gateway {

// Views of the target.
struct Address {
  std::string_view session;     // as written; "-": the one that GetToken would imply
  std::string_view path = {};   // behind the FHIR base: "" or "/Observation/1"
  std::string_view query = {};  // behind "?", undecoded
  std::string_view page = {};   // the handle of /fhir/SESSION/-page/HANDLE; path and query are empty then
  // Why nothing is asked for at it: an empty segment, "." and "..", a slash, backslash or control character that is
  // escaped, what is escaped twice, a broken escape; no handle of a page.
  std::optional<Refusal> fault = {};
};

// /fhir/SESSION, /fhir/SESSION/PATH?QUERY or /fhir/SESSION/-page/HANDLE. Refused, as no session is named or it is too
// long to be told of: every other form (absolute, authority, "*"), a fragment, bytes that are not printable ASCII, more
// than 2 KiB of path or 8 KiB of query. Spec: RFC 9112 §3.2
[[nodiscard]] std::expected<Address, Refusal> read_address(std::string_view target);

}  // namespace wardend::gateway
