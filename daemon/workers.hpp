// The threads beside the loop, one for each kind of work that must not wait for another kind.
#pragma once

#include "base/worker.hpp"

namespace wardend {

struct Workers {
  explicit Workers(Clock& clock)
      : audit(clock, "audit"),
        look_ups(clock, "look-ups"),
        configuration(clock, "configuration"),
        files(clock, "files"),
        reading(clock, "audit-reading", Worker::Standing::ordinary),
        parsing(clock, "parsing", Worker::Standing::ordinary),
        closing(clock, "closing"),
        forwarding(clock, "forwarding", Worker::Standing::ordinary) {}

  // Ends every thread. False: one of them hangs and was left behind, see Worker::end.
  [[nodiscard]] bool end() {
    bool all = true;
    for (Worker* worker : {&audit, &look_ups, &configuration, &files, &reading, &parsing, &closing, &forwarding})
      all = worker->end() && all;
    return all;
  }

  Worker audit;          // the trail's disk
  Worker look_ups;       // users by name: a directory server may hang
  Worker configuration;  // reading it again
  Worker files;          // the lock history; at the end what the audit's disk did not take
  Worker reading;        // the trail, whole
  Worker parsing;        // large JSON: processor time only, never a disk
  Worker closing;        // of local sockets, with what nobody has read of them
  Worker forwarding;     // the trail's files on their way to others
};

}  // namespace wardend
