#include "daemon/server/client_credentials.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file_descriptor.hpp"
#include "daemon/server/credential_place.hpp"

namespace wardend::server {
namespace {

constexpr std::size_t max_credential = 16UL * 1024;

// What is wrong with the file's owner or mode; empty: nothing. A group may read where systemd shows an access list as
// one: the folder above is closed then.
std::string exposed(const struct stat& info) {
  if (!S_ISREG(info.st_mode)) return "is not a file";
  if (info.st_uid != 0 && info.st_uid != ::geteuid()) return "belongs to another user: chown it to root or wardend";
  if ((info.st_mode & (S_IRWXO | S_IWGRP)) != 0) return "can be read or changed by others: chmod 0600";
  if ((info.st_mode & S_IRGRP) != 0 && info.st_uid != 0) return "can be read by its group: chmod 0600";
  return {};
}

}  // namespace

Client client_of(const config::Registration& registration, const config::Server& server) {
  return {.identity = {.method = registration.client_auth,
                       .client_id = registration.client_id,
                       .basic_encoding = server.oauth.basic_encoding},
          .credential = registration.credential};
}

std::expected<Secret, std::string> read_credential(const std::filesystem::path& path) {
  const auto wrong = [&](const std::string& why) { return std::unexpected("credential " + path.string() + " " + why); };
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  struct stat info{};
  if (!file.valid() || ::fstat(file.get(), &info) != 0)
    return wrong("cannot be read (" + std::string(std::strerror(errno)) + "): put it there, then restart wardend");
  if (const std::string why = exposed(info); !why.empty()) return wrong(why);
  int trouble = 0;
  Secret credential = Secret::written(max_credential + 1, [&](char* bytes) {
    std::size_t size = 0;
    while (size <= max_credential) {
      const ssize_t count = ::read(file.get(), bytes + size, max_credential + 1 - size);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) trouble = errno;
      if (count <= 0) break;
      size += static_cast<std::size_t>(count);
    }
    return size;
  });
  if (trouble != 0) return wrong("cannot be read (" + std::string(std::strerror(trouble)) + ")");
  if (credential.empty()) return wrong("is empty");
  if (credential.size() > max_credential) return wrong("is larger than 16 KiB: that is no secret and no key");
  return credential;
}

std::expected<Secret, std::string> ClientCredentials::read(const Client& client) const {
  if (client.identity.method == oauth::ClientAuth::none) return Secret();
  const auto place = credential_place(client.credential, folder_);
  if (!place) return std::unexpected(place.error());
  return read_credential(*place);
}

std::expected<oauth::ClientAuthentication, std::string> ClientCredentials::make(const Client& client,
                                                                                const Assertion& assertion) {
  auto credential = read(client);
  if (!credential) return std::unexpected(credential.error());
  const std::string jti = random_.token(16);
  return oauth::authenticate_client(
      client.identity, *credential,
      {.audience = assertion.audience, .jti = jti, .names_client = assertion.names_client, .now = clock_.wall_now()});
}

std::expected<void, std::string> check_credential_file(oauth::ClientAuth method, const std::filesystem::path& path) {
  const auto credential = read_credential(path);
  if (!credential) return std::unexpected(credential.error());
  return oauth::check_credential(method, *credential);
}

std::expected<void, std::string> ClientCredentials::check(const Client& client) const {
  auto credential = read(client);
  if (!credential) return std::unexpected(credential.error());
  return oauth::check_credential(client.identity.method, *credential);
}

}  // namespace wardend::server
