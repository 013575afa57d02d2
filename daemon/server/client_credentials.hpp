// How a client proves itself to its server: its credential is read for each use, used, and wiped. Files that others can
// read are refused. What the proof looks like is protocol/oauth/client_authentication.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "config/model.hpp"
#include "protocol/oauth/client_authentication.hpp"

namespace wardend::server {

// A client as one server knows it. A session keeps its own: a revocation outlives the configuration.
struct Client {
  oauth::ClientIdentity identity = {};
  std::string credential = {};  // as configured; empty for a public client
};
[[nodiscard]] Client client_of(const config::Registration& registration, const config::Server& server);

class ClientCredentials {
 public:
  // `folder` is where systemd puts credentials ($CREDENTIALS_DIRECTORY); empty: absolute paths only.
  ClientCredentials(Clock& clock, Random& random, std::filesystem::path folder)
      : clock_(clock), random_(random), folder_(std::move(folder)) {}

  // How an assertion is written for one server.
  struct Assertion {
    std::string audience;
    bool names_client = false;  // the body names the client, too
  };
  // A new proof for one request to the token or revocation endpoint. The error is a sentence for operators: which file,
  // what is wrong, what to do. Nothing of the credential is in it.
  [[nodiscard]] std::expected<oauth::ClientAuthentication, std::string> make(const Client& client,
                                                                             const Assertion& assertion);

  // Whether the credential is there and could serve.
  [[nodiscard]] std::expected<void, std::string> check(const Client& client) const;

 private:
  [[nodiscard]] std::expected<Secret, std::string> read(const Client& client) const;

  Clock& clock_;
  Random& random_;
  std::filesystem::path folder_;
};

// Whether the file at `path` could prove a client that way. The error is make()'s.
[[nodiscard]] std::expected<void, std::string> check_credential_file(oauth::ClientAuth method,
                                                                     const std::filesystem::path& path);

// The credential at `path`: a regular file of at most 16 KiB, the running user's own or root's, readable by nobody
// else.
[[nodiscard]] std::expected<Secret, std::string> read_credential(const std::filesystem::path& path);

}  // namespace wardend::server
