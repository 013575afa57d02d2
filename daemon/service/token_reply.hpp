// The reply to GetToken, prepared: what is constant for a token is written out once and kept with it as a secret; what
// changes (times, freshness, the request id) is added to each reply.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "config/model.hpp"
#include "daemon/health/book.hpp"
#include "daemon/session/session.hpp"

namespace wardend::service {

struct TokenReply {
  Secret parameters_json;
  std::string request_id;
};

// Of a session whose access token is there. Fills session.prepared at the first call for a token.
[[nodiscard]] TokenReply token_reply(session::Session& session, const config::Config& config,
                                     const health::Freshness& freshness, Clock& clock, Random& random);

}  // namespace wardend::service
