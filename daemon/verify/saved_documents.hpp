// The documents of a server as files in a folder, for a comparison without the server.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "config/model.hpp"
#include "daemon/verify/evidence.hpp"

namespace wardend::verify {

// Reads smart-configuration.json and metadata.json of the folder; either may also be called without ".json". A file
// that is not there is a document that the server does not have. The error is a sentence: there is no such folder, or
// neither file is in it. Blocking.
[[nodiscard]] std::expected<Evidence, std::string> read_saved_documents(const std::filesystem::path& folder,
                                                                        const config::Server& server);

}  // namespace wardend::verify
