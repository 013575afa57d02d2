// What discovery.cpp and conformance.cpp have in common: the HTTP answer, and where an endpoint may live.
#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::smart {

// The answer's JSON object. Faults: discovery_status, discovery_redirect, discovery_not_json.
[[nodiscard]] std::expected<nlohmann::json, DiscoveryFault> read_discovery_document(int status,
                                                                                    std::string_view content_type,
                                                                                    std::string_view body,
                                                                                    JsonLimits limits);

struct EndpointRules {
  const fhir::BaseUrl& base;
  const DiscoveryRules& rules;
};
// The endpoint at `address`, resolved. Faults: discovery_bad_endpoint, discovery_foreign_host.
[[nodiscard]] std::expected<http::Url, DiscoveryFault> checked_endpoint(const char* name, const std::string& address,
                                                                        const EndpointRules& rules);

}  // namespace wardend::smart
