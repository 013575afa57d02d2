// Unfinished work that apps have parked: kept for the same app, user and patient across re-authentication, taken for a
// minute after a clear from a process that held the session, and not there for anybody else. In memory, and in the
// vault so that a restart does not lose it; a suspend ends it. Not a store for apps: park_ttl ends everything.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/vault.hpp"
#include "config/live.hpp"
#include "daemon/parking/parked_work.hpp"

namespace wardend::parking {

class Parking {
 public:
  static constexpr std::size_t max_label = 128;  // bytes
  static constexpr std::size_t max_item = 64UL * 1024;
  // Of one app and user: what others have parked must not show in a limit.
  static constexpr std::size_t max_items = 8;
  static constexpr std::size_t max_bytes = 256UL * 1024;
  static constexpr std::size_t max_bytes_in_all = 16UL * 1024 * 1024;
  static constexpr std::size_t max_items_in_all = 512;
  static constexpr Duration grace = 60s;

  Parking(Clock& clock, Vault& vault, const config::Live& config, AuditSink& audit)
      : clock_(clock), vault_(vault), config_(config), audit_(audit) {}
  Parking(const Parking&) = delete;
  Parking& operator=(const Parking&) = delete;

  // Takes back what the process before this one left in the vault; what has expired or cannot be read is erased there.
  // Called once, before the first call of an app.
  void restore();
  // Lets work expire: runs until cancelled.
  [[nodiscard]] asio::awaitable<void> run();

  // Called by a clear before a session's user and context are wiped: whose it was is known for `grace`.
  void remember(const session::Session& session, ClearReason reason);
  // Called by a clear for a suspend: what is parked must not be in the image of a hibernation.
  void wipe_all();
  // Whether `process` may still park for a session that was cleared: within `grace`, if it held the session.
  [[nodiscard]] bool in_grace(const std::string& session, const ProcessId& process) const;

  struct Item {
    std::string label = {};
    Secret data = {};
  };
  // Keeps `item` for the session's user and patient; when it ends. `session` is live, or cleared and in_grace().
  // Errors: InvalidRequest (the label; a session without a user), PatientContextMissing, TooLarge.
  [[nodiscard]] Result<BootTime> park(const session::Session& session, Item item);

  using Id = std::uint64_t;  // never reused
  struct Waiting {
    std::vector<Id> ids;
    std::vector<const ParkedWork*> works;  // oldest first; good until the next call of any function here
  };
  // What waits for the user and the patient of a live session.
  [[nodiscard]] Waiting waiting_for(const session::Session& session);
  // The app has them: they go.
  void taken(const std::vector<Id>& ids);

  [[nodiscard]] std::size_t size() const { return works_.size(); }

 private:
  struct Kept {
    ParkedWork work;
    Vault::RecordId record = 0;
  };
  // A cleared session's owner, for those who held it. Nobody can read it.
  struct Memory {
    Owner owner;
    std::vector<ProcessId> holders;
    BootTime until = {};
  };
  using Works = std::map<Id, Kept>;

  void forget_the_ended();
  [[nodiscard]] Result<Owner> owner_for(const session::Session& session) const;
  [[nodiscard]] Result<void> check_room(const Owner& owner, std::size_t bytes) const;
  Works::iterator erase(Works::iterator work);
  void record_end(const Kept& kept, std::string_view reason);
  [[nodiscard]] BootTime next_end() const;

  Clock& clock_;
  Vault& vault_;
  const config::Live& config_;
  AuditSink& audit_;
  Works works_;
  Id last_id_ = 0;
  std::map<std::string, Memory> memories_;  // by session
  std::deque<std::string> remembered_;      // their keys, the one that ends first in front
  Event changed_;
};

}  // namespace wardend::parking
