// Who asks at the token and revocation endpoints: what a request shows, and whether a registered client came by the
// way that it is registered with.
// Spec: RFC 6749 §2.3 and §3.2.1, RFC 7523 §2.2; SMART App Launch 2.2.0 (a confidential client sends no client_id).
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "tests/sandbox/assertion.hpp"
#include "tests/sandbox/clients.hpp"
#include "tests/sandbox/form.hpp"
#include "tests/sandbox/message.hpp"

namespace wardend::sandbox {

// As it stands in the request, believed by nobody yet.
struct Shown {
  std::string method = {};     // a ClientAuth's name; several are joined by "+"
  std::string client_id = {};  // empty: none is told
  bool in_body = false;        // whether client_id is a parameter
};
[[nodiscard]] Shown shown_by(const Request& request, const Form& form, const Clients& clients);

class Authenticator {
 public:
  explicit Authenticator(const Clients& clients) : clients_(clients) {}

  // The client_id: of a registered client that was as it should be, or of any other public one; empty when the request
  // tells none. The error is an error_description of invalid_client.
  [[nodiscard]] std::expected<std::string, std::string> identify(const Request& request, const Form& form,
                                                                 const std::vector<std::string>& audiences,
                                                                 WallTime now);

 private:
  [[nodiscard]] std::expected<void, std::string> check(const Client& client, const Request& request, const Form& form,
                                                       const std::vector<std::string>& audiences, WallTime now);

  const Clients& clients_;
  Assertions assertions_;
};

}  // namespace wardend::sandbox
