// The authorization server's back: token, revoke, introspect. Requests in, replies out; the state is in Grants.
// Spec: SMART App Launch 2.2.0, RFC 6749, RFC 7009, RFC 7662.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "tests/sandbox/authentication.hpp"
#include "tests/sandbox/clients.hpp"
#include "tests/sandbox/discovery.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/form.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/keys.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

// Token requests by what was asked and what came of them.
struct TokenCounts {
  std::uint64_t authorization_code = 0;
  std::uint64_t refresh_token = 0;
  std::uint64_t other = 0;
  std::uint64_t rejected = 0;
};

// A refusal as a server of that style tells it.
[[nodiscard]] Reply refusal_reply(const Refused& why, const Settings& settings);

class OAuth {
 public:
  struct Parts {
    const Settings& settings;
    const Clients& clients;
    const Discovery& discovery;
    const SigningKeys& keys;
    Grants& grants;
  };
  explicit OAuth(Parts parts) : parts_(parts), authenticator_(parts.clients) {}

  // `request` is for what it says about the client; its parameters are `form`.
  [[nodiscard]] Reply token(const Request& request, const Form& form, const Struck& struck, WallTime now);
  [[nodiscard]] Reply revoke(const Request& request, const Form& form, WallTime now);
  [[nodiscard]] Reply introspect(const Form& form, WallTime now);

  [[nodiscard]] const TokenCounts& counts() const { return counts_; }
  // A token request that a fault answered before it came here.
  void count_request(const std::string& grant_type);

 private:
  using Identified = std::expected<std::string, Refused>;
  // Who asks for something that goes with `secret`: a code or a token.
  [[nodiscard]] Identified identify(const Request& request, const Form& form, const std::string& secret, WallTime now);
  [[nodiscard]] IssueRules rules(const std::string& client_id, const Struck& struck) const;
  [[nodiscard]] std::expected<Issued, Refused> issue(const Request& request, const Form& form, const Struck& struck,
                                                     WallTime now);

  Parts parts_;
  Authenticator authenticator_;
  TokenCounts counts_;
};

}  // namespace wardend::sandbox
