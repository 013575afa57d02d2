// Answers that are on their way to apps, as a clear sees them: they end with their session. daemon/gateway has them,
// which stands above this folder.
#pragma once

#include "daemon/session/session.hpp"

namespace wardend::clearing {

class OpenStreams {
 public:
  virtual ~OpenStreams() = default;

  // Not a byte more of the session's data goes to anybody, from this turn of the loop on.
  virtual void cut(const session::Session& session) = 0;
};

}  // namespace wardend::clearing
