// Discovery of a SMART 1.0 server, which has no .well-known/smart-configuration: the oauth-uris extension of its
// CapabilityStatement (DSTU2: Conformance). Only where the configuration allows it (smart1_discovery). No I/O.
// Spec: SMART App Launch 1.0.0, Conformance.
#pragma once

#include <expected>
#include <string_view>

#include "protocol/smart/discovery.hpp"

namespace wardend::smart {

inline constexpr JsonLimits conformance_limits{.bytes = 20UL * 1024 * 1024, .values = 500'000};

// Judges one HTTP answer to {base}/metadata, of at most 20 MiB. Endpoints follow parse_discovery's rules, and so do
// faults; discovery_no_conformance is another resource, or one without the extension. Such a document cannot say
// whether the server knows PKCE: it is taken to, as S256 is always sent. Where it lists no permission-*, permission-v1
// is added to `capabilities`: v2 scopes came with SMART 2.0.
[[nodiscard]] std::expected<Discovery, DiscoveryFault> parse_conformance(int status, std::string_view content_type,
                                                                         std::string_view body,
                                                                         const fhir::BaseUrl& base,
                                                                         const DiscoveryRules& rules);

}  // namespace wardend::smart
