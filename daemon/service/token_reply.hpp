// The reply to GetToken, prepared: what is constant for a token is written out once and kept with it as a secret; what
// changes (times, freshness, the request id) is added to each reply.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "config/model.hpp"
#include "daemon/health/server_health.hpp"
#include "daemon/session/session.hpp"

namespace wardend::service {

struct TokenReply {
  Secret parameters_json;
  std::string request_id;
};

class TokenReplies {
 public:
  TokenReplies(Clock& clock, Random& random) : clock_(clock), request_id_prefix_(random.token(6)) {}

  // Of a session whose access token is there. Fills session.prepared at the first call for a token.
  [[nodiscard]] TokenReply of(session::Session& session, const config::Config& config,
                              const health::Freshness& freshness, BootTime now);

 private:
  // Written out once for as long as it says the same: it changes with a probe, not with a call.
  struct FreshnessText {
    health::Freshness freshness;
    std::string advice;
    std::string json;
  };
  [[nodiscard]] const std::string& text_of(const std::string& app, const std::string& advice,
                                           const health::Freshness& freshness);

  Clock& clock_;
  // A request id says which reply it was, in this process and no other. It is no secret.
  std::string request_id_prefix_;
  std::uint64_t replies_ = 0;
  std::map<std::pair<std::string, std::string>, FreshnessText> freshness_;  // by app and server: as many as configured
};

}  // namespace wardend::service
