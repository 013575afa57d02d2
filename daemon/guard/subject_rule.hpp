// Whose a record says that it is, by the element of its type for that. A mention elsewhere, of an author or a payer,
// says nothing of it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "daemon/guard/mention_rule.hpp"

namespace wardend::guard {

// Whether records of the type are, or may be, about a patient.
[[nodiscard]] bool is_about_somebody(std::string_view type);

// Whether one of the type that names nobody may be of a ward, and so of nobody: a monitor. Each other one that is, or
// may be, about a patient says whom it is about.
[[nodiscard]] bool may_be_nobodys(std::string_view type);

// Whether the element of its type that says whom a resource is about is there.
[[nodiscard]] bool says_whose(const nlohmann::json& resource, const fhir::BaseUrl& base);

// nullopt: the element that says whom a resource is about names this patient (of a Provenance or an AuditEvent: or a
// record of this patient), or its type has none. Else ResourceRejected.
[[nodiscard]] std::optional<Error> judge_subject(const nlohmann::json& resource, const Around& around);

// What a record that the server has says by itself. own: it is this patient's. foreign: it is somebody else's, or its
// subject cannot be read as this patient. unclear: its subject is there and may be anybody, as a name for people or an
// identifier of a system that nobody knows here, or FHIR does not have its type. silent: it has no subject. nobodys: it
// is about no patient.
enum class Whose : std::uint8_t { own, foreign, unclear, silent, nobodys };
[[nodiscard]] Whose whose(const nlohmann::json& record, const Around& around);

// Whether a Patient has a number of somebody else, under a system that numbers patients.
[[nodiscard]] bool has_foreign_number(const nlohmann::json& patient, const Facts& facts);
// Whether it has an official number of this patient's.
[[nodiscard]] bool has_own_number(const nlohmann::json& patient, const Facts& facts);

// The Patient in `contained` that is how a document's source knew the document's patient: its sourcePatientInfo names
// the copy and nothing else does, and no number in it is somebody else's. nullptr: there is none. Work: as long as the
// document.
[[nodiscard]] const nlohmann::json* source_in(const nlohmann::json& document, const Facts& facts);

// The records that a record says it is about, as "Type/id": the targets of a Provenance, the appointment that is
// answered.
[[nodiscard]] std::vector<std::string> records_about(const nlohmann::json& record, const fhir::BaseUrl& base);

}  // namespace wardend::guard
