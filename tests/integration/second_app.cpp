#include "tests/integration/second_app.hpp"

namespace wardend::test {

std::string second_app(const Site& site, const std::string& server, const std::string& user) {
  return R"(
[[app]]
id = "labs"
name = "Labs"
servers = [")" +
         server + R"("]
client_id = "labs"
client_auth = "none"
redirect_uri = ")" +
         site.loopback() + R"(/callback"
identity = "none"
[[app.peer]]
user = ")" +
         user + R"("
[[app.scope]]
scope = "patient/Observation.rs"
action = "test"
approved_by = "Board"
approved_on = 2026-05-04
[app.fallback]
advice = "Use the EHR."
)";
}

}  // namespace wardend::test
