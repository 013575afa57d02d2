// Whether a refresh names its scopes, for each server: as configured, or otherwise where the server has shown that it
// wants it so. Spec: RFC 6749 §6 (scope is optional)
#pragma once

#include <set>
#include <string>

#include "config/model.hpp"

namespace wardend::refresh {

class ScopeForms {
 public:
  [[nodiscard]] bool names_scopes(const config::Server& server) const {
    const bool configured = server.oauth.refresh_scope == config::RefreshScope::same;
    return configured != otherwise_.contains(server.name);
  }
  // The server refuses the form that was used. Many sessions may hear of it: the other one goes next for all.
  void refuse(const config::Server& server, bool named_scopes) {
    if (names_scopes(server) != named_scopes) return;
    if (!otherwise_.insert(server.name).second) otherwise_.erase(server.name);
  }

 private:
  std::set<std::string, std::less<>> otherwise_;  // servers that want the other form than the configured one
};

}  // namespace wardend::refresh
