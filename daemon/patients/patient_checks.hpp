// Keeps every session's check of its patient: made in the background when the session begins, made anew when somebody
// needs a younger one, dropped when the session is cleared. The result is the session's (Session::patient_check).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/task_group.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/patients/patient_reader.hpp"
#include "daemon/session/store.hpp"

namespace wardend::patients {

class PatientChecks {
 public:
  struct Parts {
    Clock& clock;
    session::SessionStore& store;
    PatientReader& reader;
    events::EventHub& hub;
    AuditSink& audit;
  };
  PatientChecks(asio::any_io_executor executor, const Parts& parts)
      : executor_(std::move(executor)), parts_(parts), events_(parts.hub) {}

  // Takes up sessions that begin or come back: runs until cancelled. A clear ends the reads of its sessions.
  [[nodiscard]] asio::awaitable<void> run();
  // Completes when the session's check is younger than `most_age`, or was made anew, or at `until`. Whoever waited
  // finds the session again: it may be gone. Many who wait share one read.
  [[nodiscard]] asio::awaitable<void> renew(std::string session, workstation::EpochNumber epoch, Duration most_age,
                                            BootTime until);
  // Completes when the session has had a check, or 8 s later. One that brought nothing, or is ten minutes old, is made
  // anew beside it. Returns whether it waited: the session may have a check now, or be gone.
  [[nodiscard]] asio::awaitable<bool> first(std::string session, workstation::EpochNumber epoch);
  [[nodiscard]] asio::awaitable<void> shut_down();

  // How many checks ended so: by app, server and status.
  using Counts = std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t>;
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct Reading {
    explicit Reading(asio::any_io_executor executor) : task(std::move(executor)) {}
    bool over = false;
    Event ended;
    TaskGroup task;
  };
  void take(const events::SessionEvent& happening);
  // The read of that session which is under way; begins one where there is none.
  Reading& begin(const session::Session& session);
  asio::awaitable<void> read(std::string id, workstation::EpochNumber epoch);
  void took(session::Session& session, session::PatientCheck check);
  void reap();

  asio::any_io_executor executor_;
  Parts parts_;
  events::EventHub::Subscription events_;
  std::map<std::string, std::unique_ptr<Reading>> readings_;  // by session
  Counts counts_;
};

}  // namespace wardend::patients
