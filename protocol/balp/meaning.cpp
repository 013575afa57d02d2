#include "protocol/balp/meaning.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

#include "base/json_members.hpp"
#include "protocol/balp/values.hpp"

namespace wardend::balp {
namespace {

struct Row {
  std::string_view kind, action;  // action "": any
  Code type, subtype;
};

// The first row that fits. Spec: standards digest, events that are no REST request; DICOM PS3.16, CID 400 to 403
constexpr std::array rows = {
    Row{"start", "", types::application_activity, subtypes::application_start},
    Row{"stop", "", types::application_activity, subtypes::application_stop},
    Row{"rotation", "", types::security_alert, subtypes::recording_started},
    Row{"gap", "", types::security_alert, subtypes::recording_stopped},
    Row{"launch", "", types::user_authentication, subtypes::login},
    Row{"token", "", types::user_authentication, subtypes::none},
    Row{"refresh", "odd_user", types::security_alert, subtypes::restricted_function},
    Row{"refresh", "", types::user_authentication, subtypes::none},
    Row{"clear", "", types::user_authentication, subtypes::logout},
    Row{"session_end", "", types::user_authentication, subtypes::logout},
    Row{"revocation", "", types::user_authentication, subtypes::none},
    Row{"control", "VerifyAudit", types::audit_log_used, subtypes::none},
    Row{"control", "Reload", types::security_alert, subtypes::software_configuration},
    Row{"control", "SetAppEnabled", types::security_alert, subtypes::software_configuration},
    Row{"control", "AcceptServer", types::security_alert, subtypes::security_configuration},
    Row{"service", "reload", types::security_alert, subtypes::software_configuration},
    Row{"service", "caller_refused", types::security_alert, subtypes::restricted_function},
    Row{"fhircast", "hub_refused", types::security_alert, subtypes::restricted_function},
    Row{"fhircast", "user_logout", types::user_authentication, subtypes::logout},
    Row{"fhircast", "user_hibernate", types::user_authentication, subtypes::logout},
    Row{"patient", "", types::patient_record, subtypes::none},
    Row{"write", "", types::patient_record, subtypes::none},
    Row{"access", "", types::patient_record, subtypes::none},
};

struct Interaction {
  std::string_view name;  // as the trail has it
  Layout layout;
  std::string_view code, action, profile;
};
constexpr std::array interactions = {
    Interaction{"read", Layout::read, "read", "R", "Read"},
    Interaction{"vread", Layout::read, "vread", "R", "Read"},
    Interaction{"search", Layout::query, "search-type", "E", "Query"},
    Interaction{"create", Layout::write, "create", "C", "Create"},
    Interaction{"update", Layout::write, "update", "U", "Update"},
    Interaction{"patch", Layout::write, "patch", "U", "Update"},
    Interaction{"delete", Layout::erase, "delete", "D", "Delete"},
    Interaction{"operation", Layout::other_request, "operation", "E", ""},
    Interaction{"batch", Layout::other_request, "batch", "E", ""},
    Interaction{"transaction", Layout::other_request, "transaction", "E", ""},
};

// Who called may not do that, or works on another patient than they think.
constexpr std::array<std::string_view, 7> alerts = {"NotAuthorized",     "RoleNeeded",        "PatientMismatch",
                                                    "EncounterMismatch", "PatientUnverified", "InvalidTarget",
                                                    "UnknownServer"};
constexpr std::array<std::string_view, 6> locks = {"os_lock",          "ehr_lock", "fhircast_hibernate",
                                                   "session_inactive", "suspend",  "idle"};
constexpr std::array<std::string_view, 2> switches = {"ehr_user_switch", "other_user"};
// Gaps that no loss of power and no full disk explains.
constexpr std::array<std::string_view, 4> tampered = {"removed", "shortened", "rewritten", "foreign"};

bool is_among(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string local_code(const nlohmann::json& entry) {
  const std::string_view kind = text_view_member(entry, "kind"), reason = text_view_member(entry, "reason");
  if (kind == "token") return "token-released";
  if (kind == "revocation") return "token-revoked";
  if (kind == "refresh" && text_view_member(entry, "action") != "odd_user") return "token-refresh";
  if (kind == "clear" || kind == "session_end") {
    if (is_among(locks, reason)) return "session-lock";
    if (is_among(switches, reason)) return "user-switch";
  }
  const std::string action = code_of(text_view_member(entry, "action"));
  return code_of(std::string(kind) + (action.empty() ? "" : "-" + action));
}

std::string_view outcome_of(const nlohmann::json& entry) {
  const std::string_view kind = text_view_member(entry, "kind"), reason = text_view_member(entry, "reason");
  if (kind == "gap") return is_among(tampered, text_view_member(entry, "action")) ? "8" : "4";
  if (kind == "start" || kind == "stop" || kind == "rotation") return "0";
  if (text_view_member(entry, "outcome") != "granted") return reason == "invalid_client" ? "8" : "4";
  // What an app says of its own request to the server.
  return (kind == "write" || kind == "access") && (reason == "denied" || reason == "failure") ? "4" : "0";
}

// A request of the FHIR server that was made, as far as the app told.
const Interaction* request_of(const nlohmann::json& entry) {
  const std::string_view kind = text_view_member(entry, "kind");
  if (kind != "access" && !(kind == "write" && text_view_member(entry, "action") == "outcome")) return nullptr;
  const auto found = std::ranges::find(interactions, text_view_member(entry, "interaction"), &Interaction::name);
  return found == interactions.end() ? nullptr : &*found;
}

Meaning request(const Interaction& made, const nlohmann::json& entry) {
  Meaning meaning{.layout = made.layout, .type = types::rest, .action = made.action, .outcome = outcome_of(entry)};
  const bool everywhere = made.layout == Layout::query && text_view_member(entry, "resource").empty();
  const std::string_view code = everywhere ? "search-system" : made.code;
  meaning.subtypes = {{systems::interaction, code, code}};
  if (meaning.outcome == "0") meaning.profile = made.profile;
  return meaning;
}

// New tokens from the authorization server. A launch for a patient stays as it is: the profile has no place for one.
bool is_token_request(const nlohmann::json& entry) {
  const std::string_view kind = text_view_member(entry, "kind");
  if (text_view_member(entry, "outcome") != "granted") return false;
  return (kind == "refresh" && text_view_member(entry, "action") != "odd_user") ||
         (kind == "launch" && text_view_member(entry, "patient").empty());
}

bool is_alert(const nlohmann::json& entry) {
  if (text_view_member(entry, "outcome") == "granted") return false;
  const std::string_view kind = text_view_member(entry, "kind"), action = text_view_member(entry, "action");
  return (kind == "write" && action != "outcome") || (kind == "access" && action == "refused") || kind == "patient" ||
         is_among(alerts, text_view_member(entry, "result")) || text_view_member(entry, "reason") == "state_mismatch";
}

}  // namespace

Meaning meaning_of(const nlohmann::json& entry) {
  if (const Interaction* made = request_of(entry)) return request(*made, entry);
  if (is_token_request(entry))
    return {.layout = Layout::token_request,
            .type = types::user_authentication,
            .subtypes = {subtypes::get_access_token},
            .profile = "IUA.71"};
  Meaning meaning{.local = local_code(entry), .outcome = outcome_of(entry)};
  const std::string_view kind = text_view_member(entry, "kind"), action = text_view_member(entry, "action");
  const auto row = std::ranges::find_if(
      rows, [&](const Row& one) { return one.kind == kind && (one.action.empty() || one.action == action); });
  Code subtype = row == rows.end() ? subtypes::none : row->subtype;
  if (row != rows.end()) meaning.type = row->type;
  if (is_alert(entry))
    std::tie(meaning.type, subtype) = std::pair(types::security_alert, subtypes::restricted_function);
  if (kind == "write" && text_view_member(entry, "reason") == "emergency_override")
    std::tie(meaning.type, subtype) = std::pair(types::security_alert, subtypes::emergency_override);
  if (!subtype.code.empty()) meaning.subtypes.push_back(subtype);
  return meaning;
}

}  // namespace wardend::balp
