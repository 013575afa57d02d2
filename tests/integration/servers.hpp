// The authorization servers that wardend is run against: one that others wrote, and our own sandbox with its faults.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/integration/site.hpp"

namespace wardend::test {

// tests/peers/oidc-provider-ehr: a certified OpenID provider with a small FHIR façade.
class Provider {
 public:
  // `token_life` in seconds; `environment` beside its own, NAME=VALUE.
  Provider(const Site& site, int token_life, const std::vector<std::string>& environment = {});
  [[nodiscard]] std::string fhir_base() const { return address_ + "/fhir"; }
  [[nodiscard]] const std::string& address() const { return address_; }
  // The EHR's click: the launch value of an EHR launch with this context.
  [[nodiscard]] std::string begin_ehr_launch(const nlohmann::json& context) const;
  void set(const std::string& what, const nlohmann::json& value) const;  // POST /admin/WHAT
  // Token requests of one grant type that it has answered with `status`.
  [[nodiscard]] std::size_t token_requests(const std::string& grant, int status = 200) const;
  [[nodiscard]] std::size_t revocations() const;
  // The FHIR façade's answer to a read with `token`.
  [[nodiscard]] int read(const std::string& path, const std::string& token) const;

 private:
  [[nodiscard]] nlohmann::json log() const;
  std::string address_;
  std::unique_ptr<Child> server_;
};

// wardend-sandbox.
class Sandbox {
 public:
  // With `arguments` beside its own.
  Sandbox(const Site& site, int token_life, std::vector<std::string> arguments = {});
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] pid_t process() const { return server_->pid(); }
  [[nodiscard]] std::string fhir_base() const { return address_ + "/fhir"; }
  void fault(const nlohmann::json& fault) const;
  void no_faults() const;
  void set(const std::string& what, const nlohmann::json& value) const;  // POST /_sandbox/WHAT
  [[nodiscard]] nlohmann::json stats() const;
  [[nodiscard]] nlohmann::json profile() const;  // GET /_sandbox/profile
  // The lines of its log about `path`, the oldest first; with `grant`, those of that grant type.
  [[nodiscard]] std::vector<nlohmann::json> asked(const std::string& path, const std::string& grant = {}) const;
  void forget() const;  // empties the log
  [[nodiscard]] nlohmann::json log() const;

 private:
  std::string address_;
  std::unique_ptr<Child> server_;
};

// tests/peers/chaosproxy: connections to one port of this machine, and what may become of them on the way.
class FaultProxy {
 public:
  explicit FaultProxy(const Site& site);
  [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // From now on it stands before this port.
  void stand_before(std::uint16_t target);
  // The settings at the head of chaosproxy.mjs, beside those that are set.
  void set(const nlohmann::json& settings) const;
  void no_faults() const { set({{"reset", true}}); }
  void cut() const;  // every open connection is reset

 private:
  const Site& site_;
  std::uint16_t port_;
  std::uint16_t control_;
  std::unique_ptr<Child> proxy_;
};

}  // namespace wardend::test
