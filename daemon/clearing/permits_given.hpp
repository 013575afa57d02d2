// Permits to write, as a clear sees them: they end with their session. daemon/writes has them, which stands above this
// folder.
#pragma once

#include "base/clear_reason.hpp"
#include "daemon/session/session.hpp"

namespace wardend::clearing {

class PermitsGiven {
 public:
  virtual ~PermitsGiven() = default;

  // Ends the session's permit, in this turn of the loop. The session still says whose it is.
  virtual void end(const session::Session& session, ClearReason reason) = 0;
};

}  // namespace wardend::clearing
