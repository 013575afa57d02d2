// The faults that are switched on, and which of them a request meets. Nothing here knows HTTP: shaping.hpp does what a
// fault says to a reply.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/flaw.hpp"

namespace wardend::sandbox {

enum class Place { token, authorize, revoke, discovery, openid, metadata, jwks, introspect, fhir, tls };

enum class Kind {
  status,               // a status and an error body instead of work
  delay,                // work first, answer late; joins the fault after it
  hang,                 // no work, no answer
  drop,                 // no work, closed without an answer
  truncate,             // work, then half of the body
  html,                 // a proxy's page with 200 instead of work
  redirect,             // a redirect to `location` instead of work
  bad_json,             // work, then a body that is not JSON
  big,                  // work, then a member that makes the JSON `bytes` longer
  omit,                 // work, then `fields` are left out of the JSON (or of the redirect)
  repeat,               // authorize: work, then the redirect's parameters `fields` stand twice
  set_members,          // work, then `members` are laid over the JSON (or over the redirect's parameters)
  dress,                // work, then the same JSON as odd servers and gateways send it: see dress.hpp
  set_headers,          // work, then `members` are laid over the headers
  id_token,             // token: the id_token has a `flaw`
  drop_after_rotation,  // token: work, then closed without an answer
  no_rotation,          // token: a refresh brings no refresh token, the old one stays
  wrong_patient,        // token: the answer names another patient
  no_patient,           // token: the answer names none
  fewer_scopes,         // token: `fields` are not granted; without fields only the first FHIR scope is
  expired_certificate,  // tls: a certificate that ran out
  foreign_certificate,  // tls: a certificate for another host
};

[[nodiscard]] std::string_view name_of(Place place);
[[nodiscard]] std::string_view name_of(Kind kind);
// What it does, for people.
[[nodiscard]] std::string_view sentence_of(Kind kind);
[[nodiscard]] std::span<const Kind> every_kind();
[[nodiscard]] std::optional<Place> place_named(std::string_view name);

struct Fault {
  std::uint64_t id = 0;  // given by the table
  Place at = Place::token;
  Kind kind = Kind::status;
  std::optional<int> status = {};  // 503, or 400 with an oauth_error
  std::optional<std::string> oauth_error = {};
  std::optional<std::chrono::milliseconds> span = {};  // "seconds": of delay (5 s) or hang (for ever)
  std::vector<std::string> fields = {};
  std::optional<std::uint64_t> count = {};  // requests left; nullopt: until it is switched off
  std::optional<std::string> grant_type = {};
  std::optional<std::string> retry_after = {};
  std::optional<std::string> body = {};
  std::optional<std::string> content_type = {};
  std::optional<std::string> patient = {};
  std::optional<std::string> members = {};  // JSON object; null takes a member away
  std::optional<Flaw> flaw = {};
  std::optional<std::string> location = {};
  std::optional<std::string> before = {};             // of dress: what stands before the JSON
  std::optional<std::string> insert = {};             // of dress: members as they are written, before the first one
  std::optional<std::string> encoding = {};           // of dress: latin1, utf16, gzip
  std::optional<std::int64_t> bytes = {};             // 3 MB
  std::optional<std::string> outcome = {};            // of status: the code of an OperationOutcome as the body
  std::optional<std::int64_t> retry_after_date = {};  // seconds from now, sent as a date
  std::uint64_t applied = 0;
};

// A fault from the control interface's JSON object. The error names the member that is wrong.
[[nodiscard]] std::expected<Fault, std::string> parse_fault(std::string_view text);

// What a request has met.
struct Struck {
  std::chrono::milliseconds delay{0};
  std::optional<Fault> fault = {};

  [[nodiscard]] bool by(Kind kind) const { return fault && fault->kind == kind; }
};

class FaultTable {
 public:
  static constexpr std::size_t max_faults = 256;

  // nullopt when the table is full.
  [[nodiscard]] std::optional<std::uint64_t> add(Fault fault);
  // One place, or all.
  void clear(std::optional<Place> at = std::nullopt);

  // The oldest fault that fits, plus every delay that fits: one more of each count is spent. Faults of one place thus
  // follow each other in the order in which they were added. `grant_type` is empty but for token requests.
  [[nodiscard]] Struck take(Place at, std::string_view grant_type = {});

  [[nodiscard]] const std::deque<Fault>& list() const { return faults_; }

 private:
  std::deque<Fault> faults_;
  std::uint64_t last_id_ = 0;
};

}  // namespace wardend::sandbox
