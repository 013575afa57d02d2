// From the code of a redirect to tokens and to who signed in. The code is sent once. Tokens that a launch cannot use
// are revoked, also those of an answer that is refused as a whole.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "daemon/launch/identity.hpp"
#include "daemon/patients/patient_reader.hpp"
#include "daemon/server/client_credentials.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/revoker.hpp"
#include "daemon/server/token_endpoint.hpp"
#include "protocol/oauth/id_token.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::launch {

// What the token endpoint gave, and who signed in.
struct Arrival {
  std::string app;
  std::string server;
  server::Client client = {};
  oauth::TokenResponse response = {};
  std::optional<oauth::IdTokenClaims> who = {};             // believed; nullopt: no id_token came
  std::optional<session::PatientCheck> patient_check = {};  // where the app requires it; nullopt: it does not
  BootTime sent_at = {};
};

class CodeExchange {
 public:
  CodeExchange(Clock& clock, server::TokenEndpoint& endpoint, IdentityCheck& identity,
               patients::PatientReader& patients, server::Revoker& revoker)
      : clock_(clock), endpoint_(endpoint), identity_(identity), patients_(patients), revoker_(revoker) {}

  // Everything that one exchange needs: the launch may be over before it ends.
  struct Order {
    std::string app;
    std::string server;
    server::Client client = {};
    std::string redirect_uri;
    std::string nonce = {};                             // empty: none was sent
    std::optional<smart::ScopeSet> assumed_scope = {};  // what an answer grants that names none; nullopt: nothing
    bool require_verified_patient = false;
    Secret verifier = {};
    Secret code = {};
    server::DiscoveryPtr discovery = {};
    BootTime until = {};                                          // it ends by then, whatever the server does
    std::function<void(const oauth::TokenResponse&)> heard = {};  // told what came, before it is judged further
    std::function<bool()> wanted = {};  // whether the launch is still under way: nothing more is sent, or waited for
  };
  // Why no code could be redeemed: the app's client cannot prove itself. LaunchFailed (client).
  [[nodiscard]] std::optional<Error> obstacle(const server::TokenEndpoint::Party& party) const;

  // Errors: LaunchFailed (client, token, identity); LaunchExpired: the launch is over, and nothing was sent;
  // PatientUnverified: the patient that came is not verified, and the app requires that.
  [[nodiscard]] asio::awaitable<Result<Arrival>> redeem(Order order);

  // What a launch brought and does not keep.
  void revoke(Arrival arrival);

 private:
  using Judged = std::expected<oauth::TokenResponse, oauth::TokenFailure>;
  // Reads an answer. One of which nothing else is believed may have issued tokens all the same: they are in the
  // failure.
  [[nodiscard]] static Judged judge(const server::PostAnswer& answer);
  // The tokens of a launch. Those of an answer that is refused are revoked.
  [[nodiscard]] Result<oauth::TokenResponse> take(const Order& order, Judged tokens);
  // `arrival` with the check of its patient, where the app requires one that is verified. PatientUnverified: what came
  // is revoked.
  [[nodiscard]] asio::awaitable<Result<Arrival>> with_patient(Order order, Arrival arrival);
  void revoke(const std::string& app, const std::string& server, const server::Client& client, Secret refresh_token,
              Secret access_token);

  Clock& clock_;
  server::TokenEndpoint& endpoint_;
  IdentityCheck& identity_;
  patients::PatientReader& patients_;
  server::Revoker& revoker_;
};

}  // namespace wardend::launch
