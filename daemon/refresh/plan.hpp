// What follows from an outcome for the plan of a session's refreshes: one pure function of times and numbers. The
// picture of the phases is in the folder's README.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "config/model.hpp"
#include "daemon/session/refresh_plan.hpp"

namespace wardend::refresh {

using session::RefreshPlan;

// What the tokens and the configuration say at the moment of an outcome.
struct Basis {
  BootTime obtained_at = {};  // when the request that brought the tokens was sent
  BootTime expires_at = {};   // not after `obtained_at`: they were over when they came
  bool refreshable = false;   // there is a refresh token
  std::optional<config::Milliseconds> lead = {};
  config::Replay replay = config::Replay::late;
  [[nodiscard]] Duration life() const { return expires_at - obtained_at; }
};

struct Outcome {
  enum class Kind {
    launched,         // tokens from a launch
    restored,         // tokens from the process before this one
    sent,             // the request of an attempt leaves
    tokens_received,  // it brought tokens
    failed,           // it failed, and the server did not act on it
    client_rejected,  // invalid_client
    other_form,       // invalid_request, invalid_scope: nothing was used up
    refused,          // a refusal that is none of OAuth's
    no_reply,         // it was sent, and no usable reply came
    grant_ended,      // the server said that the grant is over
    server_back,      // a server that was down answers again
    woke,             // the machine was asleep
  };
  Kind kind;
  std::string word = {};  // why, of a failure; behind a blank what only people read (failure_words.hpp)
  std::optional<std::chrono::seconds> retry_after = {};  // the server's wish
  bool wanted = false;                                   // callers wait for a token
  bool server_down = false;
  bool after_outage = false;  // the server came back less than a minute ago
  bool asleep = false;        // the attempt ended because the machine slept: what has nothing to wait for is spread out
};

// The plan after `outcome`. `jitter` in [0,1): for `launched`, `restored` and `tokens_received` drawn once a token, for
// the others anew. Two attempts are never less than a second apart, whatever comes.
[[nodiscard]] RefreshPlan after(RefreshPlan plan, const Outcome& outcome, const Basis& basis, BootTime now,
                                double jitter);

}  // namespace wardend::refresh
