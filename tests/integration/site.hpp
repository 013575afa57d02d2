// A site for one test: a folder, a wardend with its configuration, wardctl, and a browser. Nothing is shared between
// tests; every port is free when it is taken.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ipc/client/wardend/client.hpp"
#include "tests/integration/child.hpp"

namespace wardend::test {

[[nodiscard]] std::uint16_t free_port();

// A web page or an answer: what curl brought.
struct Page {
  int status = 0;
  std::string body;
  std::string address;  // after every redirect
};

// HTTP with a cookie jar of its own, redirects followed, as a browser does.
class Browser {
 public:
  explicit Browser(std::filesystem::path jar) : jar_(std::move(jar)) {}
  [[nodiscard]] Page open(const std::string& address) const;
  // One request, no redirect followed: `address` says where it leads.
  [[nodiscard]] Page step(const std::string& address) const;
  // Sends the form on a page as its script would, and is led on.
  [[nodiscard]] Page submit(const std::string& page) const;

 private:
  std::filesystem::path jar_;
};

// One request without cookies; a redirect is not followed: `address` says where it leads. An empty `body` is a GET.
[[nodiscard]] Page request(const std::string& address, const std::string& body = {},
                           const std::vector<std::string>& headers = {}, const std::string& method = {});

// What of the configuration differs from test to test.
struct Settings {
  std::string fhir_base = "";
  std::string client_id = "vitals";
  std::string client_auth = "none";
  std::string credential = "";    // an absolute path
  std::string redirect_uri = "";  // empty: the loopback's own
  std::vector<std::string> scopes = {"openid", "fhirUser", "offline_access", "patient/Observation.rs"};
  std::string identity = "required";
  std::string patient_context = "required";
  std::string peer = "user = \"root\"";
  std::string lock_sources = "\"control\"";
  std::string health = "interval = \"1s\"\ntimeout = \"2s\"";
  std::string server = "";    // further lines of [[server]]
  std::string oauth = "";     // further lines of [server.oauth]
  std::string fhircast = "";  // lines of [server.fhircast]
  std::string advice = "Use the EHR's own flowsheet until this clears.";
  std::string broker = "";  // further lines of [broker]
  std::string app = "";     // further lines of [[app]]
  std::string more = "";    // further tables
};

class Site {
 public:
  Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;
  ~Site();

  // Writes the configuration and starts wardend; a failure shows its log.
  void start(const Settings& settings);
  // The program: wardend-crash is one with failure points.
  std::string daemon = "wardend";
  // NAME=VALUE, of every start from now on.
  std::vector<std::string> environment = {};
  void write_config(const Settings& settings) const;
  // Ends it by SIGTERM; its exit code.
  int stop();

  [[nodiscard]] Finished wardctl(const std::vector<std::string>& arguments, std::optional<uid_t> uid = {}) const;
  // A whole launch through `wardctl launch --no-browser`, the browser's part played: wardctl's exit code and output.
  // The browser begins without cookies, or goes on with those of `jar`, a name.
  [[nodiscard]] Finished launch(const std::vector<std::string>& arguments = {}, const std::string& jar = {}) const;
  [[nodiscard]] client::Client broker() const;
  [[nodiscard]] client::Client control() const;
  // The EHR's launch as the browser opens it, at /launch/vitals; the browser begins without cookies, or goes on with
  // those of `jar`. The new session's id; "": none came of it.
  [[nodiscard]] std::string session_from_ehr(const std::string& iss, const std::string& launch,
                                             const std::string& jar = {}) const;
  // The launched session's id; fails the test when there is none.
  [[nodiscard]] std::string launched_session(const std::vector<std::string>& arguments = {}) const;

  [[nodiscard]] std::string metrics() const;
  // The value of a series as it stands in /metrics, labels included; -1 when it is not there.
  [[nodiscard]] double metric(const std::string& series) const;

  // Whether the audit trail has a line with all of these.
  [[nodiscard]] bool audited(const std::vector<std::string>& words) const;

  [[nodiscard]] std::filesystem::path folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path config() const { return folder_ / "wardend.toml"; }
  [[nodiscard]] std::filesystem::path audit() const { return folder_ / "audit.jsonl"; }
  [[nodiscard]] std::uint16_t loopback_port() const { return loopback_port_; }
  [[nodiscard]] std::uint16_t metrics_port() const { return metrics_port_; }
  [[nodiscard]] std::string loopback() const { return "http://127.0.0.1:" + std::to_string(loopback_port_); }
  [[nodiscard]] Child& wardend() { return *wardend_; }
  [[nodiscard]] Browser browser() const { return Browser(folder_ / "cookies"); }

 private:
  std::filesystem::path folder_;
  std::uint16_t loopback_port_;
  std::uint16_t metrics_port_;
  int starts_ = 0;
  std::unique_ptr<Child> wardend_;
};

// Where the programs under test are.
[[nodiscard]] std::filesystem::path program(const std::string& name);

// Calls and expects a reply.
[[nodiscard]] nlohmann::json ask(client::Client& client, const std::string& method,
                                 const nlohmann::json& parameters = nlohmann::json::object());
// Calls and expects a refusal: the error's bare name.
[[nodiscard]] std::string refused(client::Client& client, const std::string& method,
                                  const nlohmann::json& parameters = nlohmann::json::object());

}  // namespace wardend::test
