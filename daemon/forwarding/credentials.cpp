#include "daemon/forwarding/credentials.hpp"

#include <utility>

#include "daemon/server/client_credentials.hpp"
#include "daemon/server/credential_place.hpp"

namespace wardend::forwarding {
namespace {

std::expected<Secret, std::string> read(const std::string& name, const std::filesystem::path& folder) {
  if (name.empty()) return Secret();
  const auto place = server::credential_place(name, folder);
  if (!place) return std::unexpected(place.error());
  return server::read_credential(*place);
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

}  // namespace

std::expected<Secret, std::string> read_token(const config::Audit& audit, const std::filesystem::path& folder) {
  auto credential = read(audit.forward_token, folder);
  if (!credential) return credential;
  const std::string_view token = trimmed(credential->reveal());
  if (token.find_first_of(" \t\r\n") != std::string_view::npos)
    return std::unexpected("credential " + audit.forward_token + " is no bearer token: it has several words");
  return Secret(token);
}

std::expected<http::TlsIdentity, std::string> read_identity(const config::Audit& audit,
                                                            const std::filesystem::path& folder) {
  auto certificate = read(audit.forward_certificate, folder);
  if (!certificate) return std::unexpected(certificate.error());
  auto key = read(audit.forward_key, folder);
  if (!key) return std::unexpected(key.error());
  return http::TlsIdentity{.certificate = std::move(*certificate), .key = std::move(*key)};
}

}  // namespace wardend::forwarding
