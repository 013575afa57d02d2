#include "daemon/patients/patient_checks.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::patients {
namespace {

using fhir::Verification;

constexpr Duration read_time = 8s;
constexpr Duration until_asked_again = 5s;  // after a read that brought nothing
constexpr Duration numbers_keep = 10min;  // until they are read again for an app that reads: a number may be corrected

bool young(const session::PatientCheck& check, Duration most_age, BootTime now) {
  const Duration keeps =
      check.identity.status == Verification::unavailable ? std::min(most_age, until_asked_again) : most_age;
  return now - check.read_at <= keeps;
}

}  // namespace

asio::awaitable<void> PatientChecks::run() {
  for (;;) {
    // A check that is not begun here is made when a write needs it.
    if (std::exchange(events_.overflowed, false)) events_.queue.clear();
    while (!events_.queue.empty()) {
      const events::SessionEvent happening = std::move(events_.queue.front());
      events_.queue.pop_front();
      take(happening);
    }
    reap();
    if (events_.queue.empty() && !events_.overflowed) co_await parts_.clock.wait(events_.arrived, BootTime::max());
  }
}

void PatientChecks::take(const events::SessionEvent& happening) {
  if (happening.kind != events::EventKind::session_started) return;
  const session::Session* session = parts_.store.find_live(happening.session, happening.epoch);
  if (session != nullptr && session->context.patient && !session->patient_check) begin(*session);
}

PatientChecks::Reading& PatientChecks::begin(const session::Session& session) {
  std::unique_ptr<Reading>& reading = readings_[session.id];
  if (reading == nullptr || reading->over) {
    if (reading == nullptr) reading = std::make_unique<Reading>(executor_);
    reading->over = false;
    reading->task.spawn("patient", read(session.id, session.epoch));
  }
  return *reading;
}

asio::awaitable<void> PatientChecks::read(std::string id, workstation::EpochNumber epoch) {
  const ScopeExit done([this, &id] {
    Reading& reading = *readings_.at(id);
    reading.over = true;
    reading.ended.notify_all();
    events_.arrived.notify_all();
  });
  session::Session* session = parts_.store.find_live(id, epoch);
  if (session == nullptr || !session->context.patient) co_return;
  const session::Tokens* tokens = session->tokens();
  const bool good = session->remaining(parts_.clock.now()) > Duration::zero();
  session::PatientCheck check = co_await parts_.reader.read(
      {.server = session->server,
       .patient = *session->context.patient,
       .granted = session->granted,
       .token = good ? tokens->access.clone() : Secret(),
       .before = session->patient_check,
       .until = parts_.clock.now() + read_time,
       .wanted = [&store = parts_.store, id, epoch] { return store.find_live(id, epoch) != nullptr; }});
  session = parts_.store.find_live(id, epoch);
  if (session != nullptr) took(*session, std::move(check));
}

void PatientChecks::took(session::Session& session, session::PatientCheck check) {
  const Verification status = check.identity.status;
  ++counts_[{session.app, session.server, std::string(name_of(status))}];
  const bool news = !session.patient_check || session.patient_check->identity.status != status;
  // What brought no number takes none back that was known.
  if (session.patient_check && check.identity.identifiers.empty())
    check.identity.identifiers = std::move(session.patient_check->identity.identifiers);
  session.patient_check = std::move(check);
  if (!news) return;
  if (status == Verification::conflict)
    log::warn("the EHR's record of a session's patient must not be used: nothing may be written with it",
              {{"session", session.id}, {"app", session.app}, {"server", session.server}});
  const bool verified = status == Verification::verified;
  parts_.audit.write(record_of(
      entry::PatientCheck{.whose = audit_owner(session),
                          .outcome = verified ? entry::granted : entry::denied(name_of(Errc::PatientUnverified)),
                          .reason = std::string(name_of(status)),
                          .detail = joined(session.patient_check->identity.findings, " ")}));
}

asio::awaitable<void> PatientChecks::renew(std::string session, workstation::EpochNumber epoch, Duration most_age,
                                           BootTime until) {
  const session::Session* found = parts_.store.find_live(session, epoch);
  if (found == nullptr || !found->context.patient) co_return;
  const BootTime now = parts_.clock.now();
  if (found->patient_check && young(*found->patient_check, most_age, now)) co_return;
  static_cast<void>(co_await parts_.clock.wait(begin(*found).ended, until));
}

asio::awaitable<bool> PatientChecks::first(std::string session, workstation::EpochNumber epoch) {
  const session::Session* found = parts_.store.find_live(session, epoch);
  if (found == nullptr || !found->context.patient) co_return false;
  const BootTime now = parts_.clock.now();
  if (found->patient_check && young(*found->patient_check, numbers_keep, now)) co_return false;
  const bool waits = !found->patient_check;
  Reading& reading = begin(*found);
  if (waits) static_cast<void>(co_await parts_.clock.wait(reading.ended, now + read_time));
  co_return waits;
}

// One whose task has not left its group yet goes with the next event.
void PatientChecks::reap() {
  std::erase_if(readings_, [](const auto& entry) { return entry.second->over && entry.second->task.size() == 0; });
}

asio::awaitable<void> PatientChecks::shut_down() {
  for (const auto& [id, reading] : readings_) co_await reading->task.shut_down(parts_.clock);
}

}  // namespace wardend::patients
