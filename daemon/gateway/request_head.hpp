// The head of a request to the gateway as a value: read once, and whatever could be read in two ways, or would mean
// something to the server that nobody judges here, is refused. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/gateway/fields.hpp"
#include "daemon/gateway/refusal.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

// As the parser gave it, in order.
struct RawHead {
  std::string_view method;
  std::string_view target;
  unsigned version = 11;  // 10 or 11
  std::span<const fhir::Header> fields = {};
};

inline constexpr std::size_t most_fields = 100;
inline constexpr std::size_t longest_override_reason = 500;

// How the body that follows is bounded.
struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked };
  Kind kind = Kind::none;  // none: there is no body
  std::uint64_t length = 0;
  friend bool operator==(const Framing&, const Framing&) = default;
};

struct RequestHead {
  std::string session = {};  // "-": the one that GetToken would imply
  std::string method = {};   // GET, HEAD, POST, PUT, PATCH, DELETE
  std::string path = {};     // behind the FHIR base: "" or "/Observation/1"
  std::string query = {};    // undecoded
  std::string page = {};     // the handle of a page; then path and query are empty, and method is GET
  // What goes to the server, each name once: Accept (what the app said where it reads a Binary by its id, else
  // application/fhir+json), Accept-Language, Cache-Control, Content-Type, If-Match, If-Modified-Since, If-None-Exist,
  // If-None-Match, Prefer. Nothing else that came does.
  Fields forwarded = {};
  Framing framing = {};
  bool expects_continue = false;  // Expect: 100-continue
  // X-Wardend-Patient and X-Wardend-Encounter: ids that the app shows; nullopt: it does not say.
  std::optional<std::string> patient = {};
  std::optional<std::string> encounter = {};
  std::string override_reason = {};  // X-Wardend-Override-Reason; empty: none
  std::string request_id = {};       // X-Request-Id; empty: none, or one that no log should have
  // Why it is refused, once it is known who asks; nullopt: nothing is wrong with it.
  std::optional<Refusal> fault = {};
};

// Reads the head. Linear in its length. An error is for one that no session can be found for, or whose end nobody
// knows; what else is wrong is its `fault`, and then the members that were not read are empty. A refusal has the status
// that HTTP has for it: 400; 405 for a method that FHIR does not have; 406 for an Accept without JSON; 413 and 431 for
// what is too long; 415 for a body in XML, compressed, or in another charset than UTF-8; 417 for an Expect that is not
// 100-continue; 501 for a transfer coding that is not chunked, and for a WebSocket.
[[nodiscard]] std::expected<RequestHead, Refusal> read_head(const RawHead& raw);

}  // namespace wardend::gateway
