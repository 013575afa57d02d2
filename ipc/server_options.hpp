// What a Server is told when it is made: its limits, and what it asks of the configuration.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/connection_room.hpp"
#include "base/pace.hpp"
#include "base/worker.hpp"
#include "ipc/caller.hpp"

namespace wardend::ipc {

struct Limits {
  std::size_t frame_bytes = 256UL * 1024;
  std::size_t stranger_frame_bytes = 4096;  // what may be asked without a rule or a role is short
  ConnectionPlaces places = {};             // root's connections count too
  Duration half_frame = 10s;                // how long a frame may take to arrive; looked at once a second
  Duration drain = 5s;                      // how long a reply may wait for its reader
  Duration stranger_idle = 5s;              // how long a stranger may keep a place without a call
  PaceLimits door = {};                     // nanoseconds of the loop to turn strangers away; none: as many as it takes
  PaceLimits strangers = {};                // the same for what they ask
};

// What becomes of a call whose caller has left, or whose process has ended, before it was answered.
enum class Absent {
  dropped,  // its handler is cancelled, and a process that has ended is not let in
  heard,    // it is done; only the answer goes nowhere
};

struct ServerOptions {
  Limits limits = {};
  std::string label = {};  // "broker", "control": for log lines
  std::string version = {};
  // Told after each call: the method's bare name and the time from its frame's turn to its reply's write.
  std::function<void(std::string_view method, std::chrono::nanoseconds)> on_call = {};
  // Parses frames over 8 KiB; without one they are parsed on the loop.
  Worker* worker = nullptr;
  // Closes sockets; without one they are closed on the loop.
  Worker* closer = nullptr;
  Absent absent = Absent::dropped;
  // What its rules ask of a peer. Without it everything is read.
  std::function<PeerFacts()> wanted_facts = {};
  // Whether the configuration names this caller, who then gets in before strangers do. Without it everybody is known.
  std::function<bool(const Caller&)> is_known = {};
  // The same before the caller was looked up in /proc: false spares that. Without it everybody is looked up.
  std::function<bool(const Caller&)> may_be_known = {};
};

}  // namespace wardend::ipc
