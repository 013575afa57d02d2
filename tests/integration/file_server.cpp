#include "tests/integration/file_server.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "protocol/balp/codes.hpp"
#include "tests/integration/site.hpp"
#include "trail/moment.hpp"

namespace wardend::test {
namespace {

constexpr std::string_view base = "/fhir/";

struct Line {
  double ended = 0, took = 0;  // seconds
  std::string method, uri, id;
  int status = 0;
};

const char* interaction_of(const Line& line) {
  if (line.method == "POST") return "create";
  if (line.method == "PUT") return "update";
  return line.uri.contains('?') ? "search-type" : "read";
}

std::string event_of(const Line& line) {
  const auto coded = [](std::string_view system, std::string_view code) {
    return nlohmann::json{{"system", system}, {"code", code}};
  };
  const std::string record = line.uri.substr(base.size(), line.uri.find('?') - base.size());
  const auto began =
      std::chrono::duration_cast<WallTime::duration>(std::chrono::duration<double>(line.ended - line.took));
  return nlohmann::json{
      {"resourceType", "AuditEvent"},
      {"recorded", trail::timestamp(WallTime(began))},
      {"type", coded(balp::systems::event_type, "rest")},
      {"subtype", {coded(balp::systems::interaction, interaction_of(line))}},
      {"agent", {{{"requestor", true}}}},
      {"entity",
       {{{"type", coded(balp::systems::entity_type, "2")}, {"what", {{"reference", record}}}},
        {{"type", coded(balp::systems::request_id, "XrequestId")}, {"what", {{"identifier", {{"value", line.id}}}}}}}}}
      .dump();
}

// One request in fifty meets a fault: it is cut off unheard (nginx's 444), refused, or answered slowly.
std::string configuration(const std::string& files, std::uint16_t port, const std::string& smart) {
  std::string written = "if ($fate = slow) { set $limit_rate 4k; }\n";
  for (const char* status : {"444", "503", "500", "429"})
    written += std::string("if ($fate = ") + status + ") { return " + status + "; }\n";
  written += "if ($request_method = POST) { return 201; }\nif ($request_method = PUT) { return 204; }\n";
  return "user root; worker_processes 1; pid " + files + "/pid; error_log " + files +
         "/errors;\nevents { worker_connections 256; }\nhttp { client_body_temp_path " + files +
         "/body; proxy_temp_path " + files + "/proxy; keepalive_requests 1000000;\n" +
         "log_format own '$msec $request_time $request_method $request_uri $status $http_x_request_id';\n"
         "split_clients $request_id $fate { 0.5% 444; 0.5% 503; 0.3% 500; 0.2% 429; 0.5% slow; * none; }\n"
         "server { listen 127.0.0.1:" +
         std::to_string(port) + "; access_log " + files + "/account own; root " + files + "/data;\n" +
         "location /fhir/.well-known/ { proxy_pass " + smart + "/.well-known/; }\n" +
         "location = /fhir/metadata { proxy_pass " + smart + "/metadata; }\n" +
         "location = /fhir/Observation { default_type application/fhir+json; " + written + " alias " + files +
         "/data/bundle; }\n" + "location /fhir/Binary/ { default_type application/dicom; " + written + " }\n" +
         "location /fhir/ { default_type application/fhir+json; " + written + " } } }\n";
}

}  // namespace

FileServer::FileServer(std::filesystem::path folder, const std::string& smart)
    : folder_(std::move(folder)), port_(free_port()) {
  std::filesystem::create_directories(folder_ / "data");
  std::ofstream(folder_ / "conf") << configuration(folder_.string(), port_, smart);
  serves_ = run({.arguments = {"nginx", "-c", folder_ / "conf"}}).exit_code == 0;
}

FileServer::~FileServer() {
  if (serves_) static_cast<void>(run({.arguments = {"nginx", "-c", folder_ / "conf", "-s", "stop"}}));
}

void FileServer::lay_down(const std::string& path, std::string_view text) const {
  const auto file = folder_ / "data" / (path.contains('/') ? "fhir/" + path : path);
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

std::string FileServer::audit_events(std::string_view mark) {
  std::ifstream account(folder_ / "account");
  account.seekg(told_);
  std::string events, text;
  while (std::getline(account, text) && !account.eof()) {
    told_ += static_cast<std::streamoff>(text.size() + 1);
    Line line;
    std::istringstream words(text);
    words >> line.ended >> line.took >> line.method >> line.uri >> line.status >> line.id;
    if (line.id.starts_with(mark) && line.status != 444) events += event_of(line) + "\n";
  }
  return events;
}

}  // namespace wardend::test
