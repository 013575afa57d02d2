// The authorization server's endpoints: authorize (everybody agrees at once), token, revoke, introspect, and the EHR's
// own launch button. Requests in, replies out; the state is in Grants.
// Spec: SMART App Launch 2.2.0, RFC 6749, RFC 7009, RFC 7662, RFC 9207.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/form.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/settings.hpp"
#include "tests/sandbox/signer.hpp"

namespace wardend::sandbox {

// Token requests by what was asked and what came of them.
struct TokenCounts {
  std::uint64_t authorization_code = 0;
  std::uint64_t refresh_token = 0;
  std::uint64_t other = 0;
  std::uint64_t rejected = 0;
};

class OAuth {
 public:
  OAuth(const Settings& settings, Grants& grants) : settings_(settings), grants_(grants) {}

  // GET with a query or POST with a form. With no redirect_uri that may be trusted the answer is a 400, else a
  // redirect. An `oauth_error` fault without a status becomes the redirect's error.
  [[nodiscard]] Reply authorize(const Form& form, const Struck& struck, WallTime now);
  [[nodiscard]] Reply token(const Form& form, const Struck& struck, WallTime now);
  [[nodiscard]] Reply revoke(const Form& form);
  [[nodiscard]] Reply introspect(const Form& form, WallTime now);
  [[nodiscard]] Reply jwks() const;
  // GET /ehr/launch?app_url=...: what a click in the EHR does.
  [[nodiscard]] Reply ehr_launch(const Form& form, WallTime now);

  [[nodiscard]] const TokenCounts& counts() const { return counts_; }
  // A token request that a fault answered before it came here.
  void count_request(const std::string& grant_type);

 private:
  [[nodiscard]] std::expected<Approval, Refused> judge(const Form& form, WallTime now);
  [[nodiscard]] std::string token_response(const Issued& issued, const Struck& struck, WallTime now) const;
  [[nodiscard]] std::string id_token(const Issued& issued, WallTime now) const;

  const Settings& settings_;
  Grants& grants_;
  Signer signer_;
  TokenCounts counts_;
};

}  // namespace wardend::sandbox
