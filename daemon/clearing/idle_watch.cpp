#include "daemon/clearing/idle_watch.hpp"

#include <algorithm>

namespace wardend::clearing {

BootTime idle_from(WallTime since, WallTime wall_now, BootTime now) {
  const Duration length = std::max(Duration::zero(), Duration(wall_now - since));
  return now - std::min(length, now.time_since_epoch());
}

IdleWatch::IdleWatch(Clock& clock, const config::Live& config, workstation::Workstation& workstation,
                     session::SessionStore& store, Clearing& clearing)
    : clock_(clock), config_(config), workstation_(workstation), store_(store), clearing_(clearing) {}

asio::awaitable<void> IdleWatch::run() {
  for (;;) {
    const BootTime next = sweep();
    co_await clock_.wait(workstation_.picture_changed(), next);
  }
}

// The stretches that go on keep their beginning: a wall clock that is set meanwhile does not move it.
BootTime IdleWatch::sweep() {
  std::map<std::string, Idle> idle;
  BootTime next = BootTime::max();
  for (const LoginSession& login : workstation_.sources().login_sessions()) {
    if (!login.idle_since) continue;
    const auto known = idle_.find(login.id);
    const BootTime from = known != idle_.end() && known->second.since == *login.idle_since
                              ? known->second.from
                              : idle_from(*login.idle_since, clock_.wall_now(), clock_.now());
    idle.emplace(login.id, Idle{*login.idle_since, from});
    next = std::min(next, sweep(login, from));
  }
  idle_ = std::move(idle);
  // A session that begins meanwhile is due no sooner than this.
  return idle_.empty() ? next : std::min(next, clock_.now() + shortest_timeout());
}

BootTime IdleWatch::sweep(const LoginSession& login, BootTime from) {
  BootTime next = BootTime::max();
  for (session::Session* session : store_.of_login_session(login.id)) {
    const config::App* app = config_.get().app(session->app);
    if (app == nullptr || session->state() == session::State::cleared) continue;
    // Whoever launched it was there then, whatever the desktop says.
    const BootTime due = std::max(from, session->started_boot) + app->session.idle_timeout;
    if (clock_.now() >= due)
      clearing_.clear_session(*session, {ClearReason::idle, "the login session was idle for idle_timeout"});
    else
      next = std::min(next, due);
  }
  return next;
}

Duration IdleWatch::shortest_timeout() const {
  Duration shortest = 24h;
  for (const config::App& app : config_.get().apps) shortest = std::min(shortest, Duration(app.session.idle_timeout));
  return shortest;
}

}  // namespace wardend::clearing
