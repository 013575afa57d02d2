#include "daemon/server/credential_place.hpp"

#include <string_view>

namespace wardend::server {
namespace {

// systemd loads the files of /etc/wardend/credentials under this name, an underscore and their own.
constexpr std::string_view loaded_as = "wardend_";

}  // namespace

std::expected<std::filesystem::path, std::string> credential_place(const std::string& name,
                                                                   const std::filesystem::path& folder) {
  if (std::filesystem::path path = name; path.is_absolute()) return path;
  if (folder.empty())
    return std::unexpected("credential " + name +
                           " is looked for in $CREDENTIALS_DIRECTORY, which is not set: start wardend by systemd, or "
                           "give an absolute path");
  return folder / (std::string(loaded_as) + name);
}

}  // namespace wardend::server
