// The reply to GetToken, prepared: what is constant for a token is written out once and kept with it as a secret, as it
// names the patient. The token itself, which is kept once alone, and what changes (times, freshness, the request id)
// are added to each reply.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "config/model.hpp"
#include "daemon/access/token_issue.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/session.hpp"

namespace wardend::service {

class TokenReplies {
 public:
  explicit TokenReplies(Clock& clock) : clock_(clock) {}

  // The reply's parameters as JSON text. Fills the session's `prepared` at the first call for a token.
  [[nodiscard]] Secret of(const access::Issued& issued);

 private:
  // Written out once for as long as it says the same: it changes with a probe, not with a call.
  struct FreshnessText {
    server::Freshness freshness;
    std::string advice;
    std::string json;
  };
  [[nodiscard]] const std::string& text_of(const std::string& app, const std::string& advice,
                                           const server::Freshness& freshness);

  Clock& clock_;
  std::map<std::pair<std::string, std::string>, FreshnessText> freshness_;  // by app and server: as many as configured
};

}  // namespace wardend::service
