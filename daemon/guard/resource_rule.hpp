// Whether a resource, as it would be after a write, is about this patient and no other.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "daemon/guard/facts.hpp"
#include "daemon/guard/referred.hpp"
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

// What a resource is judged by.
struct Around {
  const Facts& facts;
  const Entries& entries;  // of the Bundle that it stands in
  Referred& referred;
};

// nullopt: a mention of a patient is one of the session's patient, an encounter is the session's, and a record that is
// named is this patient's or nobody's, or must be read first. Else ResourceRejected without a path, or
// EncounterMismatch. A session without an encounter has its encounters read as other records.
[[nodiscard]] std::optional<Error> fault_of(const fhir::Mention& mention, const Around& around);

// The first such fault in a resource, with its path.
[[nodiscard]] std::optional<Error> fault_in(const nlohmann::json& resource, const Around& around);

// Whether a mention in something that the server has certainly is of somebody else. An identifier, an encounter, a
// record or a text that is no reference may be anything.
[[nodiscard]] bool is_foreign(const fhir::Mention& mention, const Facts& facts);

// Whether the element of its type that says whom a resource is about is there.
[[nodiscard]] bool says_whose(const nlohmann::json& resource);

// nullopt: the resource is of the request's type and id, every reference in it is to this patient, it says that it is
// about this patient, and what [[app.write]] requires is there. A conditional update has no id. A Subscription is
// always refused: it sends on whatever its criteria find. Else ResourceRejected with the path, or EncounterMismatch.
[[nodiscard]] std::optional<Error> judge_resource(const fhir::FhirRequest& request, const nlohmann::json& resource,
                                                  const Around& around);

// nullopt: fault_in() finds nothing, and the patient is named where the type has no element that says whom it is about.
// Else ResourceRejected with the path, or EncounterMismatch.
[[nodiscard]] std::optional<Error> judge_mentions(const nlohmann::json& resource, const Around& around);

// nullopt: the element that says whom a resource is about names this patient (of a Provenance or an AuditEvent: or a
// record of this patient), or its type has none. Else ResourceRejected.
[[nodiscard]] std::optional<Error> judge_subject(const nlohmann::json& resource, const Around& around);

}  // namespace wardend::guard
