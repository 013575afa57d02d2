#include "base/errors.hpp"

#include <array>

namespace wardend {
namespace {

constexpr std::array<std::string_view, 24> names = {"UnknownApp",       "NotAuthorized",     "InvalidRequest",
                                                    "UnknownServer",    "UnknownSession",    "NotSupported",
                                                    "AmbiguousSession", "SessionCleared",    "ReauthenticationRequired",
                                                    "LaunchFailed",     "LaunchExpired",     "PatientContextMissing",
                                                    "PatientMismatch",  "EncounterMismatch", "PatientUnverified",
                                                    "ScopeNotGranted",  "ResourceRejected",  "ServerUnavailable",
                                                    "AppDisabled",      "WorkstationLocked", "RateLimited",
                                                    "TooLarge",         "InvalidTarget",     "ConfigInvalid"};
static_assert(static_cast<std::size_t>(Errc::ConfigInvalid) + 1 == names.size());

constexpr std::array<std::string_view, 5> stage_names = {"discovery", "client", "authorization", "token", "identity"};
static_assert(static_cast<std::size_t>(LaunchStage::identity) + 1 == stage_names.size());

}  // namespace

std::string_view name_of(Errc code) { return names[static_cast<std::size_t>(code)]; }

std::string_view name_of(LaunchStage stage) { return stage_names[static_cast<std::size_t>(stage)]; }

const std::vector<Errc>& all_errcs() {
  static const std::vector<Errc> all = [] {
    std::vector<Errc> codes;
    codes.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) codes.push_back(static_cast<Errc>(i));
    return codes;
  }();
  return all;
}

}  // namespace wardend
