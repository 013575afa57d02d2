#include "daemon/fhircast/topic_state.hpp"

#include <utility>

namespace wardend::fhircast {
namespace {

using State = TopicState;

bool has_socket(State state) { return state == State::opening || state == State::following; }
bool rests(State state) { return state == State::waiting || state == State::stopped || state == State::gone; }
bool leaves(State state) { return state == State::leaving || state == State::ended; }

void note_loss(Progress& progress, BootTime now) {
  if (progress.followed && !progress.lost_at) progress.lost_at = now;
}

Progress stop(Progress progress, State state) {
  progress.state = state;
  progress.refusals = 0;
  return progress;
}

Progress wait(Progress progress, const End& end, const Moment& moment) {
  progress.state = State::waiting;
  progress.until = moment.now;
  if (end.pause == End::Pause::none) return progress;
  Duration span = pause_before(progress.attempts++, moment.jitter, end.retry_after);
  if (progress.lost_at && !progress.loss_told) span = pause_within(moment.grace, span, end.retry_after);
  progress.until = moment.now + span;
  return progress;
}

Progress after(Progress progress, const End& end, const Moment& moment) {
  if (progress.confirmed_at && moment.now - *progress.confirmed_at >= settled_after)
    progress.attempts = progress.refusals = 0;
  progress.confirmed_at.reset();
  note_loss(progress, moment.now);
  switch (end.kind) {
    case Ending::lost:
    case Ending::no_token:
    case Ending::transient:
      return wait(std::move(progress), end, moment);
    case Ending::unauthorized:
      if (++progress.refusals > 1) return stop(std::move(progress), State::stopped);
      progress.state = State::refreshing;
      return progress;
    case Ending::topic_gone:
      return stop(std::move(progress), progress.followed ? State::gone : State::stopped);
    case Ending::refused:
      return stop(std::move(progress), State::stopped);
  }
  std::unreachable();
}

Progress confirm(Progress progress, BootTime now) {
  progress.state = State::following;
  progress.followed = true;
  progress.confirmed_at = now;
  progress.lost_at.reset();
  progress.loss_told = false;
  return progress;
}

}  // namespace

std::string_view name_of(TopicState state) {
  switch (state) {
    case State::asking:
    case State::opening:
      return "connecting";
    case State::following:
      return "following";
    case State::waiting:
    case State::refreshing:
      return "waiting";
    case State::stopped:
    case State::gone:
      return "stopped";
    case State::leaving:
    case State::ended:
      return "ended";
  }
  std::unreachable();
}

Progress next(Progress progress, const Fact& fact, const Moment& moment) {
  const State state = progress.state;
  if (state == State::leaving && (fact.kind == FactKind::left || fact.kind == FactKind::failed))
    progress.state = State::ended;
  if (leaves(state)) return progress;
  switch (fact.kind) {
    case FactKind::agreed:
      if (state == State::asking) progress.state = State::opening;
      return progress;
    case FactKind::confirmed:
      return state == State::opening ? confirm(std::move(progress), moment.now) : progress;
    case FactKind::failed:
      return state == State::asking || has_socket(state) ? after(std::move(progress), fact.end, moment) : progress;
    case FactKind::token_came:
      if (state == State::refreshing || state == State::waiting) progress.state = State::asking;
      return progress;
    case FactKind::no_token_came:
      return state == State::refreshing ? stop(std::move(progress), State::stopped) : progress;
    case FactKind::pause_over:
      if (state == State::waiting && moment.now >= progress.until) progress.state = State::asking;
      return progress;
    case FactKind::wanted:
      if (rests(state)) progress.state = State::asking;
      return progress;
    case FactKind::slept:
      progress.attempts = 0;
      if (state == State::waiting) progress.state = State::asking;
      return progress;
    case FactKind::restored:
      progress.followed = true;
      if (state != State::following) note_loss(progress, moment.now);
      return progress;
    case FactKind::grace_over:
      progress.loss_told = true;
      return progress;
    case FactKind::unwanted:
      progress.state = has_socket(state) ? State::leaving : State::ended;
      return progress;
    case FactKind::left:
      return progress;
  }
  std::unreachable();
}

}  // namespace wardend::fhircast
