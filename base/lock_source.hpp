// Seam: who is logged in at this workstation, and when that stops being safe to assume. logind over sd-bus implements
// it (systemd/logind.hpp); tests give a fake. A source only ever clears; nothing that it says re-arms anything by
// itself.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clear_reason.hpp"
#include "base/clock.hpp"

namespace wardend {

// A login session as the source last read it. What could not be read stands at its safe value (locked, inactive).
struct LoginSession {
  std::string id;
  uid_t uid = static_cast<uid_t>(-1);
  std::string user = {};
  std::string seat = {};  // empty: not on a seat (ssh, cron)
  std::string kind = {};  // logind's Class: user, greeter, lock-screen, background, manager
  std::string type = {};  // logind's Type: x11, wayland, tty, mir, unspecified
  bool remote = true;
  bool active = false;
  bool locked = true;
  std::string state = {};                   // logind's State: opening, online, active, closing
  std::optional<WallTime> idle_since = {};  // nobody touches it since then; nullopt: somebody does, or none can tell
};

// Something that must clear, told the moment it was read from the bus.
struct ClearFact {
  ClearReason reason;
  std::string login_session = {};  // empty: all of them
  std::chrono::steady_clock::time_point received_at = {};
  std::string source = "lock source";  // for the audit and for support: logind, ehr_unit
  std::optional<uid_t> user = {};      // only this user's: of the one desktop, or of all where it is not one
};

class LockListener {
 public:
  virtual ~LockListener() = default;
  // Clear now, synchronously.
  virtual void must_clear(const ClearFact& fact) = 0;
  // The picture of `login_session` (or, empty, of everything) was read anew: an unlock, a new session, the source back.
  virtual void picture_changed(std::string_view login_session) = 0;
  // Somebody unlocked `login_session` just now; its picture has been told before. Not for what a reading finds
  // unlocked.
  virtual void unlock_seen(std::string_view /*login_session*/) {}
  // The machine is about to sleep, and must_clear has been told so: completes when no secret is left that may still be
  // needed, shortly after `until` at the latest. The machine may sleep then.
  [[nodiscard]] virtual asio::awaitable<void> emptied(BootTime /*until*/) { co_return; }
};

class LockSource {
 public:
  virtual ~LockSource() = default;
  // The configuration's name for it: "logind".
  [[nodiscard]] virtual std::string_view name() const = 0;
  // True while the source has been read completely and is still connected.
  [[nodiscard]] virtual bool live() const = 0;
  // Why it is not live, and what to do, in a sentence; empty while live.
  [[nodiscard]] virtual std::string trouble() const = 0;
  // nullopt: no such login session, or not live.
  [[nodiscard]] virtual std::optional<LoginSession> find(std::string_view id) const = 0;
  [[nodiscard]] virtual std::vector<LoginSession> all() const = 0;
};

}  // namespace wardend
