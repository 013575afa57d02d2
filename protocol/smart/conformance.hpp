// The CapabilityStatement (DSTU2: Conformance) of a server: what is read of it, and what it says in place of a
// .well-known/smart-configuration. The latter is for servers of SMART 1.0, and only where the configuration allows it
// (smart1_discovery). No I/O. Spec: SMART App Launch 1.0.0, Conformance.
#pragma once

#include <expected>
#include <string_view>

#include "protocol/fhir/capability_statement.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::smart {

// Judges one HTTP answer to {base}/metadata, of at most 20 MiB. Faults: those of an answer that is no JSON object, as
// parse_discovery() has them; discovery_no_conformance is another resource.
[[nodiscard]] std::expected<fhir::CapabilityStatement, DiscoveryFault> parse_metadata(int status,
                                                                                      std::string_view content_type,
                                                                                      std::string_view body,
                                                                                      fhir::Bundles bundles);

// What a statement says of SMART. Endpoints follow parse_discovery's rules, and so do faults; discovery_no_conformance
// is a statement without the extension oauth-uris. Such a document cannot say whether the server knows PKCE: it is
// taken to, as S256 is always sent. Where it lists no permission-*, permission-v1 is added to `capabilities`: v2 scopes
// came with SMART 2.0.
[[nodiscard]] std::expected<Discovery, DiscoveryFault> discovery_of(const fhir::CapabilityStatement& statement,
                                                                    const fhir::BaseUrl& base,
                                                                    const DiscoveryRules& rules);

// Both, one after the other; a Bundle is refused.
[[nodiscard]] std::expected<Discovery, DiscoveryFault> parse_conformance(int status, std::string_view content_type,
                                                                         std::string_view body,
                                                                         const fhir::BaseUrl& base,
                                                                         const DiscoveryRules& rules);

}  // namespace wardend::smart
