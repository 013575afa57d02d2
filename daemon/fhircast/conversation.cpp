#include "daemon/fhircast/conversation.hpp"

#include <algorithm>
#include <utility>

#include "daemon/fhircast/patience.hpp"

namespace wardend::fhircast {
namespace {

ChannelAddress address_of(const Endpoint& endpoint, const config::Server* server) {
  return {.transport = endpoint.transport == Endpoint::Transport::tls ? ChannelAddress::Transport::tls
                                                                      : ChannelAddress::Transport::plain,
          .host = endpoint.host,
          .port = endpoint.port,
          .target = endpoint.target.clone(),
          .route = server == nullptr ? HttpRoute{} : server->route};
}

}  // namespace

asio::awaitable<void> Conversation::hold(Endpoint endpoint) {
  endpoint_ = std::move(endpoint);
  lease_ = {};
  over_ = Over::no;
  is_confirmed_ = false;
  quiet_at_ = BootTime::max();
  socket_.emplace(parts_.executor, parts_.clock, parts_.channels, parts_.topic.topic, ears(), parts_.changed);
  const auto opened = co_await socket_->open(address_of(endpoint_, parts_.config.get().server(parts_.topic.server)));
  confirm_until_ = parts_.clock.now() + confirmation_timeout;
  if (!opened) fail(opened.error());
  if (opened) co_await talk();
  parts_.request.give_up();
  co_await socket_->shut_down();
  socket_.reset();
  endpoint_ = {};
}

void Conversation::cut() {
  over_ = Over::cut;
  if (socket_) socket_->drop();
  parts_.changed.notify_all();
}

void Conversation::leave() {
  over_ = Over::leaving;
  if (socket_ && !socket_->is_open()) socket_->drop();
  parts_.changed.notify_all();
}

asio::awaitable<void> Conversation::shut_down() {
  if (socket_) co_await socket_->shut_down();
}

asio::awaitable<void> Conversation::talk() {
  while (over_ == Over::no) {
    const BootTime now = parts_.clock.now();
    const BootTime due = tick(now);
    if (over_ == Over::no && due > now) co_await parts_.clock.wait(parts_.changed, due);
  }
  if (over_ != Over::leaving) co_return;
  const BootTime until = parts_.clock.now() + answer_patience;
  while (socket_->owes() && parts_.clock.now() < until) co_await parts_.clock.wait(parts_.changed, until);
  co_await socket_->finish();
}

HubSocket::Ears Conversation::ears() {
  return {.sign_out =
              [this](EventKind kind) {
                if (over_ == Over::no) tell_.sign_out(kind);
              },
          .message = [this](Incoming& message) { return hear(message); },
          .ended = [this](End end) { fail(std::move(end)); }};
}

// A sign-out has made this a conversation with nobody who holds the topic: it is answered all the same.
std::optional<std::string> Conversation::hear(Incoming& message) {
  if (over_ != Over::no && !socket_->is_signing_out()) return std::nullopt;
  Heard heard = parts_.hearing.take(message, parts_.topic.topic);
  if (heard.sign_out) tell_.sign_out(*heard.sign_out);
  if (over_ == Over::no) {
    if (heard.changed) tell_.context_changed();
    if (heard.confirmation) confirmed(*heard.confirmation);
    if (heard.denial) denied(*heard.denial);
  }
  return std::move(heard.answer);
}

void Conversation::confirmed(const Confirmation& confirmation) {
  const BootTime now = parts_.clock.now();
  lease_.confirmed(now, confirmation.lease);
  if (!std::exchange(is_confirmed_, true)) quiet_at_ = now + quiet_after;
  tell_.confirmation(confirmation);
}

// At the end of a lease a hub may say so before it closes: that is no refusal.
void Conversation::denied(const Denial& denial) {
  const bool over = lease_.about_over(parts_.clock.now());
  fail({.kind = over ? Ending::lost : Ending::unauthorized,
        .code = over ? "lease_over" : "denied",
        .hub_says = denial.reason});
}

// Does what is due at `now`, and returns when the next thing is.
BootTime Conversation::tick(BootTime now) {
  if (!is_confirmed_ && now >= confirm_until_) fail({.kind = Ending::lost, .code = "no_confirmation"});
  if (lease_.over(now)) fail({.kind = Ending::lost, .code = "lease_over"});
  const BootTime socket_due = socket_->tick(now);
  if (over_ != Over::no) return now;
  if (now >= quiet_at_) {
    quiet_at_ = BootTime::max();
    if (parts_.hearing.quiet()) tell_.context_changed();
  }
  if (auto answer = parts_.request.take()) renewed(std::move(*answer), now);
  if (over_ == Over::no && is_confirmed_ && lease_.due(now)) renew(now);
  const BootTime confirmation_due = is_confirmed_ ? lease_.due_at() : confirm_until_;
  return std::min({socket_due, confirmation_due, lease_.over_at(), quiet_at_});
}

void Conversation::renew(BootTime now) {
  lease_.awaits_token(now);
  if (parts_.request.open()) return;
  if (!parts_.holders.fresh() && parts_.holders.hurry()) return;  // its refresh comes back here
  const auto bearer = parts_.holders.bearer();
  if (bearer && parts_.request.renew(parts_.topic, *bearer, endpoint_)) lease_.asked(now);
}

void Conversation::renewed(HubRequest::Answer answer, BootTime now) {
  if (answer) {
    if (!answer->url.equals(endpoint_.url.reveal()))
      fail({.kind = Ending::lost, .code = "other_endpoint", .pause = End::Pause::none});
    return;
  }
  End& end = answer.error();
  switch (end.kind) {
    case Ending::lost:
    case Ending::no_token:
    case Ending::transient:
      return lease_.put_off(now, parts_.random.unit(), end.retry_after);
    case Ending::topic_gone:  // of this endpoint, or of the topic: asking anew tells
      return fail({.kind = Ending::lost, .code = std::move(end.code), .pause = End::Pause::none});
    case Ending::unauthorized:
    case Ending::refused:
      return fail(std::move(end));
  }
}

}  // namespace wardend::fhircast
