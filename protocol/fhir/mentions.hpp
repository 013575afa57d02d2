// One place of a resource, or of an operation's parameters, that names a patient or a record that may be a patient's.
// No I/O. Spec: FHIR R4, references, Reference, Parameters
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "protocol/fhir/base_url.hpp"

namespace wardend::fhir {

enum class Naming : std::uint8_t {
  patient,           // Patient/id of this server
  elsewhere,         // a patient of another server
  by_query,          // Type?..., which the server would look for, of a type that may be about a patient
  by_identifier,     // an identifier, and no reference, where a patient belongs
  identifier,        // an identifier beside or in place of a reference to something else, or to nobody knows what
  contained,         // a Patient in `contained`, or a reference to one
  resource,          // a Patient resource in an entry or a parameter; its id may be empty
  record,            // Type/id of this server, of a type that may be about a patient
  record_elsewhere,  // the same of another server
  entry,             // urn:uuid: or urn:oid:, which the Bundle resolves
  encounter,         // in an element "encounter" or "context": Encounter/id, or one that nobody here has seen
  malformed,         // a reference that FHIR does not have: what a server takes it for, nobody knows
  unread,            // nested deeper than 128 levels, or more than 500,000 values: the rest was not read
};

// One place. Views into the resource.
struct Mention {
  Naming naming = Naming::malformed;
  std::string_view id = {};      // patient, resource, record, encounter: the id; entry, an encounter unseen: the text
  std::string_view type = {};    // record, encounter that can be read, identifier: the type; empty: not known
  std::string_view system = {};  // of an identifier that stands beside the reference, or in its place
  std::string_view value = {};
  bool speaks_of_patient = false;  // by_query, malformed: a reader who is less strict than FHIR finds a patient
};

// What one Reference names, where it names a patient, a record that may be a patient's, an entry, or nothing that FHIR
// has. `name` is the element that it stands in: without a type, an identifier alone means a patient in "patient" or
// "subject".
// nullopt: something else, or it is no Reference.
[[nodiscard]] std::optional<Mention> mention_in(const nlohmann::json& reference, std::string_view name,
                                                const BaseUrl& base);

// What somebody finds who opens an address: a patient, or a record that may be a patient's, here or on the same host. A
// word alone is none.
[[nodiscard]] std::optional<Mention> mention_at(std::string_view address, const BaseUrl& base);

}  // namespace wardend::fhir
