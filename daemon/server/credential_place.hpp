// Where a credential lies that the configuration names.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace wardend::server {

// An absolute name stands for itself; else systemd has put the credential of that name into `folder`
// ($CREDENTIALS_DIRECTORY; empty: it is not set). The error is a sentence for operators.
[[nodiscard]] std::expected<std::filesystem::path, std::string> credential_place(const std::string& name,
                                                                                 const std::filesystem::path& folder);

}  // namespace wardend::server
