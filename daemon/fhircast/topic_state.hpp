// Where a topic stands at its hub, and what follows from whatever happens: one pure function. README.md draws it.
// Spec: HL7 FHIRcast 3.0.0 (STU3), subscribing, subscription denial and reconnection.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "daemon/fhircast/ending.hpp"

namespace wardend::fhircast {

enum class TopicState : std::uint8_t {
  asking,      // the hub is asked for a subscription
  opening,     // its WebSocket is opened, and not confirmed yet
  following,   // confirmed, and its socket lives
  waiting,     // lost or not reached: it is asked again after a pause
  refreshing,  // it refused the token: another one is waited for
  stopped,     // it refused: not before the next launch
  gone,        // a topic that was followed is no more: the EHR's session is over
  leaving,     // nobody holds the topic any more, and its socket is still open
  ended,
};
// The word for operators: connecting (asking, opening), following, waiting (waiting, refreshing), stopped (stopped,
// gone), ended (leaving, ended).
[[nodiscard]] std::string_view name_of(TopicState state);

enum class FactKind : std::uint8_t {
  agreed,         // the hub accepted, and named a WebSocket
  confirmed,      // for the first time on this socket
  failed,         // the question or the socket, with `end`
  token_came,     // a session that holds the topic has a new token
  no_token_came,  // there is no other one than the refused one
  pause_over,     // Progress::until has come
  wanted,         // one more session holds the topic
  slept,          // the machine was asleep
  restored,       // a session holds it that followed it before a restart
  grace_over,     // it was lost for loss_grace
  unwanted,       // nobody holds the topic
  left,           // the socket is closed
};
struct Fact {
  FactKind kind;
  End end = {};  // failed
};

struct Progress {
  TopicState state = TopicState::asking;
  unsigned attempts = 0;                      // that failed in a row, without settling
  unsigned refusals = 0;                      // in a row
  bool followed = false;                      // it was confirmed at any time, be it before a restart
  bool loss_told = false;                     // since lost_at
  std::optional<BootTime> confirmed_at = {};  // on this socket
  std::optional<BootTime> lost_at = {};       // what was followed is not
  BootTime until = BootTime::max();           // waiting: asked again then
  friend bool operator==(const Progress&, const Progress&) = default;
};

// What the policies need of the moment: time, a number in [0,1), and [server.fhircast] loss_grace.
struct Moment {
  BootTime now = {};
  double jitter = 0;
  Duration grace = {};
};

// What follows from a fact at a moment: pure, and total over all states.
[[nodiscard]] Progress next(Progress progress, const Fact& fact, const Moment& moment);

// A subscription that stood this long starts counting its failures anew.
inline constexpr Duration settled_after = std::chrono::seconds(60);

}  // namespace wardend::fhircast
