#include "base/result.hpp"

namespace wardend {
namespace {

// The member that is written for people, where there is one; otherwise a sentence about the members.
template <typename E>
std::string sentence(const E& error) {
  if constexpr (requires { error.description; })
    return *error.description;
  else
    return *error.reason;
}
std::string sentence(const errors::RoleNeeded& error) { return "needs a group of the role " + *error.role; }
std::string sentence(const errors::InvalidRequest& error) { return *error.field + ": " + *error.reason; }
std::string sentence(const errors::NotSupported& error) { return "this is not offered: " + *error.what; }
std::string sentence(const errors::AmbiguousSession& error) {
  return std::to_string(error.sessions->size()) + " sessions would do: name one";
}
std::string sentence(const errors::SessionCleared& error) {
  return "cleared (" + std::string(name_of(*error.reason)) + "): connect again and launch again";
}
std::string sentence(const errors::ReauthenticationRequired& error) {
  return "the session gives no token any more (" + *error.reason + "): launch again";
}
std::string sentence(const errors::PatientMismatch& /*error*/) {
  return "the session is for another patient: launch for this one";
}
std::string sentence(const errors::EncounterMismatch& /*error*/) {
  return "the session is for another encounter: launch for this one";
}
std::string sentence(const errors::PatientUnverified& /*error*/) {
  return "the patient's identity could not be confirmed: compare name and birth date in the EHR";
}
std::string sentence(const errors::ConfigInvalid& error) {
  return std::to_string(error.findings->size()) + " errors in the configuration: correct them, then reload again";
}

template <typename E>
std::vector<std::string> sessions_of(const E& error) {
  if constexpr (requires { error.sessions; })
    return *error.sessions;
  else if constexpr (requires { error.session.has_value(); })
    return error.session ? std::vector{*error.session} : std::vector<std::string>();
  else if constexpr (requires { error.session; })
    return {*error.session};
  else
    return {};
}

}  // namespace

template <typename E>
  requires requires { E::errc; }
Error::Error(E error) : any_(std::make_unique<errors::Any>(std::move(error))) {}
Error::Error(const Error& other) : any_(std::make_unique<errors::Any>(*other.any_)) {}
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error& other) { return *this = Error(other); }
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

template Error::Error(errors::UnknownApp);
template Error::Error(errors::NotAuthorized);
template Error::Error(errors::RoleNeeded);
template Error::Error(errors::InvalidRequest);
template Error::Error(errors::UnknownServer);
template Error::Error(errors::UnknownSession);
template Error::Error(errors::NotSupported);
template Error::Error(errors::AmbiguousSession);
template Error::Error(errors::SessionCleared);
template Error::Error(errors::ReauthenticationRequired);
template Error::Error(errors::LaunchFailed);
template Error::Error(errors::LaunchExpired);
template Error::Error(errors::PatientContextMissing);
template Error::Error(errors::PatientMismatch);
template Error::Error(errors::EncounterMismatch);
template Error::Error(errors::PatientUnverified);
template Error::Error(errors::ScopeNotGranted);
template Error::Error(errors::ResourceRejected);
template Error::Error(errors::ServerUnavailable);
template Error::Error(errors::AppDisabled);
template Error::Error(errors::WorkstationLocked);
template Error::Error(errors::RateLimited);
template Error::Error(errors::TooLarge);
template Error::Error(errors::InvalidTarget);
template Error::Error(errors::ConfigInvalid);

Errc Error::code() const {
  return std::visit([]<typename E>(const E&) { return E::errc; }, *any_);
}

std::vector<std::string> Error::sessions() const {
  return std::visit([](const auto& error) { return sessions_of(error); }, *any_);
}

std::string Error::detail() const {
  return std::visit([](const auto& error) { return sentence(error); }, *any_);
}

}  // namespace wardend
