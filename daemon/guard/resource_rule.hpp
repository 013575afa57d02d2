// Whether a resource, as it would be after a write, is about this patient and no other.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "daemon/guard/facts.hpp"
#include "protocol/fhir/references.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// What the entries of a Bundle are called in it, and what each is.
struct EntryResource {
  std::string_view type;
  std::string_view id;  // where it will be; empty: the server gives it one
};
using Entries = std::map<std::string_view, EntryResource, std::less<>>;

// The entries of a Bundle by their fullUrl: what a request writes to, else the resource's own id. Views into it. The
// error is ResourceRejected: two entries of one fullUrl.
[[nodiscard]] Result<Entries> entries_of(const nlohmann::json& bundle);

// Whether a mention of a patient is one of the session's patient. An encounter must be the session's, where it has one.
[[nodiscard]] bool is_own(const fhir::Mention& mention, const Facts& facts, const Entries& entries);

// The refusal for a mention that is not.
[[nodiscard]] Error foreign_mention(const fhir::Refused& mention, const Facts& facts);

// nullopt: the resource is of the request's type and id, every reference in it is to this patient, it says that it is
// about this patient, and what [[app.write]] requires is there. A conditional update has no id. A Subscription is
// always refused: it sends on whatever its criteria find. Else ResourceRejected with the path, or EncounterMismatch.
[[nodiscard]] std::optional<Error> judge_resource(const fhir::FhirRequest& request, const nlohmann::json& resource,
                                                  const Facts& facts, const Entries& entries);

// nullopt: every reference in the resource is to this patient, and one is where its type has no element that says whom
// it is about. Else ResourceRejected with the path, or EncounterMismatch.
[[nodiscard]] std::optional<Error> judge_mentions(const nlohmann::json& resource, const Facts& facts,
                                                  const Entries& entries);

// nullopt: the element that says whom a resource is about names this patient, or its type has none. Else
// ResourceRejected.
[[nodiscard]] std::optional<Error> judge_subject(const nlohmann::json& resource, const Facts& facts,
                                                 const Entries& entries);

}  // namespace wardend::guard
