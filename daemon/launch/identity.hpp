// Who signed in, as the id_token of a launch says: its signature, its issuer, its audience and its times, each checked
// before a claim is believed.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "config/live.hpp"
#include "daemon/launch/issuer_keys.hpp"
#include "protocol/oauth/id_token.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::launch {

class IdentityCheck {
 public:
  IdentityCheck(Clock& clock, const config::Live& config, IssuerKeys& keys)
      : clock_(clock), config_(config), keys_(keys) {}

  struct Evidence {
    std::string server;
    smart::Discovery discovery = {};
    std::string client_id;
    std::string nonce = {};  // empty: none was sent
    Secret id_token = {};
    Secret access_token = {};  // for at_hash
    BootTime deadline = {};
  };
  // The claims, believed; fhirUser is an absolute URL or empty. Errors: LaunchFailed (identity) with the word of what
  // does not hold.
  [[nodiscard]] asio::awaitable<Result<oauth::IdTokenClaims>> verify(Evidence evidence);

  // Fetches the keys that a launch at this server will need, while its user signs in. Failing is no failure here.
  [[nodiscard]] asio::awaitable<void> prepare(std::string server, smart::Discovery discovery);

 private:
  Clock& clock_;
  const config::Live& config_;
  IssuerKeys& keys_;
};

}  // namespace wardend::launch
