// Work that an app has parked: whose it is, what it is, and its record in the vault. Pure values and functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "daemon/session/session.hpp"

namespace wardend::parking {

// Whose work it is: this app's, of this user, about this patient. Patients have their names from their server.
struct Owner {
  std::string app = {};
  std::string server = {};
  std::string issuer = {};
  std::string subject = {};
  std::string patient = {};
  bool operator==(const Owner&) const = default;
};

// nullopt when the session has no user or no patient: nothing can be bound to it.
[[nodiscard]] std::optional<Owner> owner_of(const session::Session& session);

struct ParkedWork {
  Owner owner = {};
  std::string label = {};
  Secret data = {};
  WallTime parked_at = {};
  BootTime expires_at = {};
};

// As the vault keeps it. The two are each other's inverse but for the fraction of parked_at's second.
[[nodiscard]] Secret to_record(const ParkedWork& work);
// nullopt: not a record of this version, cut short, or with something behind its end.
[[nodiscard]] std::optional<ParkedWork> from_record(std::string_view bytes);

}  // namespace wardend::parking
