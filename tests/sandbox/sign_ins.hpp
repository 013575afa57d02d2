// Who has signed in at the EHR, and when: there is one browser, and whoever signed in stays signed in until the logout.
// Spec: OpenID Connect Core 1.0 §3.1.2.1 (prompt, max_age) and §3.1.2.6.
#pragma once

#include <expected>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "tests/sandbox/form.hpp"
#include "tests/sandbox/grants.hpp"

namespace wardend::sandbox {

class SignIns {
 public:
  // When `user` signed in, for this authorization request: now, where nobody has yet, or where `prompt=login` or
  // `max_age` wants it anew. Refused as login_required where `prompt=none` does not allow that, and as invalid_request
  // where `max_age` is no number of seconds or `prompt` has another word beside none.
  [[nodiscard]] std::expected<WallTime, Refused> for_request(const Form& form, const std::string& user, WallTime now);
  // `user` works in the EHR: that began with a sign-in.
  void at_work(const std::string& user, WallTime now) { at_.try_emplace(user, now); }
  void forget() { at_.clear(); }

 private:
  std::map<std::string, WallTime> at_;
};

}  // namespace wardend::sandbox
