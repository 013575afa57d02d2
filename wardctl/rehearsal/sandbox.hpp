// wardend-sandbox as a rehearsal directs it: faults, settings and the EHR's click, over its control requests.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "wardctl/rehearsal/browser.hpp"

namespace wardend::wardctl {

class Sandbox {
 public:
  // `address` like "http://127.0.0.1:40213".
  explicit Sandbox(std::string address) : address_(std::move(address)) {}

  [[nodiscard]] std::string fhir_base() const { return address_ + "/fhir"; }
  // The address of the click in the EHR that opens `app_url`; an empty patient opens it without one.
  [[nodiscard]] std::string click(const std::string& app_url, const std::string& patient) const;

  // Switches a fault on; `fault` as the sandbox's README.md has it.
  void fault(const nlohmann::json& fault);
  // Switches the faults at that place off.
  void mend(std::string_view place);
  // Changes one of config, down, logout.
  void set(std::string_view what, const nlohmann::json& value);
  // A setting as it is now; null: there is none of that name.
  [[nodiscard]] nlohmann::json setting(const char* name);

 private:
  std::string address_;
  HeadlessBrowser control_;
};

}  // namespace wardend::wardctl
