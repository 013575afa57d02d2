#include "daemon/launch/clinician_words.hpp"

#include <algorithm>
#include <array>

namespace wardend::launch {
namespace {

constexpr auto passing = Words::Trouble::passing;
constexpr std::string_view tell_it = "Tell IT the reference below.";
constexpr std::string_view again = "Launch the app again.";
constexpr std::string_view from_ehr = "Launch the app from the EHR.";
constexpr std::string_view later = "Try again in a few minutes.";
constexpr std::string_view way_closed = "The way from this workstation to the EHR is closed right now.";
constexpr std::string_view no_secure_connection = "This workstation cannot make a secure connection to the EHR.";

// `code` may end with "*", which stands for any rest. The first row that fits counts; each stage ends with "*".
struct Row {
  LaunchStage stage;
  std::string_view code;
  Words words;
};
constexpr Words unreadable = {"The EHR's answer cannot be read.", again};
constexpr Words sign_in_first = {"The EHR wants you to sign in to it first.",
                                 "Sign in to the EHR, then launch the app from there."};
constexpr Words foreign_answer = {"The answer did not come from the EHR that the launch went to.", tell_it};
constexpr Words no_sign_in_now = {"The EHR cannot sign you in right now.", later, passing};
constexpr Words not_finished_now = {"The EHR could not finish the sign-in right now.",
                                    "Launch the app again in a few minutes.", passing};
constexpr Words no_way_back = {"This workstation is not set up to take the EHR's answer.", tell_it};
constexpr Words app_refused = {"The EHR does not accept this app.", tell_it};
constexpr Words clocks_differ = {"The clock of this workstation and the clock of the EHR do not agree.",
                                 "Tell IT that the clocks differ."};
constexpr Words unchecked = {"The EHR could not confirm right now who signed in.",
                             "Launch the app again in a few minutes.", passing};

constexpr std::array rows = {
    Row{LaunchStage::discovery, "discovery_unreachable", {"The EHR cannot be reached right now.", later, passing}},
    Row{LaunchStage::discovery, "discovery_timeout", {"The EHR does not answer right now.", later, passing}},
    Row{LaunchStage::discovery, "discovery_tls", {no_secure_connection, tell_it}},
    Row{LaunchStage::discovery, "discovery_handshake", {no_secure_connection, tell_it}},
    Row{LaunchStage::discovery, "discovery_proxy", {way_closed, later, passing}},
    Row{LaunchStage::discovery,
        "discovery_changed",
        {"The EHR's sign-in address has changed, and IT has not confirmed the new one yet.", tell_it}},
    Row{LaunchStage::discovery, "no_authorization_endpoint", {"The EHR offers no sign-in for apps.", tell_it}},
    Row{LaunchStage::discovery, "*", {"The EHR's description of its sign-in cannot be used.", tell_it}},

    Row{LaunchStage::client, "*", {"This workstation cannot prove to the EHR which app it runs.", tell_it}},

    Row{LaunchStage::authorization,
        "access_denied",
        {"The sign-in was cancelled, or the EHR did not allow it.", "Launch the app again if that was not meant."}},
    Row{LaunchStage::authorization, "temporarily_unavailable", no_sign_in_now},
    Row{LaunchStage::authorization, "server_error", no_sign_in_now},
    Row{LaunchStage::authorization, "login_required", sign_in_first},
    Row{LaunchStage::authorization, "interaction_required", sign_in_first},
    Row{LaunchStage::authorization, "account_selection_required", sign_in_first},
    Row{LaunchStage::authorization, "consent_required", sign_in_first},
    Row{LaunchStage::authorization, "invalid_scope", {"The EHR does not let this app have what it asks for.", tell_it}},
    Row{LaunchStage::authorization, "issuer_*", foreign_answer},
    Row{LaunchStage::authorization, "state_mismatch", {"The EHR's answer does not fit this launch.", again}},
    Row{LaunchStage::authorization, "state_missing", {"The EHR's answer does not say which launch it is for.", again}},
    Row{LaunchStage::authorization,
        "no_audit_trail",
        {"Apps cannot be opened on this workstation right now.", tell_it}},
    Row{LaunchStage::authorization, "redirect_port", no_way_back},
    Row{LaunchStage::authorization, "no_loopback", no_way_back},
    Row{LaunchStage::authorization, "too_long", unreadable},
    Row{LaunchStage::authorization, "malformed_query", unreadable},
    Row{LaunchStage::authorization, "duplicate_parameter", unreadable},
    Row{LaunchStage::authorization, "code_and_error", unreadable},
    Row{LaunchStage::authorization, "no_code", unreadable},
    Row{LaunchStage::authorization, "*", {"The EHR refused to let this app sign in.", tell_it}},

    Row{LaunchStage::token, "token_timeout", {"The EHR took too long to finish the sign-in.", again}},
    Row{LaunchStage::token,
        "token_unreachable",
        {"The EHR could not be reached to finish the sign-in.", "Launch the app again in a few minutes.", passing}},
    Row{LaunchStage::token, "token_tls", {no_secure_connection, tell_it}},
    Row{LaunchStage::token, "token_handshake", {no_secure_connection, tell_it}},
    Row{LaunchStage::token, "token_proxy", {way_closed, "Launch the app again in a few minutes.", passing}},
    Row{LaunchStage::token, "temporarily_unavailable", not_finished_now},
    Row{LaunchStage::token, "server_error", not_finished_now},
    Row{LaunchStage::token, "slow_down", not_finished_now},
    Row{LaunchStage::token, "http_5*", not_finished_now},
    Row{LaunchStage::token, "http_408", not_finished_now},
    Row{LaunchStage::token, "http_425", not_finished_now},
    Row{LaunchStage::token, "http_429", not_finished_now},
    Row{LaunchStage::token, "invalid_grant", {"The EHR no longer accepts this sign-in.", again}},
    Row{LaunchStage::token, "invalid_client", app_refused},
    Row{LaunchStage::token, "unauthorized_client", app_refused},
    Row{LaunchStage::token, "invalid_request", app_refused},
    Row{LaunchStage::token, "invalid_scope", app_refused},
    Row{LaunchStage::token, "unsupported_grant_type", app_refused},
    Row{LaunchStage::token,
        "bad_context_id",
        {"The EHR's answer does not say clearly which patient is meant.", tell_it}},
    Row{LaunchStage::token, "*", {"The EHR's answer to the sign-in cannot be used.", tell_it}},

    Row{LaunchStage::identity, "no_id_token", {"The EHR did not say who signed in.", tell_it}},
    Row{LaunchStage::identity, "no_openid", {"This app is not set up to learn who signs in.", tell_it}},
    Row{LaunchStage::identity, "expired", clocks_differ},
    Row{LaunchStage::identity, "issued_in_future", clocks_differ},
    Row{LaunchStage::identity, "issued_long_ago", clocks_differ},
    Row{LaunchStage::identity, "jwks_unreachable", unchecked},
    Row{LaunchStage::identity, "jwks_timeout", unchecked},
    Row{LaunchStage::identity, "jwks_tls", {no_secure_connection, tell_it}},
    Row{LaunchStage::identity, "jwks_handshake", {no_secure_connection, tell_it}},
    Row{LaunchStage::identity,
        "another_fhir_user",
        {"The EHR names another person than before for this sign-in.", "Sign out of the EHR, and in again."}},
    Row{LaunchStage::identity, "nonce_mismatch", {"The EHR's answer belongs to another sign-in.", again}},
    Row{LaunchStage::identity, "*", {"It could not be confirmed who signed in.", tell_it}},
};

bool fits(std::string_view pattern, std::string_view code) {
  if (!pattern.ends_with('*')) return pattern == code;
  return code.starts_with(pattern.substr(0, pattern.size() - 1));
}

Words words_for_clear(ClearReason reason) {
  switch (reason) {
    case ClearReason::os_lock:
    case ClearReason::ehr_lock:
    case ClearReason::session_inactive:
    case ClearReason::fhircast_hibernate:
      return {"The workstation was locked before the sign-in was finished.", "Unlock it, then launch the app again."};
    case ClearReason::ehr_logout:
    case ClearReason::fhircast_logout:
    case ClearReason::session_removed:
    case ClearReason::ehr_gone:
      return {"Somebody signed out before this sign-in was finished.",
              "Sign in to the EHR, then launch the app from there."};
    case ClearReason::suspend:
      return {"The workstation went to sleep before the sign-in was finished.", from_ehr};
    case ClearReason::ehr_user_switch:
    case ClearReason::other_user:
      return {"Another user signed in before this sign-in was finished.", from_ehr};
    case ClearReason::lock_source_lost:
    case ClearReason::fhircast_lost:
    case ClearReason::patient_changed:
    case ClearReason::idle:
    case ClearReason::max_lifetime:
    case ClearReason::operator_request:
    case ClearReason::app_disabled:
    case ClearReason::reconfigured:
    case ClearReason::ended_by_app:
    case ClearReason::superseded:
    case ClearReason::restart:
      return {"The launch was ended before the sign-in was finished.", from_ehr};
  }
  return {};
}

Words words_for_presence(workstation::Presence presence) {
  if (presence == workstation::Presence::locked)
    return {"The workstation is locked.", "Unlock it, then launch the app again."};
  return {"Nobody has signed in to the EHR since this workstation was last locked.", from_ehr};
}

Words words_for_kind(Errc kind) {
  switch (kind) {
    case Errc::PatientContextMissing:
      return {"The EHR named no patient.", "Open the patient's chart in the EHR and launch the app from there."};
    case Errc::PatientUnverified:
      return {"The EHR's record of this patient could not be confirmed.",
              "Check in the EHR that this is the right record, then launch the app from there."};
    case Errc::ScopeNotGranted:
      return {"The EHR does not let this app have all that it needs.", tell_it};
    case Errc::ServerUnavailable:
      return {"The EHR cannot be reached right now.", later, passing};
    case Errc::AppDisabled:
      return {"The app is switched off on this workstation.", "Ask IT when it will be back."};
    case Errc::RateLimited:
      return {"Too many launches were begun in a short time.", "Wait a minute, then launch the app again."};
    case Errc::UnknownServer:
      return {"This workstation is not set up for the EHR that launched the app.", tell_it};
    case Errc::UnknownApp:
      return {"This app is not set up on this workstation.", "Ask IT to check the EHR's launch address."};
    case Errc::InvalidRequest:
      return {"The EHR launched the app in a way that it is not set up for.", tell_it};
    case Errc::LaunchExpired:
      return {"The launch ended before the sign-in was finished.", again};
    case Errc::LaunchFailed:
    case Errc::SessionCleared:
    case Errc::WorkstationLocked:
    case Errc::NotAuthorized:
    case Errc::UnknownSession:
    case Errc::NotSupported:
    case Errc::AmbiguousSession:
    case Errc::ReauthenticationRequired:
    case Errc::PatientMismatch:
    case Errc::EncounterMismatch:
    case Errc::ResourceRejected:
    case Errc::TooLarge:
    case Errc::InvalidTarget:
    case Errc::ConfigInvalid:
      break;
  }
  return {"The launch did not work.", tell_it};
}

}  // namespace

Words words_for(LaunchStage stage, std::string_view code) {
  for (const Row& row : rows)
    if (row.stage == stage && fits(row.code, code)) return row.words;
  return {"The launch did not work.", tell_it};
}

bool is_known_code(LaunchStage stage, std::string_view code) {
  return std::ranges::any_of(rows, [&](const Row& row) { return row.stage == stage && row.code == code; });
}

Words words_for(const Error& error, workstation::Presence presence) {
  if (const auto* failed = error.as<errors::LaunchFailed>()) return words_for(*failed->stage, *failed->code);
  if (const auto* cleared = error.as<errors::SessionCleared>()) return words_for_clear(*cleared->reason);
  if (error.as<errors::WorkstationLocked>() != nullptr) return words_for_presence(presence);
  return words_for_kind(error.code());
}

}  // namespace wardend::launch
