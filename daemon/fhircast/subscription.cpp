#include "daemon/fhircast/subscription.hpp"

#include <utility>

#include "base/log.hpp"

namespace wardend::fhircast {
namespace {

constexpr Duration goodbye_patience = 1s;

}  // namespace

Subscription::Subscription(asio::any_io_executor executor, const Parts& parts, Topic topic, Listener& listener)
    : parts_(parts),
      topic_(std::move(topic)),
      listener_(listener),
      holders_(parts.clock, parts.store, parts.refresher),
      since_(parts.clock.wall_now()),
      asks_(executor),
      tasks_(executor) {}

void Subscription::start() {
  tasks_.spawn("subscription", live());
  tasks_.spawn("subscription's loss", watch_loss());
}

void Subscription::hold(const std::string& session, Held how) {
  const bool added = holders_.add(session);
  if (how == Held::restored) {
    followed_ = true;
    if (state_ != SubscriptionState::following && !lost_at_) lost_at_ = parts_.clock.now();
  }
  const bool idle = state_ == SubscriptionState::waiting || state_ == SubscriptionState::stopped;
  if (added && idle) hurry_ = true;
  changed_.notify_all();
}

void Subscription::release(const std::string& session, Secret farewell) {
  if (!holders_.remove(session)) return;
  // The token that the hub is being asked with goes at once.
  if (asking_ && token_of_ == session) asks_.cancel();
  if (holders_.empty()) {
    farewell_ = std::move(farewell);
    context_.lost();
    if (farewell_.empty()) topic_.topic = Secret();
    if (channel_ && !reading_) channel_->drop();
  } else if (token_of_ == session) {
    renew_at_ = parts_.clock.now();
  }
  changed_.notify_all();
}

void Subscription::refreshed(const std::string& session) {
  if (!holders_.has(token_of_) || token_of_ == session) renew_at_ = parts_.clock.now();
  if (state_ == SubscriptionState::waiting) hurry_ = true;
  changed_.notify_all();
}

void Subscription::interrupted() {
  attempts_ = 0;
  if (state_ == SubscriptionState::waiting) hurry_ = true;
  if (channel_) {
    fail({.kind = Ending::lost, .code = "asleep"});
    channel_->drop();
  }
  changed_.notify_all();
}

void Subscription::stop() {
  stopping_ = true;
  if (channel_ && !reading_) channel_->drop();
  changed_.notify_all();
}

asio::awaitable<void> Subscription::shut_down() {
  stop();
  const BootTime until = parts_.clock.now() + goodbye_patience;
  while (state_ != SubscriptionState::ended && parts_.clock.now() < until) co_await parts_.clock.wait(changed_, until);
  if (channel_) channel_->drop();
  co_await asks_.shut_down(parts_.clock);
  co_await tasks_.shut_down(parts_.clock);
}

asio::awaitable<void> Subscription::live() {
  while (wanted()) {
    enter(SubscriptionState::connecting);
    hurry_ = false;
    End end = co_await attempt();
    if (wanted()) co_await recover(std::move(end));
  }
  enter(SubscriptionState::ended);
  listener_.ended(*this);
}

asio::awaitable<Subscription::End> Subscription::attempt() {
  co_await holders_.freshen(Holders::Need::fresh);
  if (!wanted()) co_return End{};
  if (!ask(Purpose::subscribe)) co_return End{.kind = Ending::no_token, .code = "no_token"};
  co_await answered(BootTime::max());
  if (!answer_) co_return End{.kind = Ending::no_token, .code = "no_token", .at_once = true};
  Answer answer = *std::exchange(answer_, std::nullopt);
  if (!answer) co_return std::move(answer.error());
  if (!wanted()) co_return End{};
  endpoint_ = std::move(*answer);
  End end = co_await talk();
  endpoint_ = {};
  co_return end;
}

// What was lost is unknown before anything else is done about it.
asio::awaitable<void> Subscription::recover(End end) {
  note_loss();
  const BootTime now = parts_.clock.now();
  if (confirmed_at_ && now - *confirmed_at_ >= settled_after) attempts_ = refusals_ = 0;
  confirmed_at_.reset();
  if (end.kind == Ending::unauthorized) ++refusals_;
  if (trouble_ != end.code) record("subscription_ended", end.code, end.hub_says);
  trouble_ = end.code;
  Next next = next_step(end.kind, {.followed = followed_, .refusals = refusals_});
  log::warn("no subscription at the hub",
            {{"server", topic_.server}, {"why", name_of(end.kind)}, {"code", end.code}, {"attempt", attempts_}});
  if (next == Next::refresh) {
    enter(SubscriptionState::waiting);
    if (co_await holders_.freshen(Holders::Need::another)) co_return;
    next = Next::stop;
  }
  switch (next) {
    case Next::again: {
      enter(SubscriptionState::waiting);
      Duration span = end.at_once ? Duration::zero() : pause_before(attempts_++, parts_.random.unit(), end.retry_after);
      const config::Server* server = parts_.config.get().server(topic_.server);
      if (lost_at_ && !loss_told_ && server != nullptr)
        span = pause_within(server->fhircast.loss_grace, span, end.retry_after);
      co_return co_await pause(now + span);
    }
    case Next::clear_logout:
      listener_.must_clear(*this, ClearReason::fhircast_logout, std::chrono::steady_clock::now());
      break;
    case Next::refresh:
    case Next::stop:
      break;
  }
  enter(SubscriptionState::stopped);
  refusals_ = 0;
  co_await pause(BootTime::max());
}

asio::awaitable<void> Subscription::pause(BootTime until) {
  while (wanted() && !hurry_ && parts_.clock.now() < until) co_await parts_.clock.wait(changed_, until);
}

asio::awaitable<void> Subscription::watch_loss() {
  while (wanted()) {
    const config::Server* server = parts_.config.get().server(topic_.server);
    const bool counts = lost_at_ && !loss_told_ && server != nullptr;
    const BootTime until = counts ? *lost_at_ + server->fhircast.loss_grace : BootTime::max();
    if (parts_.clock.now() < until) {
      co_await parts_.clock.wait(changed_, until);
      continue;
    }
    loss_told_ = true;
    const bool clears = server->fhircast.on_loss == config::OnLoss::clear;
    record("channel_lost", clears ? "clear" : "degrade");
    log::warn("the hub has been gone for loss_grace",
              {{"server", topic_.server}, {"on_loss", clears ? "clear" : "degrade"}});
    if (clears) listener_.must_clear(*this, ClearReason::fhircast_lost, std::chrono::steady_clock::now());
  }
}

void Subscription::note_loss() {
  if (followed_ && !lost_at_) lost_at_ = parts_.clock.now();
  const bool changed = context_.lost();
  changed_.notify_all();
  if (changed) listener_.context_changed(*this);
}

void Subscription::enter(SubscriptionState state) {
  if (state_ != state) since_ = parts_.clock.wall_now();
  state_ = state;
  changed_.notify_all();
}

SubscriptionRow Subscription::row() const {
  return {.server = topic_.server,
          .state = state_,
          .since = since_,
          .sessions = holders_.size(),
          .tells_of_locks = tells_of_locks_,
          .trouble = trouble_};
}

void Subscription::record(std::string action, std::string reason, std::string detail) {
  AuditRecord record(AuditKind::fhircast);
  record.granted().action = std::move(action);
  record.server = topic_.server;
  record.reason = std::move(reason);
  record.detail = std::move(detail);
  parts_.audit.write(std::move(record));
}

}  // namespace wardend::fhircast
