// The credentials by which wardend shows a receiver who it is, read for each use. Blocks on the disk.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "base/secret.hpp"
#include "config/model.hpp"
#include "daemon/http/tls_identity.hpp"

namespace wardend::forwarding {

// The bearer token, without blanks around it; empty: none is configured. The error names file, fault and next step.
[[nodiscard]] std::expected<Secret, std::string> read_token(const config::Audit& audit,
                                                            const std::filesystem::path& folder);
// The same of certificate and key.
[[nodiscard]] std::expected<http::TlsIdentity, std::string> read_identity(const config::Audit& audit,
                                                                          const std::filesystem::path& folder);

}  // namespace wardend::forwarding
