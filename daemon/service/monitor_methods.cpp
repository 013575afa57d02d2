#include "daemon/service/monitor_methods.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "daemon/service/wire.hpp"

namespace wardend::service {

using namespace ipc::broker;
using access::Who;
using ipc::broker::Event;

namespace {

EventKind kind_of(events::EventKind kind) {
  switch (kind) {
    case events::EventKind::session_started:
      return EventKind::session_started;
    case events::EventKind::token_refreshed:
      return EventKind::token_refreshed;
    case events::EventKind::reauthentication_required:
      return EventKind::reauthentication_required;
    case events::EventKind::session_cleared:
      return EventKind::session_cleared;
    case events::EventKind::context_changed:
      return EventKind::context_changed;
    case events::EventKind::server_health_changed:
      return EventKind::server_health_changed;
    case events::EventKind::app_disabled:
      return EventKind::app_disabled;
    case events::EventKind::app_enabled:
      return EventKind::app_enabled;
    case events::EventKind::capabilities_changed:
      return EventKind::capabilities_changed;
  }
  return EventKind::server_health_changed;
}

std::set<std::string> servers_of(const Who& who) {
  std::set<std::string> servers;
  for (const config::App* app : who.apps) servers.insert(app->servers.begin(), app->servers.end());
  return servers;
}

}  // namespace

// What names a patient says whose session it is: a clear takes it back as long as nobody has read it.
asio::awaitable<bool> MonitorMethods::send(Watch& watch, Event event) {
  std::vector<std::string> about;
  if (event.session && (event.context || event.on_screen)) about = {*event.session};
  co_return co_await watch.stream.send({.event = std::move(event)}, std::move(about));
}

// Each session is looked at in its turn: the one before may have waited for its reader through a clear.
asio::awaitable<bool> MonitorMethods::send_snapshot(Watch& watch) {
  std::vector<std::string> ids;
  for (const session::Session* session : parts_.store.of_login_session(watch.who.login_session))
    if (watch.who.owns(*session)) ids.push_back(session->id);
  for (const std::string& id : ids) {
    const session::Session* session = parts_.store.find_live(id, watch.who.epoch);
    if (session == nullptr || !parts_.workstation.running(watch.who.epoch)) continue;
    Event event{.kind = EventKind::session_present,
                .at = unix_seconds(parts_.clock.wall_now()),
                .session = id,
                .context = to_wire(session->context),
                .on_screen = to_wire(session->on_screen)};
    if (!co_await send(watch, std::move(event))) co_return false;
  }
  for (const std::string& server : servers_of(watch.who)) {
    Event event{.kind = EventKind::server_health_changed,
                .at = unix_seconds(parts_.clock.wall_now()),
                .freshness = freshness_for(watch.who, parts_.server_health, server)};
    if (!co_await send(watch, std::move(event))) co_return false;
  }
  co_return true;
}

std::optional<Event> MonitorMethods::event_for(const Who& who, const events::SessionEvent& happening) {
  Event event{.kind = kind_of(happening.kind), .at = unix_seconds(happening.at)};
  if (!happening.reason.empty()) event.reason = happening.reason;
  if (happening.kind == events::EventKind::server_health_changed) {
    if (!servers_of(who).contains(happening.server)) return std::nullopt;
    event.freshness = freshness_for(who, parts_.server_health, happening.server);
    return event;
  }
  const bool own_app = std::ranges::any_of(who.apps, [&](const config::App* app) { return app->id == happening.app; });
  if (!own_app) return std::nullopt;
  if (happening.kind == events::EventKind::app_disabled || happening.kind == events::EventKind::app_enabled) {
    event.app = happening.app;
    return event;
  }
  if (happening.kind == events::EventKind::capabilities_changed) {
    event.app = happening.app;
    event.server = happening.server;
    return event;
  }
  if (happening.epoch != who.epoch) return std::nullopt;
  event.session = happening.session;
  const session::Session* session = parts_.store.find_live(happening.session, who.epoch);
  if (session == nullptr) return event;
  if (happening.kind == events::EventKind::session_started) event.context = to_wire(session->context);
  if (happening.kind == events::EventKind::context_changed) event.on_screen = to_wire(session->on_screen);
  return event;
}

Answer<void> MonitorMethods::monitor(ipc::Call& call, MonitorStream& stream) {
  Result<Who> who = parts_.gate.admit_and_record(call.caller, call.epoch_tag, access::Demand::registered, "Monitor");
  if (!who) co_return std::unexpected(who.error());
  Watch watch{.who = std::move(*who), .stream = stream};
  events::EventHub::Subscription subscription(parts_.hub);
  if (!co_await send_snapshot(watch)) co_return Result<void>{};
  for (;;) {
    // A subscriber that fell behind is let go: it comes back and gets the picture anew.
    if (subscription.overflowed) co_return Result<void>{};
    if (subscription.queue.empty()) {
      co_await parts_.clock.wait(subscription.arrived, BootTime::max());
      continue;
    }
    const events::SessionEvent happening = std::move(subscription.queue.front());
    subscription.queue.pop_front();
    auto event = event_for(watch.who, happening);
    if (event && !co_await send(watch, std::move(*event))) co_return Result<void>{};
  }
}

}  // namespace wardend::service
