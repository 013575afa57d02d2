// What is known of one login session: whose it is, its epoch, and whether it, or a part of it, is held. All of it but
// `locked` outlasts a crash of this process, in the vault.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clear_reason.hpp"
#include "base/clock.hpp"
#include "base/errors.hpp"

namespace wardend::workstation {

// The place of a clear, or of an epoch's beginning, among all of them: a later one is greater.
using Order = std::uint64_t;

// The order of the epoch's beginning in the upper half; in the lower half the user, where the login session is named by
// one. Never reused, 0 is none. So a login session that nothing has set apart from all others of its kind needs no
// memory: its epoch follows from the last clear of everybody.
using EpochNumber = std::uint64_t;

inline constexpr unsigned order_shift = 32;
[[nodiscard]] constexpr EpochNumber epoch_number(Order began, std::optional<uid_t> user) {
  return began << order_shift | user.value_or(0);
}
[[nodiscard]] constexpr Order began_at(EpochNumber number) { return number >> order_shift; }
[[nodiscard]] constexpr uid_t user_of(EpochNumber number) { return static_cast<uid_t>(number & 0xffff'ffff); }
// Whether it is the number of all whom nothing has set apart: theirs begin with it.
[[nodiscard]] constexpr bool is_common(EpochNumber number) { return number != 0 && user_of(number) == 0; }
[[nodiscard]] constexpr EpochNumber common_of(EpochNumber number) { return epoch_number(began_at(number), {}); }

struct EpochEnd {
  ClearReason reason;
  WallTime at;
  BootTime boot;  // the same moment; the wall clock may have been set since
  [[nodiscard]] errors::SessionCleared error() const { return {.reason = reason, .at = at}; }
};

// A part of what a login session may hold: one server, one app, or one app at one server. An empty name stands for all.
struct Part {
  std::string server = {};
  std::string app = {};
  bool operator==(const Part&) const = default;

  // Whether what belongs to `server` and `app` of `other` belongs to this part too.
  [[nodiscard]] bool covers(const Part& other) const {
    return (server.empty() || server == other.server) && (app.empty() || app == other.app);
  }
};

// The last clear of a part, which the rest of the login session outlived.
struct PartClear {
  Part part;
  Order order = 0;
  EpochEnd end;
  bool held = false;
};

struct LoginSessionState {
  std::string login_session = {};  // empty: every one that is named by a user and was not set apart
  std::optional<uid_t> uid = {};   // logind's User, or the one in the name; nullopt: not read yet
  std::string seat = {};           // as logind has it; another one is another login session
  std::string type = {};
  EpochNumber epoch = 0;
  bool locked = true;
  bool held = false;
  std::optional<EpochEnd> last_clear = {};
  std::map<std::string, std::string, std::less<>> subjects = {};  // of the epoch: id_token issuer -> the one sub seen
  std::vector<PartClear> parts = {};
};

// What a launch begins in. What it brings is only kept if all of this still stands at its end.
struct Stay {
  std::string login_session = {};
  EpochNumber epoch = 0;
  Part part = {};   // its server and its app
  Order began = 0;  // the last clear, or beginning of an epoch, before it
};

}  // namespace wardend::workstation
