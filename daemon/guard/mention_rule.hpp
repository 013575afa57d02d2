// One mention of a patient or of a record: whether it is of this patient, or of nobody.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "daemon/guard/entries.hpp"
#include "daemon/guard/facts.hpp"
#include "daemon/guard/referred.hpp"
#include "protocol/fhir/references.hpp"

namespace wardend::guard {

// What a resource is judged by.
struct Around {
  const Facts& facts;
  const Entries& entries;  // of the Bundle that it stands in
  Referred& referred;
};

// nullopt: a mention of a patient is one of the session's patient, and a record that is named is this patient's or
// nobody's, or must be read first; so is an encounter, unless it is the launch's. Else ResourceRejected without a path,
// or EncounterMismatch where the launch named an encounter.
[[nodiscard]] std::optional<Error> fault_of(const fhir::Mention& mention, const Around& around);

// Whether an identifier is an official one of this patient's: it may stand in place of a reference.
[[nodiscard]] bool is_official(const fhir::Mention& mention, const Facts& facts);

// Whose the record is that a mention names; own too where another entry of the Bundle makes it.
[[nodiscard]] Referred::Standing standing_of(const fhir::Mention& mention, const Around& around);

// Whether a mention in something that the server has is of somebody else: of another patient, by an identifier that is
// another one of a system that numbers patients, by words that a reader who is less strict than FHIR takes for a
// patient, or in `contained`, where an id is local and says nothing. Another identifier, an encounter, a record or a
// text that is no reference may be anything.
[[nodiscard]] bool is_foreign(const fhir::Mention& mention, const Facts& facts);

}  // namespace wardend::guard
