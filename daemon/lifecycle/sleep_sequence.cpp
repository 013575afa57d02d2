#include "daemon/lifecycle/sleep_sequence.hpp"

#include <cmath>
#include <utility>

#include "base/log.hpp"

namespace wardend::lifecycle {
namespace {

// What the kernel tells at every wake-up, and what a time service corrects all day long, is not worth a record.
constexpr Duration smallest_step = 500ms;
// For what was given up to unwind: it takes turns of the loop, and no time.
constexpr Duration last_turns = 100ms;

std::int64_t seconds(Duration span) { return std::chrono::round<std::chrono::seconds>(span).count(); }

}  // namespace

SleepSequence::SleepSequence(Parts parts) : parts_(std::move(parts)) {
  parts_.clock.on_sleep([this](Duration span) { slept(span); });
  parts_.clock.on_wall_set([this](Duration by) { wall_set(by); });
}

SleepSequence::~SleepSequence() {
  parts_.clock.on_sleep({});
  parts_.clock.on_wall_set({});
}

// Everything is cleared; what still holds secrets are revocations, and refreshes whose session has gone. An answer that
// comes in time brings another revocation; what is left then counts as sent and unanswered, as nobody will hear it.
asio::awaitable<void> SleepSequence::empty(BootTime until) {
  co_await parts_.revoker.drain(until);
  const std::size_t left = parts_.revoker.give_up();
  parts_.http.give_up(parts_.clock.now());
  if (left > 0)
    log::warn("the machine goes to sleep before its servers have answered; tokens there end by themselves",
              {{"revocations", left}});
  const BootTime soon = parts_.clock.now() + last_turns;
  co_await parts_.refresher.settle(soon);
  co_await parts_.revoker.drain(soon);
}

void SleepSequence::slept(Duration span) {
  log::info("the machine was asleep", {{"seconds", seconds(span)}});
  if (parts_.workstation.uses_logind() && parts_.clearing.clear_after_sleep() > 0)
    log::warn("the machine slept and logind had not announced it; everything is cleared",
              {{"next_step", "suspend by logind (systemctl suspend), which waits for the wipe"}});
  parts_.wipe_unsent();
  parts_.http.give_up(parts_.clock.now() - span);
  parts_.server_health.interrupted();
  if (parts_.cut_channels) parts_.cut_channels();
  parts_.schedule.resumed();
  parts_.prober.probe_now();
  record(AuditAct::service_resumed, span);
}

void SleepSequence::wall_set(Duration by) {
  if (std::chrono::abs(by) < smallest_step) return;
  log::warn("the wall clock was set; nothing in the schedule moves", {{"by_seconds", seconds(by)}});
  record(AuditAct::service_clock_set, by);
}

void SleepSequence::record(ActOf<AuditKind::service> act, Duration span) {
  parts_.audit.write(record_of(entry::ClockStep{.act = act, .detail = std::to_string(seconds(span)) + " s"}));
}

}  // namespace wardend::lifecycle
