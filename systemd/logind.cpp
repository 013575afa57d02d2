#include "systemd/logind.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "systemd/logind_calls.hpp"

namespace wardend::systemd {
namespace {

constexpr Duration reconnect_pause = 250ms;
constexpr std::string_view no_answer = "systemd-logind does not answer (systemctl status systemd-logind)";

}  // namespace

Logind::Logind(asio::io_context& loop, Clock& clock, LockListener& listener, const config::Live& config, Places places)
    : loop_(loop),
      clock_(clock),
      listener_(listener),
      config_(config),
      places_(std::move(places)),
      inhibitor_(clock),
      files_(loop),
      lost_at_(clock.now()),
      tasks_(loop.get_executor()) {}

void Logind::start() {
  tasks_.spawn("logind", run());
  tasks_.spawn("logind-files", heed_files());
  tasks_.spawn("logind-loss", guard_loss());
}

asio::awaitable<void> Logind::shut_down() {
  co_await tasks_.shut_down(clock_);
  bus_.reset();
}

std::optional<LoginSession> Logind::find(std::string_view id) const { return live_ ? picture_.find(id) : std::nullopt; }

std::vector<LoginSession> Logind::all() const { return live_ ? picture_.all() : std::vector<LoginSession>(); }

asio::awaitable<void> Logind::run() {
  for (;;) {
    co_await one_connection();
    bus_.reset();
    owner_.clear();
    inhibitor_.drop();
    co_await clock_.sleep_for(reconnect_pause);
  }
}

asio::awaitable<void> Logind::one_connection() {
  auto bus = Bus::open(loop_, clock_, places_.bus);
  if (!bus) {
    lost(bus.error() + ": is dbus running? (systemctl status dbus)");
    co_return;
  }
  bus_ = std::move(*bus);
  bus_->on_death([this] { lost("the connection to the system bus is lost (systemctl status dbus)"); });
  subscribe();
  auto owner = co_await ask_owner(*bus_);
  if (!owner) co_return;
  if (!owner->empty()) owner_changed(std::move(*owner));
  while (bus_->alive()) co_await one_step();
}

asio::awaitable<void> Logind::one_step() {
  if (owner_.empty()) {
    lost("systemd-logind is not running (systemctl status systemd-logind)");
    co_await clock_.wait(news_, BootTime::max());
  } else if (read_all_) {
    read_all_ = false;
    const std::string asked = owner_;
    if (co_await read_everything()) co_return;
    read_all_ = true;
    // The news of a loss has come and gone while everything was read: nobody would end this wait.
    if (asked == owner_ && bus_->alive()) co_await clock_.wait(news_, clock_.now() + 1s);
  } else if (auto path = picture_.take_unread()) {
    co_await read_one(std::move(*path));
  } else if (clock_.now() >= inhibitor_.ask_at()) {
    co_await inhibitor_.ask(*bus_);
  } else {
    co_await clock_.wait(news_, inhibitor_.ask_at());
  }
}

// logind sends no signal when a login session is closing, which it does for as long as a program of it lives on. It
// does write its file anew.
asio::awaitable<void> Logind::heed_files() {
  for (;;) {
    for (const Inotify::Change& change : co_await files_.next()) {
      if ((change.mask & IN_Q_OVERFLOW) != 0) read_all_ = true;
      picture_.ask_again_by_id(change.name);
    }
    news_.notify_all();
  }
}

// A loss is forgiven for `lock_grace`; after that nobody knows who sits here.
asio::awaitable<void> Logind::guard_loss() {
  for (;;) {
    const BootTime until = lost_at_ + config_.get().broker.lock_grace;
    if (live_ || loss_told_) {
      co_await clock_.wait(link_changed_, BootTime::max());
    } else if (clock_.now() < until) {
      co_await clock_.wait(link_changed_, until);
    } else {
      loss_told_ = true;
      log::warn("lock source lost longer than lock_grace: everything is cleared", {{"why", trouble_}});
      clear(ClearReason::lock_source_lost, {});
    }
  }
}

void Logind::lost(std::string trouble) {
  trouble_ = std::move(trouble);
  news_.notify_all();
  if (!live_) return;
  live_ = false;
  loss_told_ = false;
  lost_at_ = clock_.now();
  ++counters_.losses;
  log::warn("lock source lost", {{"source", name()}, {"why", trouble_}});
  link_changed_.notify_all();
}

void Logind::tell(const std::optional<LoginPicture::News>& news) {
  if (!news) return;
  if (news->clear) clear(*news->clear, news->login_session);
  if (news->clear != ClearReason::session_removed) listener_.picture_changed(news->login_session);
}

void Logind::clear(ClearReason reason, const std::string& login_session) {
  listener_.must_clear({.reason = reason,
                        .login_session = login_session,
                        .received_at = std::chrono::steady_clock::now(),
                        .source = std::string(name())});
}

void Logind::read_again(const std::string& path) {
  picture_.ask_again(path);
  news_.notify_all();
}

asio::awaitable<void> Logind::read_one(std::string path) {
  const std::string asked = owner_;
  picture_.begin_reading();
  SessionReading reading = co_await ask_session(*bus_, path);
  if (asked != owner_ || !bus_->alive() || picture_.ended_meanwhile(path)) co_return;
  if (reading.session) co_return tell(picture_.take_reply(path, std::move(*reading.session)));
  // Gone, or unreadable: either way nobody can say that it is unlocked.
  read_all_ = true;
  if (reading.silent) co_return unanswered(path);
  tell(picture_.remove(path));
}

// No answer says nothing about who is there: it stays, locked, until logind has been read again. A call that a sleep
// interrupts ends like this.
void Logind::unanswered(const std::string& path) {
  tell(picture_.take_silence(path));
  lost(std::string(no_answer));
}

asio::awaitable<bool> Logind::read_everything() {
  const std::string asked = owner_;
  picture_.begin_reading_all();
  const auto paths = co_await ask_session_paths(*bus_);
  if (asked != owner_ || !bus_->alive()) co_return false;  // which has been told
  if (!paths) {
    lost(std::string(no_answer));
    co_return false;
  }
  std::map<std::string, LoginSession> now;
  for (const std::string& path : *paths) {
    SessionReading reading = co_await ask_session(*bus_, path);
    if (reading.session) now.emplace(path, std::move(*reading.session));
    if (!reading.silent || asked != owner_ || !bus_->alive()) continue;
    unanswered(path);
    co_return false;
  }
  if (asked != owner_ || !bus_->alive()) co_return false;
  for (const std::string& path : picture_.missing_from(now)) tell(picture_.remove(path));
  picture_.read_after_wake();
  for (auto& [path, session] : now) tell(picture_.take_reply(path, std::move(session)));
  if (!live_) {
    live_ = true;
    // Without the folder all that is lost is how soon a closing login session is noticed.
    if (!places_.sessions.empty()) (void)files_.add(places_.sessions, IN_MOVED_TO);
    inhibitor_.want();
    log::info("lock source live", {{"source", name()}, {"login_sessions", picture_.size()}});
    link_changed_.notify_all();
  }
  listener_.picture_changed({});
  co_return true;
}

}  // namespace wardend::systemd
