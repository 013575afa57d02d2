#include "daemon/server/link_state.hpp"

#include <algorithm>

namespace wardend::server {
namespace {

LinkState answered(LinkState link, const config::Health& rules) {
  link.failures = 0;
  link.slows = 0;
  ++link.successes;
  switch (link.state) {
    case State::unknown:
    case State::up:
      link.state = State::up;
      break;
    case State::degraded:
    case State::down:
      link.state = link.successes >= rules.recover_after ? State::up : State::degraded;
      break;
  }
  return link;
}

// It lives: that is more than nothing, and no reason to call it down.
LinkState slow(LinkState link, const config::Health& rules) {
  link.failures = 0;
  link.successes = 0;
  ++link.slows;
  if (link.state == State::unknown) link.state = State::up;
  if (link.state == State::down || link.slows >= rules.fail_after) link.state = State::degraded;
  return link;
}

LinkState failed(LinkState link, const config::Health& rules) {
  link.successes = 0;
  link.slows = 0;
  ++link.failures;
  if (link.failures >= rules.fail_after)
    link.state = State::down;
  else if (link.state != State::down)
    link.state = State::degraded;
  return link;
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::unknown:
      return "unknown";
    case State::up:
      return "up";
    case State::degraded:
      return "degraded";
    case State::down:
      return "down";
  }
  return "unknown";
}

LinkState next(LinkState link, const LinkEvidence& evidence, const config::Health& rules) {
  using Kind = LinkEvidence::Kind;
  switch (evidence.kind) {
    case Kind::answered:
      return answered(link, rules);
    case Kind::slow:
      return slow(link, rules);
    case Kind::failing:
      if (evidence.quiet > rules.interval) link.failures = std::max(link.failures, rules.fail_after);
      return failed(link, rules);
    case Kind::unreachable:
    case Kind::untrusted:
      return failed(link, rules);
    case Kind::inconclusive:
      return link;
  }
  return link;
}

}  // namespace wardend::server
