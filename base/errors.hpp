// Every error that a caller can be told: one struct for each, with the members that the Varlink interfaces declare for
// it under the same names. The code generated from the interfaces reads these members, so a member that is missing
// here, or optional here and required there, does not compile. Not for failures that stay inside a module: those have
// types of their own there.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/clear_reason.hpp"
#include "base/clock.hpp"
#include "base/launch_context.hpp"

namespace wardend {

// The names: on the wire, in logs, as metric labels and as audit results.
enum class Errc {
  UnknownApp,
  NotAuthorized,
  InvalidRequest,
  UnknownServer,
  UnknownSession,
  NotSupported,
  AmbiguousSession,
  SessionCleared,
  ReauthenticationRequired,
  LaunchFailed,
  LaunchExpired,
  PatientContextMissing,
  PatientMismatch,
  EncounterMismatch,
  PatientUnverified,
  ScopeNotGranted,
  ResourceRejected,
  ServerUnavailable,
  AppDisabled,
  WorkstationLocked,
  RateLimited,
  TooLarge,
  InvalidTarget,
  ConfigInvalid,
};

[[nodiscard]] std::string_view name_of(Errc code);

// Every Errc, in declaration order: for tables, metrics and tests.
[[nodiscard]] const std::vector<Errc>& all_errcs();

// A member that must be given where the error is made: without it there is no way to make one.
template <typename T>
class Required {
 public:
  template <typename U>
    requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, Required>)
  constexpr Required(U&& value) : value_(std::forward<U>(value)) {}

  [[nodiscard]] constexpr const T& operator*() const { return value_; }
  [[nodiscard]] constexpr const T* operator->() const { return &value_; }
  friend bool operator==(const Required&, const Required&) = default;

 private:
  T value_;
};

// Where a launch failed. The names are those on the wire.
enum class LaunchStage { discovery, client, authorization, token, identity };
[[nodiscard]] std::string_view name_of(LaunchStage stage);

// `reason`, `description` and `what` are for people: what is wrong, and what to do next. No member but `requested` and
// `context` may name a patient, and none holds a secret.
namespace errors {

struct UnknownApp {
  static constexpr Errc errc = Errc::UnknownApp;
  Required<std::string> reason;
};

// The broker does not serve this caller.
struct NotAuthorized {
  static constexpr Errc errc = Errc::NotAuthorized;
  Required<std::string> reason;
};

// The control interface's NotAuthorized: the caller is in no group of `role` (ehr, operator, observer).
struct RoleNeeded {
  static constexpr Errc errc = Errc::NotAuthorized;
  Required<std::string> role;
};

// The parameter `field` has a value that cannot be used.
struct InvalidRequest {
  static constexpr Errc errc = Errc::InvalidRequest;
  Required<std::string> field;
  Required<std::string> reason;
};

// `server`: what was asked for.
struct UnknownServer {
  static constexpr Errc errc = Errc::UnknownServer;
  Required<std::string> server;
  Required<std::string> reason;
};

struct UnknownSession {
  static constexpr Errc errc = Errc::UnknownSession;
  Required<std::string> reason;
};

// `what`: the method, or what of it, that this version does not have.
struct NotSupported {
  static constexpr Errc errc = Errc::NotSupported;
  Required<std::string> what;
};

// Several sessions would do: `sessions` are their ids.
struct AmbiguousSession {
  static constexpr Errc errc = Errc::AmbiguousSession;
  Required<std::vector<std::string>> sessions;
};

// Made by session::Cleared and session::EpochEnd, which know why and when.
struct SessionCleared {
  static constexpr Errc errc = Errc::SessionCleared;
  Required<ClearReason> reason;
  Required<WallTime> at;
};

// The session is there, but its tokens are gone: only a new launch helps.
struct ReauthenticationRequired {
  static constexpr Errc errc = Errc::ReauthenticationRequired;
  Required<std::string> session;
  Required<std::string> reason;
  Required<LaunchContext> context;  // of the session, so that the app can launch for the same patient
};

// `code`: a word for support (an OAuth error, a check that failed).
struct LaunchFailed {
  static constexpr Errc errc = Errc::LaunchFailed;
  Required<LaunchStage> stage;
  Required<std::string> code;
  Required<std::string> description;
};

struct LaunchExpired {
  static constexpr Errc errc = Errc::LaunchExpired;
  Required<std::string> reason;
};

// `session` is absent where the launch itself ends with it.
struct PatientContextMissing {
  static constexpr Errc errc = Errc::PatientContextMissing;
  Required<std::string> reason;
  std::optional<std::string> session = {};
};

// `requested`: the patient that the caller named.
struct PatientMismatch {
  static constexpr Errc errc = Errc::PatientMismatch;
  Required<std::string> session;
  Required<std::string> requested;
};

// `requested`: the encounter that the caller named.
struct EncounterMismatch {
  static constexpr Errc errc = Errc::EncounterMismatch;
  Required<std::string> session;
  Required<std::string> requested;
};

struct PatientUnverified {
  static constexpr Errc errc = Errc::PatientUnverified;
  Required<std::vector<std::string>> findings;
};

// `missing`: scopes that the app needs.
struct ScopeNotGranted {
  static constexpr Errc errc = Errc::ScopeNotGranted;
  Required<std::vector<std::string>> missing;
  Required<std::string> reason;
};

// `path`: where in the resource.
struct ResourceRejected {
  static constexpr Errc errc = Errc::ResourceRejected;
  Required<std::string> reason;
  std::optional<std::string> path = {};
};

// `since`: when the link to the server went down. `retry_after`: when to ask again, where that is known. `advice`: the
// app's approved fallback.
struct ServerUnavailable {
  static constexpr Errc errc = Errc::ServerUnavailable;
  Required<std::string> server;
  Required<std::string> reason;
  std::optional<WallTime> since = {};
  std::optional<std::chrono::seconds> retry_after = {};
  std::optional<std::string> advice = {};
};

struct AppDisabled {
  static constexpr Errc errc = Errc::AppDisabled;
  Required<std::string> reason;
  std::optional<std::string> advice = {};
};

// Locked, or held: nobody has proved to be there since the last clear.
struct WorkstationLocked {
  static constexpr Errc errc = Errc::WorkstationLocked;
  Required<std::string> reason;
};

struct RateLimited {
  static constexpr Errc errc = Errc::RateLimited;
  Required<std::chrono::milliseconds> retry_after_ms;
  Required<std::string> reason;
};

// `limit`: in bytes or in items, as `reason` says.
struct TooLarge {
  static constexpr Errc errc = Errc::TooLarge;
  Required<std::int64_t> limit;
  Required<std::string> reason;
};

struct InvalidTarget {
  static constexpr Errc errc = Errc::InvalidTarget;
  Required<std::string> reason;
};

// `findings`: FILE:LINE:COLUMN: what, and what to do.
struct ConfigInvalid {
  static constexpr Errc errc = Errc::ConfigInvalid;
  Required<std::vector<std::string>> findings;
};

using Any = std::variant<UnknownApp, NotAuthorized, RoleNeeded, InvalidRequest, UnknownServer, UnknownSession,
                         NotSupported, AmbiguousSession, SessionCleared, ReauthenticationRequired, LaunchFailed,
                         LaunchExpired, PatientContextMissing, PatientMismatch, EncounterMismatch, PatientUnverified,
                         ScopeNotGranted, ResourceRejected, ServerUnavailable, AppDisabled, WorkstationLocked,
                         RateLimited, TooLarge, InvalidTarget, ConfigInvalid>;

}  // namespace errors
}  // namespace wardend
