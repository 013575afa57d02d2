// What a launch asks for, decided before anything is sent: which server, as which client, and the authorization
// request. No I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "config/model.hpp"
#include "daemon/launch/pending.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::launch {

// What the app or the EHR said.
struct Beginning {
  std::string app;  // configured, and allowed for whoever asks
  std::optional<std::string> server = {};
  std::optional<std::string> iss = {};  // EHR launch: both, exactly as the EHR passed them
  Secret launch = {};
  Origin origin = Origin::app;
  std::string reference = {};  // reference.hpp; empty: a new one
  std::string login_session;
  workstation::EpochNumber epoch = 0;
  uid_t uid = 0;
  ProcessId launcher = {};
  BootTime until = BootTime::max();  // when its caller must have an answer

  [[nodiscard]] Mode mode() const { return iss || !launch.empty() ? Mode::ehr : Mode::standalone; }
};

struct Plan {
  std::string server;
  Mode mode = Mode::standalone;
  const config::Registration* registration = nullptr;
  std::string aud;
};

// What the configuration says of a launch.
struct Setting {
  const config::Config& config;
  const config::App& app;
  std::uint16_t loopback_port = 0;  // 0: no listener; the launch ends with CompleteLaunch
};

// Where the launch goes. Errors: UnknownServer, InvalidRequest (an iss or launch that is none, a mode that the app does
// not have, several servers and none named).
[[nodiscard]] Result<Plan> plan(const Setting& setting, const Beginning& beginning);

// The launch as it waits for its redirect, with state, PKCE verifier, nonce and cookie of its own. `discovery` has an
// authorization endpoint.
[[nodiscard]] std::unique_ptr<Pending> prepare(const Setting& setting, const Plan& plan, const Beginning& beginning,
                                               const smart::Discovery& discovery, Random& random, BootTime now);

}  // namespace wardend::launch
