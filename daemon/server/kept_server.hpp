// What is known of a server's endpoints, as bytes for the vault: a restart must not forget which of them were approved,
// nor that others wait for an operator. Nothing of it is secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/smart/discovery.hpp"

namespace wardend::server {

struct KeptServer {
  std::string name;
  std::string base;                              // the FHIR base for which this holds, in canonical form
  smart::Discovery approved = {};                // its endpoints, issuer and keys alone
  std::optional<smart::Discovery> waiting = {};  // the same of the document that waits for an operator
};
// For the vault: what kept_server_from() reads. It holds no secret.
[[nodiscard]] std::string to_record(const KeptServer& server);
// nullopt: no record of ours.
[[nodiscard]] std::optional<KeptServer> kept_server_from(std::string_view record);

// Names endpoints, issuer and keys of a document, and nothing else of it: 32 hexadecimal digits.
[[nodiscard]] std::string endpoints_digest(const smart::Discovery& discovery);

}  // namespace wardend::server
