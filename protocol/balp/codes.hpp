// The code systems of AuditEvents, and the codes that wardend's events have of them. No I/O.
// Spec: IHE BALP 1.1.5; DICOM PS3.16, CID 400 to 403; FHIR R4, AuditEvent
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace wardend::balp {

using Json = nlohmann::ordered_json;

struct Code {
  std::string_view system, code, display;
};

namespace systems {
inline constexpr std::string_view dicom = "http://dicom.nema.org/resources/ontology/DCM";
inline constexpr std::string_view interaction = "http://hl7.org/fhir/restful-interaction";
inline constexpr std::string_view event_type = "http://terminology.hl7.org/CodeSystem/audit-event-type";
inline constexpr std::string_view entity_type = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
inline constexpr std::string_view object_role = "http://terminology.hl7.org/CodeSystem/object-role";
inline constexpr std::string_view participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
inline constexpr std::string_view purpose = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
inline constexpr std::string_view iti = "urn:ihe:event-type-code";
inline constexpr std::string_view request_id = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";
// wardend's own: what an event was in the trail, and what its entities are.
inline constexpr std::string_view local = "urn:wardend:audit";
inline constexpr std::string_view session = "urn:wardend:session";
inline constexpr std::string_view entry = "urn:wardend:audit:sequence";
inline constexpr std::string_view unix_user = "urn:wardend:uid";
inline constexpr std::string_view workstation = "urn:wardend:workstation";
}  // namespace systems

namespace types {
inline constexpr Code rest{systems::event_type, "rest", "Restful Operation"};
inline constexpr Code application_activity{systems::dicom, "110100", "Application Activity"};
inline constexpr Code audit_log_used{systems::dicom, "110101", "Audit Log Used"};
inline constexpr Code patient_record{systems::dicom, "110110", "Patient Record"};
inline constexpr Code security_alert{systems::dicom, "110113", "Security Alert"};
inline constexpr Code user_authentication{systems::dicom, "110114", "User Authentication"};
}  // namespace types

namespace subtypes {
inline constexpr Code none{};
inline constexpr Code application_start{systems::dicom, "110120", "Application Start"};
inline constexpr Code application_stop{systems::dicom, "110121", "Application Stop"};
inline constexpr Code login{systems::dicom, "110122", "Login"};
inline constexpr Code logout{systems::dicom, "110123", "Logout"};
inline constexpr Code emergency_override{systems::dicom, "110127", "Emergency Override Started"};
inline constexpr Code security_configuration{systems::dicom, "110129", "Security Configuration"};
inline constexpr Code software_configuration{systems::dicom, "110131", "Software Configuration"};
inline constexpr Code restricted_function{systems::dicom, "110132", "Use of Restricted Function"};
inline constexpr Code recording_stopped{systems::dicom, "110133", "Audit Recording Stopped"};
inline constexpr Code recording_started{systems::dicom, "110134", "Audit Recording Started"};
inline constexpr Code get_access_token{systems::iti, "ITI-71", "Get Access Token"};
}  // namespace subtypes

namespace roles {
inline constexpr Code application{systems::dicom, "110150", "Application"};
inline constexpr Code destination{systems::dicom, "110152", "Destination Role ID"};
inline constexpr Code source{systems::dicom, "110153", "Source Role ID"};
inline constexpr Code custodian{"http://terminology.hl7.org/CodeSystem/provenance-participant-type", "custodian",
                                "Custodian"};
inline constexpr Code authorization_server{"https://profiles.ihe.net/ITI/BALP/CodeSystem/UserAgentTypes",
                                           "AuthzOauthService", "OAuth Authorization Server"};
inline constexpr Code human{"http://terminology.hl7.org/CodeSystem/extra-security-role-type", "humanuser",
                            "human user"};
inline constexpr Code recipient{systems::participation, "IRCP", "information recipient"};
inline constexpr Code author{systems::participation, "AUT", "author (originator)"};
}  // namespace roles

namespace entities {
inline constexpr Code person{systems::entity_type, "1", "Person"};
inline constexpr Code system_object{systems::entity_type, "2", "System Object"};
inline constexpr Code other{systems::entity_type, "4", "Other"};
inline constexpr Code request_id{systems::request_id, "XrequestId", {}};
inline constexpr Code patient{systems::object_role, "1", "Patient"};
inline constexpr Code domain_resource{systems::object_role, "4", "Domain Resource"};
inline constexpr Code security_resource{systems::object_role, "13", "Security Resource"};
inline constexpr Code query{systems::object_role, "24", "Query"};
inline constexpr Code erased{"http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle", "15",
                             "Permanent erasure / Physical destruction"};
}  // namespace entities

// A Coding of FHIR; without a display where the code has none.
[[nodiscard]] Json coding(const Code& code);
// A CodeableConcept with this coding alone.
[[nodiscard]] Json concept_of(const Code& code);

}  // namespace wardend::balp
