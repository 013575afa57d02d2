#include "daemon/gateway/outcome.hpp"

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"

namespace wardend::gateway {
namespace {

// How HTTP and FHIR call an error. Spec: FHIR R4, value set issue-type
struct Told {
  int status;
  const char* code;
};

Told told_as(Errc code) {
  switch (code) {
    case Errc::UnknownApp:
    case Errc::NotAuthorized:
    case Errc::ScopeNotGranted:
      return {403, "forbidden"};
    case Errc::AppDisabled:
    case Errc::PatientContextMissing:
    case Errc::PatientMismatch:
    case Errc::EncounterMismatch:
    case Errc::PatientUnverified:
      return {403, "business-rule"};
    case Errc::InvalidRequest:
    case Errc::InvalidTarget:
      return {400, "invalid"};
    case Errc::NotSupported:
      return {400, "not-supported"};
    case Errc::UnknownServer:
    case Errc::UnknownSession:
      return {404, "not-found"};
    case Errc::AmbiguousSession:
      return {409, "multiple-matches"};
    case Errc::SessionCleared:
    case Errc::LaunchExpired:
      return {401, "expired"};
    case Errc::ReauthenticationRequired:
    case Errc::WorkstationLocked:
    case Errc::LaunchFailed:
      return {401, "login"};
    case Errc::ResourceRejected:
      return {422, "business-rule"};
    case Errc::ServerUnavailable:
      return {503, "transient"};
    case Errc::RateLimited:
      return {429, "throttled"};
    case Errc::TooLarge:
      return {413, "too-long"};
    case Errc::ConfigInvalid:
      return {500, "exception"};
  }
  return {500, "exception"};
}

// What the sentence leaves to a list beside it.
std::vector<std::string> listed(const Error& error) {
  if (const auto* ambiguous = error.as<errors::AmbiguousSession>()) return *ambiguous->sessions;
  if (const auto* unverified = error.as<errors::PatientUnverified>()) return *unverified->findings;
  if (const auto* scopes = error.as<errors::ScopeNotGranted>()) return *scopes->missing;
  return {};
}

// The app's approved fallback.
std::optional<std::string> advice_of(const Error& error) {
  if (const auto* down = error.as<errors::ServerUnavailable>()) return down->advice;
  if (const auto* disabled = error.as<errors::AppDisabled>()) return disabled->advice;
  return std::nullopt;
}

// In seconds, rounded up.
std::optional<std::int64_t> retry_after(const Error& error) {
  if (const auto* down = error.as<errors::ServerUnavailable>(); down != nullptr && down->retry_after)
    return down->retry_after->count();
  if (const auto* limited = error.as<errors::RateLimited>())
    return std::chrono::ceil<std::chrono::seconds>(*limited->retry_after_ms).count();
  return std::nullopt;
}

std::string body_of(const Error& error, const std::string& more) {
  const std::string sentence = error.detail() + (more.empty() ? "" : "; " + more);
  const auto list = listed(error);
  auto issue = nlohmann::json::object();
  issue["severity"] = "error";
  issue["code"] = told_as(error.code()).code;
  issue["details"]["coding"] = nlohmann::json::array({{{"system", error_system}, {"code", name_of(error.code())}}});
  issue["details"]["text"] = advice_of(error).value_or(sentence);
  issue["diagnostics"] = list.empty() ? sentence : sentence + " (" + joined(list) + ")";
  const auto* rejected = error.as<errors::ResourceRejected>();
  if (rejected != nullptr && rejected->path) issue["expression"] = nlohmann::json::array({*rejected->path});
  return dump_json({{"resourceType", "OperationOutcome"}, {"issue", nlohmann::json::array({std::move(issue)})}});
}

Outcome told(const Error& error, int status, const std::string& more) {
  Outcome outcome{.status = status, .body = body_of(error, more)};
  outcome.headers = {{"Content-Type", "application/fhir+json; charset=utf-8"}, {"Cache-Control", "no-store"}};
  if (const auto seconds = retry_after(error)) outcome.headers.emplace_back("Retry-After", std::to_string(*seconds));
  if (status == 401)
    outcome.headers.emplace_back("WWW-Authenticate", "Wardend error=\"" + std::string(name_of(error.code())) + "\"");
  if (status == 405) outcome.headers.emplace_back("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE");
  return outcome;
}

}  // namespace

int status_of(Errc code) { return told_as(code).status; }

Outcome outcome_of(const Error& error) { return told(error, status_of(error.code()), {}); }

Outcome outcome_of(const Refusal& refusal) { return told(refusal.error, refusal.status, refusal.more); }

}  // namespace wardend::gateway
