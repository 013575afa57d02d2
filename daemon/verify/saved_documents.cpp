#include "daemon/verify/saved_documents.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <optional>
#include <utility>

#include "protocol/fhir/capability_statement.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::verify {
namespace {

constexpr int not_found = 404;

struct Saved {
  Received received;
  std::string text;
  [[nodiscard]] bool found() const { return received.status != not_found; }
};

std::optional<std::filesystem::path> file_named(const std::filesystem::path& folder, const std::string& name) {
  std::error_code failed;
  for (const std::string& candidate : {name + ".json", name})
    if (std::filesystem::exists(folder / candidate, failed)) return folder / candidate;
  return std::nullopt;
}

Saved read(const std::filesystem::path& folder, const std::string& name, std::size_t most_bytes) {
  Saved saved{.received = {.address = (folder / (name + ".json")).string(), .status = not_found}, .text = {}};
  const auto path = file_named(folder, name);
  if (!path) return saved;
  saved.received.address = path->string();
  saved.received.status = 0;
  std::error_code failed;
  if (!std::filesystem::is_regular_file(*path, failed)) {
    saved.received.failure = path->string() + " is no file: save the document under that name";
    return saved;
  }
  std::ifstream file(*path, std::ios::binary);
  saved.text.resize(std::min<std::size_t>(std::filesystem::file_size(*path, failed), most_bytes) + 1);
  file.read(saved.text.data(), static_cast<std::streamsize>(saved.text.size()));
  if (!file.eof() && file.fail()) {
    saved.received.failure = path->string() + " cannot be read: look at its owner and mode";
    return saved;
  }
  saved.text.resize(static_cast<std::size_t>(file.gcount()));
  saved.received.status = 200;
  saved.received.content_type = "application/json";
  return saved;
}

Absence missing(const Saved& saved) {
  return {.status = not_found,
          .why = "there is no file " + saved.received.address,
          .advice = "save the server's document under that name, if it has one"};
}

}  // namespace

std::expected<Evidence, std::string> read_saved_documents(const std::filesystem::path& folder,
                                                          const config::Server& server) {
  std::error_code failed;
  if (!std::filesystem::is_directory(folder, failed))
    return std::unexpected(folder.string() + " is no folder that can be read");
  Saved smart = read(folder, "smart-configuration", smart::discovery_limits.bytes);
  Saved metadata = read(folder, "metadata", fhir::capability_limits.bytes);
  if (!smart.found() && !metadata.found())
    return std::unexpected(folder.string() +
                           " holds neither smart-configuration.json nor metadata.json: save the server's documents "
                           "under these names");
  smart.received.body = smart.text;
  metadata.received.body = metadata.text;
  SmartEvidence smart_evidence = read_smart(server, smart.received);
  if (!smart.found()) smart_evidence.survey = std::unexpected(missing(smart));
  MetadataEvidence metadata_evidence = read_metadata(metadata.received);
  if (!metadata.found()) metadata_evidence.statement = std::unexpected(missing(metadata));
  return evidence_of(server, std::move(smart_evidence), std::move(metadata_evidence));
}

}  // namespace wardend::verify
