#include "systemd/sleep_inhibitor.hpp"

#include <utility>

#include "base/log.hpp"
#include "systemd/bus_names.hpp"
#include "systemd/logind_messages.hpp"

namespace wardend::systemd {
namespace {

constexpr Duration patience_with_logind = 2s;
constexpr Duration pause_after_refusal = 10s;

}  // namespace

void SleepInhibitor::want() {
  sleep_ = Sleep::none;
  wanted_ = !held_.valid();
  ask_at_ = {};
}

FileDescriptor SleepInhibitor::hand_over() {
  sleep_ = Sleep::begins;
  wanted_ = false;
  return std::exchange(held_, {});
}

void SleepInhibitor::let_sleep() {
  if (sleep_ != Sleep::begins) return;
  sleep_ = Sleep::may_come;
  held_.reset();
}

asio::awaitable<void> SleepInhibitor::ask(Bus& bus) {
  wanted_ = false;
  auto reply =
      co_await bus.call({names::login, names::login_path, names::login_manager, "Inhibit"},
                        {"sleep", "wardend", "clears clinical sessions before sleep", "delay"}, patience_with_logind);
  FileDescriptor taken = reply ? read_inhibitor(reply->get()) : FileDescriptor();
  const bool came = taken.valid();
  if (sleep_ != Sleep::may_come) held_ = std::move(taken);
  if (!came && sleep_ == Sleep::none) {
    // polkit may be starting up just now, or be allowed to say yes only later.
    wanted_ = true;
    ask_at_ = clock_.now() + pause_after_refusal;
    if (!std::exchange(missed_, true))
      log::warn("no delay inhibitor for sleep: a suspend may come before the wipe",
                {{"why", reply ? "no descriptor came" : reply.error().text},
                 {"next_step", "allow org.freedesktop.login1.inhibit-delay-sleep to the wardend user"}});
  } else if (came && std::exchange(missed_, false)) {
    log::info("a suspend waits for the wipe again", {});
  }
  // Asked each time: logind reads its configuration anew when it is restarted.
  const auto most = co_await bus.call({names::login, names::login_path, names::properties, "Get"},
                                      {names::login_manager, "InhibitDelayMaxUSec"}, patience_with_logind);
  delay_ = sleep_delay(most ? read_delay(most->get()) : std::nullopt);
}

}  // namespace wardend::systemd
