// The JWT by which a client says who it is: every check that a server owes, and what was wrong in words.
// Spec: RFC 7523 §3; SMART App Launch 2.2.0, asymmetric client authentication, signature verification.
#pragma once

#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "tests/sandbox/clients.hpp"

namespace wardend::sandbox {

// The issuer that a JWT names, before anything in it is believed.
[[nodiscard]] std::optional<std::string> claimed_issuer(std::string_view jwt);

// Remembers every jti until the program ends.
class Assertions {
 public:
  // The error is what is wrong, as for an error_description. `audiences`: the names of the token endpoint.
  [[nodiscard]] std::expected<void, std::string> check(std::string_view jwt, const Client& client,
                                                       const std::vector<std::string>& audiences, WallTime now);

 private:
  std::set<std::string> seen_;
};

}  // namespace wardend::sandbox
