// What was seen in a step, before anybody judges it. Values alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wardctl/rehearsal/page_text.hpp"

namespace wardend::wardctl {

// What an app heard: its answer, or an error.
struct Heard {
  std::string error = {};   // the bare name; empty: it got what it asked for
  std::string advice = {};  // that stood in the error
  std::string words = {};   // of the error, as wardctl prints it
  [[nodiscard]] bool refused_as(const char* name) const { return error == name; }
  [[nodiscard]] bool answered() const { return error.empty(); }
};

struct LaunchFacts {
  Page page = {};
  std::string session = {};  // empty: none came of it
  std::string patient = {};  // the session's
  std::vector<std::string> missing_scopes = {};
  Heard token = {};                 // of the session
  std::string request_id = {};      // of that token
  bool reference_on_trail = false;  // the page's reference stands in the audit trail
  [[nodiscard]] bool worked() const { return !session.empty() && token.answered(); }
};

struct TokenEndFacts {
  bool launched = false;
  std::int64_t life_seconds = 0;  // of the first token
  Heard after = {};               // what GetToken said once it had ended
  bool another = false;           // the token is another one than before
};

struct OutageFacts {
  Heard token = {};        // GetToken while the server is away
  std::string state = {};  // of the link then, as GetToken tells it
  bool stale = false;
  std::string advice = {};    // as GetToken tells it
  Page page = {};             // of a launch then
  bool recovered = false;     // the link is up again, and the session still gives a token
  std::string clearing = {};  // why not, where the session was cleared
};

struct WriteFacts {
  bool has_patient = true;        // the session
  std::string type = {};          // the resource that was tried; empty: none can be
  bool writes_otherwise = false;  // with no such type: the session's scopes write all the same
  Heard other_on_screen = {};     // another patient named as the one on the screen
  Heard other_in_body = {};       // this patient on the screen, another one in the resource
  Heard own = {};                 // this patient in both
  Heard without_scope = {};       // what any write is answered where no scope writes
};

struct LockFacts {
  Heard told = {};                              // the lock itself
  std::optional<std::int64_t> cleared_ms = {};  // until an app that watches was told; absent: it was not
  Heard token = {};                             // of the session, after the lock
  Heard parked = {};                            // work that was parked before
  bool work_back = false;                       // it is there after the next launch, once
  LaunchFacts again = {};                       // the next launch
};

struct SwitchFacts {
  Heard off = {};
  std::int64_t off_ms = 0;  // until the switch had answered
  Heard token = {};         // while it is off
  Page page = {};           // of a launch while it is off
  Heard on = {};
  LaunchFacts again = {};
};

struct TrailFacts {
  Heard token = {};
  std::string request_id = {};
  std::string trail = {};     // the file
  bool found = false;         // a line of it has the request id
  std::string outcome = {};   // of that line
  bool same_session = false;  // the line leads back to the session
  bool same_patient = false;  // and to its patient
  std::string trouble = {};   // why the service says it is not ready
  Heard chain = {};           // what VerifyAudit answered
  bool intact = false;        // and whether the trail is whole by that
  Heard accesses = {};        // what RecordAccess answered
  bool access_found = false;  // and whether the trail has what it recorded
};

}  // namespace wardend::wardctl
