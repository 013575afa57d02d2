// Launches under way, as a clear sees them: whose they are, and that they end. daemon/launch has them, which stands
// above this folder.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.hpp"
#include "daemon/workstation/workstation.hpp"

namespace wardend::clearing {

class LaunchesUnderWay {
 public:
  virtual ~LaunchesUnderWay() = default;

  struct Of {
    std::string login_session;
    uid_t uid = 0;
  };
  // Of each launch that is not over yet.
  [[nodiscard]] virtual std::vector<Of> owners() const = 0;
  // Ends each whose stay does not stand any more, its code exchange included, in this turn of the loop: its secrets are
  // wiped, whoever waits for it gets `error`, and tokens that still come are revoked.
  virtual void end_fallen(const workstation::Workstation& workstation, const Error& error) = 0;
};

}  // namespace wardend::clearing
