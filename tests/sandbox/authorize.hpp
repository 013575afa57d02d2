// The authorization endpoint, where everybody agrees at once, and the EHR's own launch button.
// Spec: SMART App Launch 2.2.0, RFC 6749 §4.1, RFC 7636, RFC 9207, OpenID Connect Core 1.0 §3.1.2.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "tests/sandbox/clients.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/form.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/settings.hpp"
#include "tests/sandbox/sign_ins.hpp"

namespace wardend::sandbox {

class Authorize {
 public:
  Authorize(const Settings& settings, const Clients& clients, Grants& grants, SignIns& sign_ins)
      : settings_(settings), clients_(clients), grants_(grants), sign_ins_(sign_ins) {}

  enum class By { get, post };
  // With no redirect_uri that may be trusted the answer is a 400, else a redirect. An `oauth_error` fault without a
  // status becomes the redirect's error.
  [[nodiscard]] Reply answer(const Form& form, By by, const Struck& struck, WallTime now);
  // GET /ehr/launch?app_url=...: what a click in the EHR does.
  [[nodiscard]] Reply ehr_launch(const Form& form, WallTime now);

 private:
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  [[nodiscard]] bool trusts(const std::string& client_id, const std::string& redirect_uri) const;
  [[nodiscard]] std::expected<Approval, Refused> judge(const Form& form, WallTime now);
  [[nodiscard]] std::string granted(const Form& form) const;
  [[nodiscard]] Context context_for(const Form& form, const std::string& scope, Context launched) const;
  // Who signs in, and when they did, as far as the id_token has to say that.
  [[nodiscard]] std::expected<std::optional<WallTime>, Refused> sign_in(const Form& form, const Context& context,
                                                                        WallTime now);
  [[nodiscard]] Reply refused(const Form& form, By by, const Refused& why) const;
  [[nodiscard]] Reply redirected(const Form& form, Parameters parameters) const;

  const Settings& settings_;
  const Clients& clients_;
  Grants& grants_;
  SignIns& sign_ins_;
};

}  // namespace wardend::sandbox
