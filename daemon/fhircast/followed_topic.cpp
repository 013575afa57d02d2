#include "daemon/fhircast/followed_topic.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "daemon/fhircast/patience.hpp"

namespace wardend::fhircast {

FollowedTopic::FollowedTopic(asio::any_io_executor executor, const Parts& parts, Topic topic, Tell tell)
    : parts_(parts),
      clock_(parts.request.clock),
      topic_(std::move(topic)),
      tell_(std::move(tell)),
      trail_(clock_, parts.audit, topic_.server),
      holders_(clock_, parts.store, parts.refresher),
      hearing_(clock_, trail_),
      request_(executor, parts.request, changed_),
      conversation_({executor, clock_, parts.random, parts.channels, parts.request.config, topic_, holders_, request_,
                     hearing_, changed_},
                    ears()),
      since_(clock_.wall_now()),
      tasks_(executor) {}

void FollowedTopic::start() {
  tasks_.spawn("topic", live());
  tasks_.spawn("topic's loss", watch_loss());
}

void FollowedTopic::hold(const std::string& session, Held how) {
  const bool added = holders_.add(session);
  if (how == Held::restored) happen({.kind = FactKind::restored});
  if (added) happen({.kind = FactKind::wanted});
}

void FollowedTopic::release(const std::string& session) {
  if (!holders_.remove(session)) return;
  // The token that the hub is being asked with goes at once.
  if (request_.open() && request_.bearer() == session) request_.give_up();
  if (!holders_.empty()) {
    if (request_.bearer() == session) conversation_.renew_now();
    return changed_.notify_all();
  }
  topic_.topic = Secret();
  happen({.kind = FactKind::unwanted});
}

void FollowedTopic::refreshed(const std::string& session) {
  if (!holders_.has(request_.bearer()) || request_.bearer() == session) conversation_.renew_now();
  if (is(TopicState::waiting)) happen({.kind = FactKind::token_came});
  changed_.notify_all();
}

void FollowedTopic::interrupted() {
  happen({.kind = FactKind::slept});
  if (talks()) happen({.kind = FactKind::failed, .end = {.kind = Ending::lost, .code = "asleep"}});
}

asio::awaitable<void> FollowedTopic::shut_down() {
  stop();
  const BootTime until = clock_.now() + goodbye_patience;
  while (!has_ended() && clock_.now() < until) co_await clock_.wait(changed_, until);
  co_await tasks_.shut_down(clock_);
  co_await conversation_.shut_down();
  co_await request_.shut_down();
}

void FollowedTopic::happen(const Fact& fact) {
  const config::Server* server = parts_.request.config.get().server(topic_.server);
  const Moment moment{.now = clock_.now(),
                      .jitter = parts_.random.unit(),
                      .grace = server == nullptr ? Duration::zero() : Duration(server->fhircast.loss_grace)};
  const Progress before = std::exchange(progress_, next(progress_, fact, moment));
  if (progress_ == before) return;
  // What ends while it is being left, as a hub closes after a sign-out, is no trouble with the hub.
  if (fact.kind == FactKind::failed && before.state != TopicState::leaving) failed(fact.end);
  if (progress_.state != before.state) enter(before.state);
  changed_.notify_all();
}

// What was lost is unknown before anything else is done about it.
void FollowedTopic::enter(TopicState before) {
  if (name_of(before) != name_of(progress_.state)) since_ = clock_.wall_now();
  if (!talks() && hearing_.lost() && !leaves()) tell_.context_changed(*this);
  if (is(TopicState::leaving))
    conversation_.leave();
  else if (!talks())
    conversation_.cut();
  if (is(TopicState::ended)) {
    trail_.flush();
    tell_.ended();
  }
  if (is(TopicState::gone)) clear(ClearReason::fhircast_logout);
}

void FollowedTopic::failed(const End& end) {
  if (trouble_ != end.code) trail_.record(AuditAct::fhircast_subscription_ended, end.code, end.hub_says);
  trouble_ = end.code;
  log::bounded(
      log::Level::warn, "no subscription at the hub", topic_.server + " " + end.code,
      {{"server", topic_.server}, {"why", name_of(end.kind)}, {"code", end.code}, {"attempt", progress_.attempts}});
}

Conversation::Tell FollowedTopic::ears() {
  return {.fact = [this](const Fact& fact) { happen(fact); },
          .confirmation = [this](const Confirmation& confirmation) { confirmed(confirmation); },
          .sign_out =
              [this](EventKind kind) {
                clear(kind == EventKind::user_logout ? ClearReason::fhircast_logout : ClearReason::fhircast_hibernate);
              },
          .context_changed = [this] { tell_.context_changed(*this); }};
}

// Every renewal is confirmed too.
void FollowedTopic::confirmed(const Confirmation& confirmation) {
  tells_of_locks_ = confirmation.tells(EventKind::user_logout) && confirmation.tells(EventKind::user_hibernate);
  if (is(TopicState::following)) return;
  happen({.kind = FactKind::confirmed});
  trouble_.clear();
  trail_.record(AuditAct::fhircast_subscribed, *tells_of_locks_ ? "" : "no_lock_signal");
  log::bounded(log::Level::info, "the hub is followed", topic_.server,
               {{"server", topic_.server},
                {"sessions", holders_.size()},
                {"events", confirmation.events.size()},
                {"lease_seconds", confirmation.lease.value_or(0s).count()}});
  if (!*tells_of_locks_)
    log::bounded(log::Level::warn,
                 confirmation.events.empty()
                     ? "the hub does not say what it grants: a sign-out of the EHR may not be seen by it"
                     : "the hub grants no UserLogout or no UserHibernate: a sign-out of the EHR is not seen by it",
                 topic_.server, {{"server", topic_.server}});
}

TopicStatus FollowedTopic::status() const {
  return {.server = topic_.server,
          .state = progress_.state,
          .since = since_,
          .sessions = holders_.size(),
          .tells_of_locks = tells_of_locks_,
          .trouble = trouble_};
}

asio::awaitable<void> FollowedTopic::live() {
  while (!has_ended()) {
    switch (progress_.state) {
      case TopicState::asking:
        co_await ask();
        break;
      case TopicState::opening:
      case TopicState::following:
        co_await conversation_.hold(std::move(endpoint_));
        break;
      case TopicState::leaving:
        happen({.kind = FactKind::left});
        break;
      case TopicState::refreshing:
        co_await refresh();
        break;
      case TopicState::waiting:
      case TopicState::stopped:
      case TopicState::gone:
        co_await rest();
        break;
      case TopicState::ended:
        break;
    }
  }
}

asio::awaitable<void> FollowedTopic::ask() {
  co_await holders_.freshen(Holders::Need::fresh);
  if (!is(TopicState::asking)) co_return;
  const auto bearer = holders_.bearer();
  if (!bearer || !request_.subscribe(topic_, *bearer))
    co_return happen({.kind = FactKind::failed, .end = {.kind = Ending::no_token, .code = "no_token"}});
  co_await request_.done(BootTime::max());
  auto answer = request_.take();
  if (!is(TopicState::asking)) co_return;
  if (!answer)  // given up with its session
    co_return happen(
        {.kind = FactKind::failed, .end = {.kind = Ending::no_token, .code = "no_token", .pause = End::Pause::none}});
  if (!*answer) co_return happen({.kind = FactKind::failed, .end = std::move(answer->error())});
  endpoint_ = std::move(**answer);
  happen({.kind = FactKind::agreed});
}

asio::awaitable<void> FollowedTopic::refresh() {
  const bool came = co_await holders_.freshen(Holders::Need::another);
  happen({.kind = came ? FactKind::token_came : FactKind::no_token_came});
}

asio::awaitable<void> FollowedTopic::rest() {
  const TopicState resting = progress_.state;
  while (is(resting)) {
    const BootTime until = resting == TopicState::waiting ? progress_.until : BootTime::max();
    if (clock_.now() >= until) co_return happen({.kind = FactKind::pause_over});
    co_await clock_.wait(changed_, until);
  }
}

asio::awaitable<void> FollowedTopic::watch_loss() {
  while (!has_ended()) {
    const config::Server* server = parts_.request.config.get().server(topic_.server);
    const bool counts = progress_.lost_at && !progress_.loss_told && server != nullptr;
    const BootTime until = counts ? *progress_.lost_at + server->fhircast.loss_grace : BootTime::max();
    if (clock_.now() < until) {
      co_await clock_.wait(changed_, until);
      continue;
    }
    happen({.kind = FactKind::grace_over});
    const bool clears = server->fhircast.on_loss == config::OnLoss::clear;
    trail_.record(AuditAct::fhircast_channel_lost, clears ? "clear" : "degrade");
    log::warn("the hub has been gone for loss_grace",
              {{"server", topic_.server}, {"on_loss", clears ? "clear" : "degrade"}});
    if (clears) clear(ClearReason::fhircast_lost);
  }
}

}  // namespace wardend::fhircast
