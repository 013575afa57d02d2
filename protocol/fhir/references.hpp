// Every place of a resource that names a patient, or a record that may be a patient's: references of all forms, in
// extensions, contained resources, Bundles and Parameters, addresses that are references by their form (of an
// attachment above all), and Patient resources inside. No I/O. Spec: FHIR R4, references, Reference, contained
// resources, Bundle
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// What stands at a path of members ("participant.actor") in a resource, where a list stands for its entries; an empty
// path: nothing.
[[nodiscard]] std::vector<const nlohmann::json*> elements_at(const nlohmann::json& resource, std::string_view path);

// What one Reference names, where it names a patient, a record that may be a patient's, an entry, or nothing that FHIR
// has. `name` is the element that it stands in: without a type, an identifier alone means a patient in "patient" or
// "subject".
// nullopt: something else, or it is no Reference.
[[nodiscard]] std::optional<Mention> mention_in(const nlohmann::json& reference, std::string_view name,
                                                const BaseUrl& base);

// Whether a parameter of that name, of an operation, is whom it is about: "patient", "subjectId".
[[nodiscard]] bool names_whom(std::string_view parameter);

struct Refused {
  Naming naming = Naming::malformed;
  std::string id = {};
  std::string path = {};  // "entry[0].resource.subject.reference"; printable, at most 256 bytes
};

// The first mention that `accepts` does not accept, in document order by name of member; nullopt: none. Whom the links
// of the Patient `unlinked` lead to is passed over, empty: nobody's are. Without recursion; the work grows with the
// size of the resource.
[[nodiscard]] std::optional<Refused> first_refused(const nlohmann::json& resource, const BaseUrl& base,
                                                   const std::function<bool(const Mention&)>& accepts,
                                                   std::string_view unlinked = {});

}  // namespace wardend::fhir
