// What can go wrong, as values. Errc is the one closed list of failures that a caller can be told: its names are the
// Varlink errors of org.wardend.Broker and org.wardend.Control, the metric labels and the audit results. Failures that
// never leave a module (a lost connection, a parser's complaint) have types of their own there.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wardend {

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

// The name as on the wire, in logs and in metric labels.
[[nodiscard]] std::string_view name_of(Errc code);

// Every Errc, in declaration order: for tables, metrics and tests.
[[nodiscard]] const std::vector<Errc>& all_errcs();

// A failure: its code, a sentence for people that says what is wrong and what to do next (never a secret), and the
// members that the Varlink error declares. `with` fills a member and returns the error, so that one expression makes
// it.
struct [[nodiscard]] Error {
  using Value = std::variant<std::string, std::int64_t, std::vector<std::string>>;

  Errc code;
  std::string detail;
  std::vector<std::pair<std::string_view, Value>> members = {};

  Error with(std::string_view member, Value value) && {
    members.emplace_back(member, std::move(value));
    return std::move(*this);
  }
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Errc code, std::string detail) {
  return std::unexpected(Error{code, std::move(detail)});
}

}  // namespace wardend
