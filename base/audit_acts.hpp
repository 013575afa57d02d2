// What the audit trail can tell of: the closed list of kinds, and of the actions of each. docs/audit.md shows this
// table, and whoever reads entries (a mapping, a report) switches over AuditAct, so that none is forgotten.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/audit_kind.hpp"

namespace wardend {

// What an entry says: a kind, and one of its actions.
enum class AuditAct : std::uint8_t {
  launch_ehr,
  launch_standalone,
  token_issue,
  refresh_refresh,
  refresh_odd_user,
  clear_login_session,
  clear_server,
  clear_app,
  clear_session,
  session_end,
  revocation_refresh_token,
  revocation_access_token,
  control_report_lock,
  control_clear_sessions,
  control_status,
  control_verify_app,
  control_launches,
  control_set_app_enabled,
  control_reload,
  control_accept_server,
  control_verify_audit,
  service_reload,
  service_resumed,
  service_clock_set,
  service_sessions_restored,
  service_capabilities_changed,
  service_caller_refused,
  service_others,
  work_park,
  work_resume,
  work_expire,
  fhircast_subscribed,
  fhircast_subscription_ended,
  fhircast_channel_lost,
  fhircast_hub_refused,
  fhircast_user_logout,
  fhircast_user_hibernate,
  fhircast_other_topic,
  fhircast_sync_error,
  fhircast_doubtful,
  fhircast_chatter,
  patient_check,
  write_create,
  write_update,
  write_patch,
  write_delete,
  write_transaction,
  write_outcome,
  access_read,
  access_vread,
  access_search,
  access_create,
  access_update,
  access_patch,
  access_delete,
  access_operation,
  access_refused,
  start_started,
  stop_stopped,
  rotation_begun,
  rotation_rotated,
  gap_power_loss,
  gap_unclean_end,
  gap_dropped,
  gap_unsynced,
  gap_removed,
  gap_shortened,
  gap_rewritten,
  gap_foreign,
};

struct AuditActRow {
  AuditAct act;
  AuditKind kind;
  std::string_view action;  // as on the line
  std::string_view when;    // in words, for docs/audit.md
};

inline constexpr auto audit_acts = std::to_array<AuditActRow>({
    {AuditAct::launch_ehr, AuditKind::launch, "ehr", "an EHR opened the app; granted: its user has signed in"},
    {AuditAct::launch_standalone, AuditKind::launch, "standalone",
     "the app began by itself; granted: its user has signed in"},
    {AuditAct::token_issue, AuditKind::token, "issue", "an app was given a token, or refused one"},
    {AuditAct::refresh_refresh, AuditKind::refresh, "refresh", "tokens were renewed, or could not be"},
    {AuditAct::refresh_odd_user, AuditKind::refresh, "odd_user", "the server names another user than at the launch"},
    {AuditAct::clear_login_session, AuditKind::clear, "login_session",
     "access was taken away: lock, user switch, sign-out, suspend, an operator"},
    {AuditAct::clear_server, AuditKind::clear, "server", "the same, for one server"},
    {AuditAct::clear_app, AuditKind::clear, "app", "the same, for one app"},
    {AuditAct::clear_session, AuditKind::clear, "session", "the same, for one session"},
    {AuditAct::session_end, AuditKind::session_end, "end",
     "one session ended: why, the tokens it was given, the accesses it recorded"},
    {AuditAct::revocation_refresh_token, AuditKind::revocation, "refresh_token",
     "the server was told to forget a refresh token"},
    {AuditAct::revocation_access_token, AuditKind::revocation, "access_token",
     "the server was told to forget an access token"},
    {AuditAct::control_report_lock, AuditKind::control, "ReportLock", "the EHR's agent told of a lock"},
    {AuditAct::control_clear_sessions, AuditKind::control, "ClearSessions", "an operator took access away"},
    {AuditAct::control_status, AuditKind::control, "Status", "somebody read what is held"},
    {AuditAct::control_verify_app, AuditKind::control, "VerifyApp", "somebody compared an app with a server"},
    {AuditAct::control_launches, AuditKind::control, "Launches", "somebody read what launches brought"},
    {AuditAct::control_set_app_enabled, AuditKind::control, "SetAppEnabled", "an operator switched an app"},
    {AuditAct::control_reload, AuditKind::control, "Reload", "an operator had the configuration read"},
    {AuditAct::control_accept_server, AuditKind::control, "AcceptServer",
     "an operator accepted a server's changed endpoints"},
    {AuditAct::control_verify_audit, AuditKind::control, "VerifyAudit", "somebody had this trail read"},
    {AuditAct::service_reload, AuditKind::service, "reload", "systemd had the configuration read"},
    {AuditAct::service_resumed, AuditKind::service, "resumed", "the machine was asleep"},
    {AuditAct::service_clock_set, AuditKind::service, "clock_set", "the workstation's clock was set"},
    {AuditAct::service_sessions_restored, AuditKind::service, "sessions_restored",
     "sessions came back after a restart"},
    {AuditAct::service_capabilities_changed, AuditKind::service, "capabilities_changed",
     "a server declares something else than before"},
    {AuditAct::service_caller_refused, AuditKind::service, "caller_refused",
     "a program that no rule knows, or that runs as another user, called"},
    {AuditAct::service_others, AuditKind::service, "others", "refusals of more users or kinds than are told apart"},
    {AuditAct::work_park, AuditKind::work, "park", "unfinished work was kept"},
    {AuditAct::work_resume, AuditKind::work, "resume", "unfinished work was given back"},
    {AuditAct::work_expire, AuditKind::work, "expire", "unfinished work was deleted"},
    {AuditAct::fhircast_subscribed, AuditKind::fhircast, "subscribed", "the EHR's hub is followed"},
    {AuditAct::fhircast_subscription_ended, AuditKind::fhircast, "subscription_ended",
     "the hub ended the subscription, or gave none"},
    {AuditAct::fhircast_channel_lost, AuditKind::fhircast, "channel_lost", "the hub has been gone for loss_grace"},
    {AuditAct::fhircast_hub_refused, AuditKind::fhircast, "hub_refused",
     "a hub is not followed, as the configuration does not allow its host"},
    {AuditAct::fhircast_user_logout, AuditKind::fhircast, "user_logout", "the hub told that the user signed out"},
    {AuditAct::fhircast_user_hibernate, AuditKind::fhircast, "user_hibernate",
     "the hub told that the user's EHR locked"},
    {AuditAct::fhircast_other_topic, AuditKind::fhircast, "other_topic",
     "the hub told a sign-out of somebody else's topic"},
    {AuditAct::fhircast_sync_error, AuditKind::fhircast, "sync_error", "the hub told that an app did not follow"},
    {AuditAct::fhircast_doubtful, AuditKind::fhircast, "doubtful", "the hub told something that contradicts itself"},
    {AuditAct::fhircast_chatter, AuditKind::fhircast, "chatter", "the hub told something that means nothing here"},
    {AuditAct::patient_check, AuditKind::patient, "check", "whether the patient's record may be used"},
    {AuditAct::write_create, AuditKind::write, "create", "a write was permitted or refused"},
    {AuditAct::write_update, AuditKind::write, "update", "the same"},
    {AuditAct::write_patch, AuditKind::write, "patch", "the same"},
    {AuditAct::write_delete, AuditKind::write, "delete", "the same"},
    {AuditAct::write_transaction, AuditKind::write, "transaction", "the same"},
    {AuditAct::write_outcome, AuditKind::write, "outcome", "what became of a permitted write, or that nobody said"},
    {AuditAct::access_read, AuditKind::access, "read", "an app told what it did with a token"},
    {AuditAct::access_vread, AuditKind::access, "vread", "the same"},
    {AuditAct::access_search, AuditKind::access, "search", "the same"},
    {AuditAct::access_create, AuditKind::access, "create", "the same"},
    {AuditAct::access_update, AuditKind::access, "update", "the same"},
    {AuditAct::access_patch, AuditKind::access, "patch", "the same"},
    {AuditAct::access_delete, AuditKind::access, "delete", "the same"},
    {AuditAct::access_operation, AuditKind::access, "operation", "the same"},
    {AuditAct::access_refused, AuditKind::access, "refused", "what an app told was not recorded"},
    {AuditAct::start_started, AuditKind::start, "started", "wardend started"},
    {AuditAct::stop_stopped, AuditKind::stop, "stopped", "wardend stopped"},
    {AuditAct::rotation_begun, AuditKind::rotation, "begun", "the trail's first file begins"},
    {AuditAct::rotation_rotated, AuditKind::rotation, "rotated", "one file begins after another"},
    {AuditAct::gap_power_loss, AuditKind::gap, "power_loss",
     "the machine ended without a stop: entries of the last moment may be missing"},
    {AuditAct::gap_unclean_end, AuditKind::gap, "unclean_end",
     "wardend ended without a stop, and no service manager kept what waited"},
    {AuditAct::gap_dropped, AuditKind::gap, "dropped",
     "more waited for the disk than there is room for (8 MiB); `count` is how many"},
    {AuditAct::gap_unsynced, AuditKind::gap, "unsynced", "the disk did not confirm a write at once"},
    {AuditAct::gap_removed, AuditKind::gap, "removed", "the file was removed, or all files were gone at the start"},
    {AuditAct::gap_shortened, AuditKind::gap, "shortened", "entries that were on the disk are not in the file"},
    {AuditAct::gap_rewritten, AuditKind::gap, "rewritten", "the file has other entries than were written"},
    {AuditAct::gap_foreign, AuditKind::gap, "foreign", "somebody else wrote to the file"},
});

[[nodiscard]] constexpr const AuditActRow& row_of(AuditAct act) { return audit_acts[static_cast<std::size_t>(act)]; }
[[nodiscard]] constexpr AuditKind kind_of(AuditAct act) { return row_of(act).kind; }
[[nodiscard]] constexpr std::string_view name_of(AuditAct act) { return row_of(act).action; }

static_assert(std::ranges::all_of(audit_acts, [](const AuditActRow& row) { return &row == &row_of(row.act); }),
              "the table is in the order of AuditAct, and has a row for each");

// nullopt: there is no such action of that kind.
[[nodiscard]] constexpr std::optional<AuditAct> find_act(AuditKind kind, std::string_view action) {
  for (const AuditActRow& row : audit_acts)
    if (row.kind == kind && row.action == action) return row.act;
  return std::nullopt;
}
// The same of the words on a line.
[[nodiscard]] constexpr std::optional<AuditAct> find_act(std::string_view kind, std::string_view action) {
  for (const AuditActRow& row : audit_acts)
    if (name_of(row.kind) == kind && row.action == action) return row.act;
  return std::nullopt;
}

// An act of one kind: another one does not compile.
template <AuditKind kind>
class ActOf {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): an act of the kind is one.
  consteval ActOf(AuditAct act) : act_(kind_of(act) == kind ? act : throw "an act of another kind") {}
  // nullopt: there is no such action of that kind.
  [[nodiscard]] static constexpr std::optional<ActOf> find(std::string_view action) {
    const auto act = find_act(kind, action);
    return act ? std::optional(ActOf(*act, Found())) : std::nullopt;
  }
  // NOLINTNEXTLINE(google-explicit-constructor): see above
  constexpr operator AuditAct() const { return act_; }

 private:
  struct Found {};
  constexpr ActOf(AuditAct act, Found) : act_(act) {}
  AuditAct act_;
};

}  // namespace wardend
