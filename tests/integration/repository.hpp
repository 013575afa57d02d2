// tests/peers/fhir-repository: a FHIR server that others wrote, with two patients whose charts lead into one another.
// It asks the authorization server about each token, and never whose a record is: what is sent to it is written.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/integration/site.hpp"

namespace wardend::test {

// What an app sends after a permit.
struct Sent {
  std::string method;
  std::string path;  // below the FHIR base: "Observation/7", "Observation?subject=Patient/p1", ""
  nlohmann::json body = nullptr;
  std::vector<std::string> headers = {};
};

class Repository {
 public:
  // The authorization server beside it.
  struct Authority {
    std::string introspection;
    std::string smart_configuration;
  };
  Repository(const Site& site, const Authority& authority);
  [[nodiscard]] const std::string& fhir_base() const { return base_; }
  void set(const std::string& what, const nlohmann::json& value) const;  // POST /admin/WHAT
  // Back to its seed, the patients' identifiers marked as official.
  void reset() const { set("reset", nlohmann::json::object()); }
  // With this token, as an app does.
  [[nodiscard]] Page send(const Sent& sent, const std::string& token) const;
  // Whoever else works with the EHR: what he writes is there.
  void lay_down(const nlohmann::json& resource) const;
  void remove(const std::string& record) const;
  [[nodiscard]] nlohmann::json read(const std::string& record) const;  // null: it is not there
  // Every record, by Type/id.
  [[nodiscard]] std::map<std::string, nlohmann::json> records() const;
  // Requests of one method that it has been sent.
  [[nodiscard]] std::size_t received(const std::string& method) const { return received(std::vector{method}); }
  // The same of several.
  [[nodiscard]] std::size_t received(const std::vector<std::string>& methods) const;

 private:
  std::string address_;
  std::string base_;
  std::unique_ptr<Child> server_;
};

// The records that differ, by Type/id.
[[nodiscard]] std::vector<std::string> changed(const std::map<std::string, nlohmann::json>& before,
                                               const std::map<std::string, nlohmann::json>& after);

}  // namespace wardend::test
