#include "daemon/fhircast/follower.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::fhircast {

Follower::Follower(asio::any_io_executor executor, Parts parts)
    : executor_(std::move(executor)), parts_(std::move(parts)), events_(parts_.hub) {}

asio::awaitable<void> Follower::run() {
  for (;;) {
    if (events_.overflowed) {
      events_.queue.clear();
      events_.overflowed = false;
      reconfigured();
    }
    while (!events_.queue.empty()) {
      const events::SessionEvent happening = std::move(events_.queue.front());
      events_.queue.pop_front();
      take(happening);
    }
    co_await reap();
    if (events_.queue.empty() && !events_.overflowed)
      co_await parts_.topic.request.clock.wait(events_.arrived, BootTime::max());
  }
}

void Follower::take(const events::SessionEvent& happening) {
  if (happening.kind == events::EventKind::session_cleared) return gone(happening.session);
  session::Session* session = parts_.topic.store.find_live(happening.session, happening.epoch);
  if (session == nullptr) return;
  switch (happening.kind) {
    case events::EventKind::session_started: {
      const bool restored = happening.reason == name_of(ClearReason::restart);
      return consider(*session, restored ? FollowedTopic::Held::restored : FollowedTopic::Held::launched);
    }
    case events::EventKind::token_refreshed: {
      consider(*session, FollowedTopic::Held::launched);
      if (const auto held = held_.find(session->id); held != held_.end())
        followed_.at(held->second)->refreshed(session->id);
      return;
    }
    case events::EventKind::reauthentication_required:  // there is no token left to follow with
      release(session->id);
      return show(*session, std::nullopt);
    case events::EventKind::session_cleared:
    case events::EventKind::context_changed:
    case events::EventKind::server_health_changed:
    case events::EventKind::app_disabled:
    case events::EventKind::app_enabled:
    case events::EventKind::capabilities_changed:
      return;
  }
}

std::optional<Follower::Offer> Follower::offer_of(const session::Session& session) {
  const config::Server* server = parts_.topic.request.config.get().server(session.server);
  if (server == nullptr || !server->fhircast.enabled || !session.hub || session.tokens() == nullptr)
    return std::nullopt;
  auto hub = check_hub_url(session.hub->url, {.fhir_host = server->fhir_base_url.url().host(),
                                              .allowed_hosts = server->fhircast.allowed_hosts});
  if (!hub) {
    refuse(session, hub.error());
    return std::nullopt;
  }
  refused_.erase(session.id);
  return Offer{.key = {session.server, hub->text(), hex(sha256(session.hub->topic.reveal()))}, .hub = std::move(*hub)};
}

void Follower::refuse(const session::Session& session, const HubFault& fault) {
  std::string& known = refused_[session.id];
  if (known == session.hub->url) return;
  known = session.hub->url;
  log::warn("a hub is not followed: add its host to [server.fhircast] allowed_hosts if it is the EHR's",
            {{"server", session.server}, {"why", fault.detail}});
  parts_.topic.audit.write(record_of(entry::Hub{.act = AuditAct::fhircast_hub_refused,
                                                .whose = audit_owner(session),
                                                .reason = std::string(name_of(fault.kind)),
                                                .detail = fault.detail}));
}

void Follower::consider(session::Session& session, FollowedTopic::Held how) {
  auto offer = offer_of(session);
  const auto held = held_.find(session.id);
  if (held != held_.end()) {
    if (offer && held->second == offer->key) return;
    release(session.id);
  }
  if (!offer) return show(session, std::nullopt);
  auto& topic = followed_[offer->key];
  const bool fresh = topic == nullptr;
  if (fresh)
    topic = std::make_unique<FollowedTopic>(
        executor_, parts_.topic,
        Topic{.server = session.server, .hub = std::move(offer->hub), .topic = session.hub->topic.clone()},
        listening());
  held_[session.id] = offer->key;
  topic->hold(session.id, how);
  if (fresh) topic->start();
  show(session, topic->on_screen());
}

void Follower::release(const std::string& session) {
  const auto held = held_.find(session);
  if (held == held_.end()) return;
  const auto topic = followed_.find(held->second);
  held_.erase(held);
  topic->second->release(session);
  if (!topic->second->holders().empty()) return;
  ending_.push_back(std::move(topic->second));
  followed_.erase(topic);
}

void Follower::show(session::Session& session, const std::optional<OnScreen>& on_screen) {
  if (session.on_screen == on_screen) return;
  session.on_screen = on_screen;
  parts_.hub.publish({.kind = events::EventKind::context_changed,
                      .at = parts_.topic.request.clock.wall_now(),
                      .session = session.id,
                      .app = session.app,
                      .server = session.server,
                      .epoch = session.epoch});
}

FollowedTopic::Tell Follower::listening() {
  return {.context_changed = [this](const FollowedTopic& topic) { context_changed(topic); },
          .must_clear = [this](Holders& holders, ClearReason reason) { must_clear(holders, reason); },
          .ended = [this] { events_.arrived.notify_all(); }};
}

void Follower::context_changed(const FollowedTopic& topic) {
  for (const std::string& id : topic.holders().ids())
    if (session::Session* session = parts_.topic.store.find(id); session != nullptr && !session->cleared())
      show(*session, topic.on_screen());
}

void Follower::must_clear(Holders& holders, ClearReason reason) {
  const auto received_at = std::chrono::steady_clock::now();
  for (const std::string& login_session : holders.login_sessions())
    parts_.clearing.must_clear(
        {.reason = reason, .login_session = login_session, .received_at = received_at, .source = "fhircast"});
}

asio::awaitable<void> Follower::reap() {
  for (;;) {
    const auto over = std::ranges::find_if(ending_, [](const auto& topic) { return topic->has_ended(); });
    if (over == ending_.end()) co_return;
    co_await (*over)->shut_down();
    ending_.erase(over);
  }
}

void Follower::gone(const std::string& session) {
  release(session);
  refused_.erase(session);
}

void Follower::reconfigured() {
  // Of those that went while too much happened to be told of each.
  for (const auto& [id, key] : std::map(held_)) {
    const session::Session* session = parts_.topic.store.find(id);
    if (session == nullptr || session->cleared() != nullptr) gone(id);
  }
  for (session::Session* session : parts_.topic.store.all())
    if (session->cleared() == nullptr) consider(*session, FollowedTopic::Held::launched);
  for (const auto& [key, topic] : followed_) topic->reconsider();
}

void Follower::interrupted() {
  for (const auto& [key, topic] : followed_) topic->interrupted();
}

asio::awaitable<void> Follower::shut_down() {
  held_.clear();
  for (auto& [key, topic] : std::exchange(followed_, {})) ending_.push_back(std::move(topic));
  for (const auto& topic : ending_) topic->stop();
  for (; !ending_.empty(); ending_.pop_front()) co_await ending_.front()->shut_down();
}

std::vector<TopicStatus> Follower::status() const {
  std::vector<TopicStatus> all;
  all.reserve(followed_.size());
  for (const auto& [key, topic] : followed_) all.push_back(topic->status());
  return all;
}

}  // namespace wardend::fhircast
