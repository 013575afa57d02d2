// The rollback switch: which apps an operator has switched off, put in force in one turn of the loop, told to everybody
// who watches, and kept over restarts in state_dir. Who may throw it is daemon/service's matter.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "base/worker.hpp"
#include "config/live.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/events/session_event.hpp"

namespace wardend::switches {

class AppSwitches {
 public:
  struct Parts {
    Clock& clock;
    config::Live& config;
    clearing::Clearing& clearing;
    events::EventHub& hub;
    Worker& files;
    std::filesystem::path file;
  };
  explicit AppSwitches(Parts parts);

  // How long the disk may take for a few lines; and how long after a failed write it is tried again.
  static constexpr Duration patience = 2s;
  static constexpr Duration again_after = 10s;

  // Puts in force what was switched off before this process. Where that cannot be known every app is off: nobody works
  // with an app that a hospital has withdrawn. Once, before any session comes back and before anybody is served. Takes
  // `patience` at most.
  [[nodiscard]] asio::awaitable<void> read();

  // Both are in force at return, for an app of the configuration. switch_off ends the app's sessions and launches and
  // says how many sessions that were.
  [[nodiscard]] std::size_t switch_off(const std::string& app, config::SwitchedOff why);
  void switch_on(const std::string& app);

  // Publishes app_disabled or app_enabled for each app that is in use in one of the two and not in the other.
  void tell_difference(const config::Config& before, const config::Config& after);

  // Writes what is in force, unless the disk has it. Returns why the next restart would undo it; empty: it is kept.
  // Takes `patience` at most.
  [[nodiscard]] asio::awaitable<std::string> save();
  // Tries again what could not be written, until cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  // What save() returned last.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  void turn(config::Switches switches);
  void note(const std::string& trouble);

  Parts parts_;
  std::string kept_;  // the file's text; empty: not known
  std::string trouble_;
  Event failed_;
};

}  // namespace wardend::switches
