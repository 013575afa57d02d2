// Which resource types are about a patient, which search parameters say so, and which element. No I/O.
// Spec: FHIR R4, CompartmentDefinition/patient; the resource definitions of R4 for the elements.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace wardend::fhir {

// patient: of the patient compartment. open: outside it, and yet able to name a patient, or a type that R4 does not
// have. none: about no patient, as Medication or ValueSet. sender: it sends on whatever its criteria find, whoever that
// is about.
enum class Belonging : std::uint8_t { patient, open, none, sender };
[[nodiscard]] Belonging belonging_of(std::string_view type);

// The search parameters that place a resource of that type in a patient's compartment; empty: it is in none.
[[nodiscard]] std::span<const std::string_view> compartment_parameters(std::string_view type);

// Whether that search parameter finds resources of the type by whom they are about, and not by who wrote them.
[[nodiscard]] bool names_subject(std::string_view type, std::string_view parameter);

// The types of the compartment, in the order of the alphabet.
[[nodiscard]] std::span<const std::string_view> compartment_types();

// Where a resource says whom it is about: "subject", "participant.actor". A list where `many` says so.
struct SubjectElement {
  std::string_view type;
  std::string_view path;
  bool many = false;
  std::string_view otherwise = {};  // the element that says so where the other one names staff, or is not there
};
// nullptr: the type has no such element.
[[nodiscard]] const SubjectElement* subject_element(std::string_view type);

// Whether that element may name a record, whose patient is then meant: the target of a Provenance, the appointment that
// is answered.
[[nodiscard]] bool is_about_records(std::string_view type);

}  // namespace wardend::fhir
