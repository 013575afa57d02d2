// Which locks were seen, for support: the last one, and whether the screen locker of this workstation ever tells
// logind. A locker that never does is found out by use: seven days on which sessions were held and no lock of a screen
// came. What outlasts a restart is a few numbers, never a name or a token; `lock_file` keeps them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clear_reason.hpp"
#include "base/clock.hpp"

namespace wardend::workstation {

struct LockSeen {
  std::string source;  // logind, control, ehr_unit
  ClearReason reason;
  std::string login_session;  // empty: all, or those that the report named otherwise
  WallTime at;
};

struct LockHistory {
  std::optional<std::int64_t> screen_lock_at = {};  // Unix seconds, as all here
  std::optional<std::int64_t> in_use_since = {};    // the first use since that lock
  std::int64_t days_of_use = 0;                     // days with a session since that lock
  std::int64_t last_day = 0;                        // the last of them, in days since 1970
  bool operator==(const LockHistory&) const = default;
};

inline constexpr std::int64_t days_until_silent = 7;

// The history once the screen has locked: the days of use count from there.
[[nodiscard]] LockHistory after_screen_lock(WallTime at);
// The history once somebody has worked here: each day counts once.
[[nodiscard]] LockHistory after_use(LockHistory history, WallTime at);
// A week of use, and the screen was never seen to lock.
[[nodiscard]] inline bool is_silent(const LockHistory& history) { return history.days_of_use >= days_until_silent; }

// For the file: what read_lock_history() reads.
[[nodiscard]] std::string to_text(const LockHistory& history);
// nullopt: not what to_text wrote. Begin anew then: a warning comes later, and nothing else hangs on it.
[[nodiscard]] std::optional<LockHistory> read_lock_history(std::string_view text);

class LockLog {
 public:
  // Goes on from what was kept over the restart. What was seen since the start is newer, and stays.
  void begin(LockHistory kept);
  // A source says that the workstation is no longer safe, whether or not anything was held.
  void saw(LockSeen seen);
  // Somebody had a session at that time.
  void used(WallTime at);

  [[nodiscard]] const std::optional<LockSeen>& last() const { return last_; }
  [[nodiscard]] const LockHistory& history() const { return history_; }
  // Notified when the history is another: it is to be written then.
  [[nodiscard]] Event& changed() { return changed_; }

 private:
  void take(LockHistory next);
  std::optional<LockSeen> last_;
  LockHistory history_;
  Event changed_;
};

}  // namespace wardend::workstation
