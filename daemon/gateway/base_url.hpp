// Where a session's FHIR requests go.
#pragma once

#include <string>
#include <string_view>

namespace wardend::gateway {

// "http://wardend/fhir/SESSION", to be reached over fhir_socket alone: the name is no host.
[[nodiscard]] inline std::string base_url(std::string_view session) {
  return "http://wardend/fhir/" + std::string(session);
}

// Whether an address of the gateway stands in a text, JSON's escapes of slashes too. It means nothing to a server.
[[nodiscard]] inline bool names_gateway(std::string_view text) {
  return text.contains("http://wardend/fhir/") || text.contains("http:\\/\\/wardend\\/fhir\\/");
}

}  // namespace wardend::gateway
