// The one decision on every FHIR request of a session: the write guard asks it, and whatever else passes requests on.
// A pure function of the request and of Facts, in stages, as the body and the stored resource cost something to get.
// It refuses what it does not know. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "daemon/guard/facts.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// What the request brings: the parsed resource, Bundle or JSON Patch, or the form of a POST to _search.
struct Body {
  const nlohmann::json* json = nullptr;
  std::string_view form = {};
};

// One resource as the server has it now.
struct Target {
  std::string type;
  std::string id;
  const nlohmann::json* resource = nullptr;  // nullptr: the server has none of that id (404, 410)
  bool gone = false;                         // it had one (410): nobody knows whose
  std::string version = {};                  // of its ETag, without W/ and quote marks; empty: as in its meta.versionId
};

// A resource that must be read before there is a decision: one that is written to, or that the write refers to.
struct Wanted {
  std::string type;
  std::string id;
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

inline constexpr std::size_t most_targets = 16;  // that are read for one write, whatever for

// pass: it may go. inspect_reply: it may go, and its reply is to be judged before anybody sees it. needs_body,
// needs_target: ask again with that. refuse: `error` says why.
struct Verdict {
  enum class Kind : std::uint8_t { pass, refuse, needs_body, needs_target, inspect_reply };
  Kind kind = Kind::refuse;
  std::optional<Error> error = {};           // refuse: one that the contract names
  std::vector<Wanted> targets = {};          // needs_target: what is to be read besides; at most `most_targets` in all
  std::string if_match = {};                 // pass: the version that was judged; send it as If-Match. empty: none was
  std::vector<std::string> overridden = {};  // pass: what an override reason excused, to be audited as an emergency
};

// Judges what stands in the request itself: the session, the patient and the encounter that the caller names, what is
// on screen, the server, the scopes, the address. Errors: ReauthenticationRequired, PatientContextMissing,
// PatientMismatch, EncounterMismatch, PatientUnverified, ServerUnavailable, ScopeNotGranted, ResourceRejected.
[[nodiscard]] Verdict decide(const fhir::FhirRequest& request, const Facts& facts);

// After needs_body: all of the above, and every reference in the body. ResourceRejected names the path in the body.
[[nodiscard]] Verdict decide(const fhir::FhirRequest& request, const Body& body, const Facts& facts);

// After needs_target: all of the above, and all stored resources that were asked for so far. It may ask for more: what
// a resource that is written to does not refer to yet. One that is written to and is not among `targets` is refused.
// For a JSON Patch the result is judged as a body is. A delete has an empty Body.
[[nodiscard]] Verdict decide(const fhir::FhirRequest& request, const Body& body, std::span<const Target> targets,
                             const Facts& facts);

// What the server answered, after inspect_reply. `json` is nullptr for an answer without a body.
struct Reply {
  int status = 0;
  const nlohmann::json* json = nullptr;
  std::string_view location = {};  // where it says that it has put what was written; empty: it does not say
  std::string_view context = {};   // whose its head says that it is (X-Security-Context); empty: it does not say
};
// pass where every resource is about this patient or about none, what a read shows is the record that was asked for,
// and no record may be anybody's where nothing else ties the request to the patient; a Binary says that it is this
// patient's. Else a refusal where the policy says enforce, else a pass that lists "foreign", "unsaid" or "other_record"
// in `overridden`, to be audited. An error is judged for other patients too, whatever it holds.
[[nodiscard]] Verdict judge_reply(const fhir::FhirRequest& request, const Reply& reply, const Facts& facts);

}  // namespace wardend::guard
