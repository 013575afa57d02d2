// What the scenarios of a SMART client share: one site on the sandbox, a launch in its single steps, and what was
// answered.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {

using nlohmann::json;

class Scenario : public ::testing::Test {
 protected:
  // Starts wardend, anew after a stop; without a fhir_base in `settings` it is the sandbox's.
  void start(Settings settings = {});
  [[nodiscard]] client::Client& broker();

  // What wardctl prints of a launch that must fail, and does within ten seconds.
  [[nodiscard]] std::string launch_error(const std::vector<std::string>& arguments = {}) const;
  // A launch as far as the EHR's address, which the browser has been sent to and has not opened.
  struct Begun {
    std::string id;
    std::string address;
    std::map<std::string, std::string> query;  // of the address
  };
  [[nodiscard]] Begun begin(const json& parameters = json::object());
  // The EHR's click with this context, the browser led on to the last page.
  [[nodiscard]] Page click(const std::string& context) const;

  // "token", or the bare name of the error that GetToken answers, within ten seconds. `reply` is what came.
  [[nodiscard]] std::string answer(const json& parameters);
  [[nodiscard]] json session(const std::string& id);  // GetSession's session
  [[nodiscard]] std::string state(const std::string& id);
  // Waits until the sandbox has answered so many refreshes.
  [[nodiscard]] bool refreshed(int times = 1, std::chrono::milliseconds patience = 10s) const;
  // Whether wardend's log has a line with all of these.
  [[nodiscard]] bool logged(const std::vector<std::string>& words);

  Site site;
  Sandbox ehr{site, 300};
  Browser browser{site.folder() / "steps"};
  json reply;

 private:
  std::optional<client::Client> broker_;
};

// The parameters of an address, each once.
[[nodiscard]] std::map<std::string, std::string> query_of(const std::string& address);

}  // namespace wardend::test
