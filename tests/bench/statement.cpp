#include "tests/bench/statement.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace wardend::bench {
namespace {

using nlohmann::json;

// As large servers write theirs: many search parameters, each documented.
std::string statement_of_fifteen_megabytes() {
  const std::string documentation(1000, 'x');
  std::string text = R"({"resourceType":"CapabilityStatement","status":"active","kind":"instance","fhirVersion":"4.0.1",
    "rest":[{"mode":"server","resource":[{"type":"Observation","interaction":[{"code":"read"}],"searchParam":[)";
  while (text.size() < 15UL * 1024 * 1024)
    text += R"({"name":"a","type":"token","documentation":")" + documentation + R"("},{"name":"b","type":"date"},)";
  text.back() = ']';
  return text + "}]}]}";
}

const std::filesystem::path& filled(const std::filesystem::path& folder, const std::string& address) {
  std::filesystem::create_directories(folder / ".well-known");
  std::ofstream(folder / "metadata") << statement_of_fifteen_megabytes();
  std::ofstream(folder / ".well-known" / "smart-configuration")
      << json{{"token_endpoint", address + "/token"},
              {"authorization_endpoint", address + "/authorize"},
              {"capabilities", {"launch-ehr", "client-public"}},
              {"code_challenge_methods_supported", json::array({"S256"})}};
  return folder;
}

}  // namespace

StatementServer::StatementServer(const std::filesystem::path& folder)
    : server_({{"python3", "-u", "-m", "http.server", std::to_string(port_), "--bind", "127.0.0.1", "--directory",
                filled(folder, address())}},
              folder.string() + ".log") {
  if (!server_.wait_for("Serving HTTP")) throw std::runtime_error("no file server: " + server_.output());
}

std::string StatementServer::configuration(const std::string& redirect_uri) const {
  return "[[server]]\nname = \"big\"\nfhir_base_url = \"" + address() +
         "\"\n\n[[app]]\nid = \"reader\"\nservers = [\"big\"]\nclient_id = \"c\"\nidentity = \"none\"\npopulation = "
         "\"all\"\nconsent = \"implied\"\nlaunch = [\"ehr\"]\nredirect_uri = \"" +
         redirect_uri +
         "\"\n[[app.peer]]\nuser = \"nobody\"\n[[app.requires]]\nresource = \"Observation\"\ninteractions = "
         "[\"read\"]\n[[app.scope]]\nscope = \"patient/Observation.r\"\naction = \"a\"\napproved_by = \"b\"\n"
         "approved_on = 2026-05-04\n";
}

}  // namespace wardend::bench
