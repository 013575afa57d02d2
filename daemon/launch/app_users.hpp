// Whether an app is for a Unix user of whom nothing but the uid is known, as of a browser that opens /launch. Who gets
// a token is the gate's question; this one keeps users out who can have none.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/worker.hpp"
#include "config/live.hpp"

namespace wardend::launch {

// What the rules of an app say of a uid. A rule that names neither user nor group (a unit, a label) may mean anybody.
struct NamedUser {
  bool yes = false;
  std::vector<gid_t> if_member = {};  // where not: yes for a member of one of these
};
[[nodiscard]] NamedUser named_by(const config::App& app, uid_t uid);

class AppUsers {
 public:
  // `lookups` asks the user directory, which may be slow.
  AppUsers(Clock& clock, Worker& lookups) : clock_(clock), lookups_(lookups) {}

  enum class Verdict { named, not_named, unknown };
  // `unknown`: the user directory did not answer by `until`. Group memberships are remembered for five minutes.
  [[nodiscard]] asio::awaitable<Verdict> judge(NamedUser named, uid_t uid, BootTime until);

 private:
  struct Groups {
    std::vector<gid_t> gids;
    BootTime read_at = {};
  };
  Clock& clock_;
  Worker& lookups_;
  std::map<uid_t, Groups> known_;
};

}  // namespace wardend::launch
