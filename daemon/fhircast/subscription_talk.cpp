// While the socket is open: messages and their acknowledgements, pings, renewals, the lease.
#include <algorithm>
#include <utility>
#include <variant>

#include "base/log.hpp"
#include "daemon/fhircast/subscription.hpp"

namespace wardend::fhircast {
namespace {

// From a renewal's request to its confirmation: the request's own time, and the hub's.
constexpr Duration renewal_patience = 8s + confirmation_timeout;
constexpr Duration refresh_patience = 10s;
constexpr Duration farewell_patience = 3s;
constexpr Duration answer_patience = 1s;

std::string code_of(const ChannelFailure& failure) {
  switch (failure.kind) {
    case ChannelFailure::Kind::network:
      return "network";
    case ChannelFailure::Kind::tls:
      return "tls";
    case ChannelFailure::Kind::refused:
      return "no_websocket";
    case ChannelFailure::Kind::timeout:
      return "timeout";
    case ChannelFailure::Kind::closed:
      return "closed";
  }
  return "network";
}

ChannelAddress address_of(const Endpoint& endpoint, const config::Server* server) {
  return {.transport = endpoint.transport == Endpoint::Transport::tls ? ChannelAddress::Transport::tls
                                                                      : ChannelAddress::Transport::plain,
          .host = endpoint.host,
          .port = endpoint.port,
          .target = endpoint.target.clone(),
          .route = server == nullptr ? HttpRoute{} : server->route};
}

}  // namespace

asio::awaitable<Subscription::End> Subscription::talk() {
  end_.reset();
  channel_ = parts_.channels.make();
  auto opened = co_await channel_->open(address_of(endpoint_, parts_.config.get().server(topic_.server)));
  if (!opened || end_) {
    channel_.reset();
    co_return end_ ? *std::exchange(end_, std::nullopt) : End{.kind = Ending::lost, .code = code_of(opened.error())};
  }
  opened_at_ = parts_.clock.now();
  ping_at_ = opened_at_ + ping_interval;
  quiet_at_ = renew_at_ = lease_end_ = BootTime::max();
  renewals_failed_ = 0;
  reading_ = true;
  tasks_.spawn("a hub's messages", read_on());
  BootTime leave_at = BootTime::max();  // nobody holds the topic: the hub may have its answer first
  while (!end_) {
    const BootTime now = parts_.clock.now();
    if (!wanted()) leave_at = std::min(leave_at, now + answer_patience);
    if (!wanted() && (!answering_ || now >= leave_at)) {
      co_await say_goodbye();
      break;
    }
    const BootTime due = std::min(tick(now), leave_at);
    if (!end_ && due > now) co_await parts_.clock.wait(changed_, due);
  }
  channel_->drop();
  if (asking_) asks_.cancel();
  while (reading_ || pinging_ || asking_) co_await parts_.clock.wait(changed_, BootTime::max());
  channel_.reset();
  co_return end_ ? *std::exchange(end_, std::nullopt) : End{};
}

// The reader tells of a loss in the same turn: what is on screen is unknown before anybody can ask. A sign-out clears
// in the turn that reads the end of its event, be the message complete or not.
asio::awaitable<void> Subscription::read_on() {
  std::optional<Incoming> message(std::in_place, topic_.topic);
  bool heard = false;
  for (;;) {
    auto piece = co_await channel_->read();
    if (!piece) {
      if (wanted() && message->scan().at_end() != SignOutScan::Finding::none) static_cast<void>(take(*message));
      fail({.kind = Ending::lost, .code = code_of(piece.error())});
      break;
    }
    message->take(std::move(piece->bytes));
    if (wanted() && message->scan().so_far() == SignOutScan::Finding::sign_out) {
      heard = answering_ = true;
      sign_out_of(message->scan().kind());
    }
    if (!piece->last) continue;
    answering_ = true;
    std::optional<std::string> acknowledgement = heard || wanted() ? take(*message) : std::nullopt;
    const bool sent = !acknowledgement || co_await channel_->write(std::move(*acknowledgement));
    answering_ = heard = false;
    message.emplace(topic_.topic);
    changed_.notify_all();
    if (!sent) {
      fail({.kind = Ending::lost, .code = "network"});
      break;
    }
  }
  reading_ = answering_ = false;
  changed_.notify_all();
}

void Subscription::fail(End end) {
  if (!end_) end_ = std::move(end);
  if (wanted()) note_loss();
  changed_.notify_all();
}

asio::awaitable<void> Subscription::ping_once() {
  co_await channel_->ping();
  pinging_ = false;
  changed_.notify_all();
}

// Does what is due at `now`, and returns when the next thing is.
BootTime Subscription::tick(BootTime now) {
  const BootTime silent_at = channel_->heard_at() + 2 * ping_interval;
  const BootTime unconfirmed_at = confirmed_at_ ? BootTime::max() : opened_at_ + confirmation_timeout;
  if (now >= silent_at) fail({.kind = Ending::lost, .code = "silent"});
  if (now >= unconfirmed_at) fail({.kind = Ending::lost, .code = "no_confirmation"});
  if (now >= lease_end_) fail({.kind = Ending::lost, .code = "lease_over"});
  if (end_) return now;
  if (now >= ping_at_) {
    ping_at_ = now + ping_interval;
    if (!std::exchange(pinging_, true)) tasks_.spawn("ping to a hub", ping_once());
  }
  if (now >= quiet_at_) {
    quiet_at_ = BootTime::max();
    if (context_.quiet()) listener_.context_changed(*this);
  }
  if (confirmed_at_ && wanted()) {
    if (answer_) renewed(now);
    if (!end_ && now >= renew_at_) renew(now);
  }
  const BootTime renewal = confirmed_at_ && wanted() ? renew_at_ : BootTime::max();
  return std::min({silent_at, unconfirmed_at, lease_end_, ping_at_, quiet_at_, renewal});
}

// Spec: HL7 FHIRcast 3.0.0 (STU3), lease: it ends with the token that it was asked with.
void Subscription::renew(BootTime now) {
  renew_at_ = now + refresh_patience;
  if (asking_) return;
  if (!holders_.fresh() && holders_.hurry()) return;  // its refresh comes back here
  if (ask(Purpose::renew)) renew_at_ = now + renewal_patience;
}

void Subscription::renewed(BootTime now) {
  Answer answer = *std::exchange(answer_, std::nullopt);
  if (answer) {
    if (!answer->url.equals(endpoint_.url.reveal()))
      fail({.kind = Ending::lost, .code = "other_endpoint", .at_once = true});
    return;
  }
  End& end = answer.error();
  switch (end.kind) {
    case Ending::lost:
    case Ending::no_token:
    case Ending::transient:
      renew_at_ = now + pause_before(renewals_failed_++, parts_.random.unit(), end.retry_after);
      return;
    case Ending::topic_gone:  // of this endpoint, or of the topic: asking anew tells
      return fail({.kind = Ending::lost, .code = std::move(end.code), .at_once = true});
    case Ending::unauthorized:
    case Ending::refused:
      return fail(std::move(end));
  }
}

std::optional<std::string> Subscription::take(Incoming& message) {
  using enum SignOutScan::Finding;
  const auto finding = message.scan().at_end();
  std::optional<int> status = 200;
  switch (finding) {
    case sign_out:
    case unreadable:
      sign_out_of(message.scan().kind());
      record_sign_out(message, finding);
      break;
    case other_topic:
      record("other_topic", std::string(name_of(message.scan().kind())));
      break;
    case none:
      status = take_text(message);
      break;
  }
  const auto id = message.scan().id();
  return status && id ? std::optional(acknowledgement(*id, *status)) : std::nullopt;
}

std::optional<int> Subscription::take_text(Incoming& incoming) {
  if (incoming.too_large()) return doubt("larger than a message may be"), std::nullopt;
  const auto message = read_message(incoming.text().reveal(), topic_.topic);
  if (!message) return doubt(message.error()), std::nullopt;
  if (const auto* confirmation = std::get_if<Confirmation>(&*message)) {
    confirmed(*confirmation);
  } else if (const auto* denial = std::get_if<Denial>(&*message)) {
    denied(*denial);
  } else if (const auto* event = std::get_if<Event>(&*message)) {
    return happened(*event);
  } else if (std::holds_alternative<OtherTopic>(*message)) {
    return 200;
  }
  return std::nullopt;
}

void Subscription::doubt(const std::string& why) {
  log::warn("a hub's message cannot be read", {{"server", topic_.server}, {"why", why}});
  if (context_.doubt()) listener_.context_changed(*this);
}

// Does nothing the second time: nobody holds the topic then.
void Subscription::sign_out_of(EventKind kind) {
  const bool logout = kind == EventKind::user_logout;
  listener_.must_clear(*this, logout ? ClearReason::fhircast_logout : ClearReason::fhircast_hibernate,
                       std::chrono::steady_clock::now());
}

void Subscription::record_sign_out(Incoming& message, SignOutScan::Finding finding) {
  const EventKind kind = message.scan().kind();
  const Leave leave = read_leave(message.text().reveal(), kind);
  std::string detail = leave.hub_sleeps ? "the hub sleeps" : "";
  if (finding == SignOutScan::Finding::unreadable) detail = "its message cannot be read";
  record(std::string(name_of(kind)), std::string(name_of(leave.code)), std::move(detail));
}

void Subscription::confirmed(const Confirmation& confirmation) {
  const BootTime now = parts_.clock.now();
  renewals_failed_ = 0;
  lease_end_ = confirmation.lease ? now + *confirmation.lease : BootTime::max();
  renew_at_ = confirmation.lease ? now + renew_after(*confirmation.lease) : BootTime::max();
  tells_of_locks_ = confirmation.tells(EventKind::user_logout) && confirmation.tells(EventKind::user_hibernate);
  if (confirmed_at_) return;
  confirmed_at_ = now;
  quiet_at_ = now + quiet_after;
  followed_ = true;
  lost_at_.reset();
  loss_told_ = false;
  trouble_.clear();
  enter(SubscriptionState::following);
  record("subscribed", *tells_of_locks_ ? "" : "no_lock_signal");
  log::info("the hub is followed", {{"server", topic_.server},
                                    {"sessions", holders_.size()},
                                    {"events", confirmation.events.size()},
                                    {"lease_seconds", confirmation.lease.value_or(0s).count()}});
  if (!*tells_of_locks_)
    log::warn("the hub grants no UserLogout or no UserHibernate: a sign-out of the EHR is not seen by it",
              {{"server", topic_.server}});
}

// At the end of a lease a hub may say so before it closes: that is no refusal.
void Subscription::denied(const Denial& denial) {
  const bool lease_over = parts_.clock.now() + 1s >= lease_end_;
  fail({.kind = lease_over ? Ending::lost : Ending::unauthorized,
        .code = lease_over ? "lease_over" : "denied",
        .hub_says = denial.reason});
}

// Returns the acknowledgement's status.
int Subscription::happened(const Event& event) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(parts_.clock.wall_now());
  const auto applied = context_.apply(event, now);
  using Effect = CurrentContext::Effect;
  if (event.kind == EventKind::sync_error) record("sync_error", "", event.subscriber);
  if (applied.effect == Effect::doubtful && event.kind != EventKind::sync_error)
    record("doubtful", std::string(name_of(event.kind)), std::string(name_of(event.fault)));
  if (applied.effect == Effect::logout || applied.effect == Effect::hibernate) {
    sign_out_of(event.kind);  // SignOutScan has found it before: this is for the day when the two disagree
  } else if (applied.changed) {
    listener_.context_changed(*this);
  }
  return applied.status;
}

asio::awaitable<void> Subscription::say_goodbye() {
  if (!farewell_.empty() && ask(Purpose::unsubscribe)) {
    farewell_ = Secret();
    co_await answered(parts_.clock.now() + farewell_patience);
  }
  co_await channel_->close();
}

}  // namespace wardend::fhircast
