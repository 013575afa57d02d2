// Receivers of an audit trail that others wrote.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/integration/site.hpp"

namespace wardend::test {

// A CA, a server's certificate for 127.0.0.1 and localhost, and a client's named "ws".
struct Certificates {
  explicit Certificates(const std::filesystem::path& folder);
  std::string ca, server, server_key, client, client_key;
};

// tests/peers/fhir-repository as an audit repository, which keeps what it takes over a restart.
class AuditRepository {
 public:
  // `environment` beside its own, NAME=VALUE.
  explicit AuditRepository(const Site& site, std::string token = {}, std::vector<std::string> environment = {});
  void start();
  void kill();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string base() const { return address_ + "/fhir"; }
  void fault(const nlohmann::json& fault) const;
  void no_faults() const;
  // The ids of the events that it has, in order.
  [[nodiscard]] std::vector<std::string> ids() const;
  // Of each event's tags those of this system, in order.
  [[nodiscard]] std::vector<std::string> tags(const std::string& system) const;
  // Batches that it has answered with `status`.
  [[nodiscard]] std::size_t batches(int status) const;
  // Batches that met a fault, as its log calls it.
  [[nodiscard]] std::size_t hit(const std::string& fault) const;

 private:
  [[nodiscard]] nlohmann::json log() const;
  [[nodiscard]] std::vector<nlohmann::json> events() const;
  std::filesystem::path folder_;
  std::string token_;
  std::vector<std::string> environment_;
  std::uint16_t port_;
  std::string address_;
  std::unique_ptr<Child> server_;
};

// Debian's rsyslog. It writes a line a message: application, message id, structured data, a blank, the message.
class Rsyslog {
 public:
  // Listens with TLS at port(); clients need a certificate of the CA.
  Rsyslog(const Site& site, const Certificates& certificates);
  // Listens at a Unix socket.
  Rsyslog(const Site& site, const std::filesystem::path& socket);
  void start();
  void stop();  // as its service does: what it has read is written
  void kill();
  [[nodiscard]] Child& process() { return *process_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  void write_config(const std::string& input) const;
  std::filesystem::path folder_;
  std::uint16_t port_;
  std::unique_ptr<Child> process_;
};

}  // namespace wardend::test
