// How many entries one user's one app may bring about before they are counted instead of written: three hundred at
// once, then five a second, so that no app fills the disk. What ends somebody's access is never held back, nor what
// operators and the machine do. Pure; for the loop's thread only.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/pace.hpp"

namespace wardend::audit {

class Rates {
 public:
  static constexpr unsigned at_once = 300;
  static constexpr Duration each = 200ms;
  // So many users' apps are told apart; those beyond share one account.
  static constexpr std::size_t most_accounts = 256;

  // Counts the record. True: its user's app brings about too many.
  [[nodiscard]] bool exceeded(const AuditRecord& record, BootTime now);

 private:
  using Account = std::pair<std::uint64_t, std::string>;  // user, app
  Pace& account_of(const AuditRecord& record, BootTime now);
  std::map<Account, Pace> accounts_;
};

}  // namespace wardend::audit
