#include "tests/bench/nginx.hpp"

#include <fstream>
#include <stdexcept>

#include "tests/bench/process.hpp"
#include "tests/integration/site.hpp"

namespace wardend::bench {
namespace {

std::string observation(const std::string& base, std::size_t number) {
  const std::string id = "o" + std::to_string(number);
  return R"({"fullUrl":")" + base + "/Observation/" + id + R"(","resource":{"resourceType":"Observation","id":")" + id +
         R"(","status":"final","subject":{"reference":"Patient/patient-1"},"code":{"coding":[{"system":)"
         R"("http://loinc.org","code":"8867-4","display":"Heart rate"}]},"effectiveDateTime":"2026-11-30T08:00:00Z",)"
         R"("valueQuantity":{"value":70.50,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}})";
}

std::string searchset(const std::string& base) {
  std::string bundle = R"({"resourceType":"Bundle","type":"searchset","entry":[)";
  for (std::size_t i = 0; i < 50; ++i) bundle += (i == 0 ? "" : ",") + observation(base, i);
  return bundle + "]}";
}

std::string patient() {
  return R"({"resourceType":"Patient","id":"patient-1","text":{"status":"generated","div":"<div>)" +
         std::string(1900, 'x') + "</div>\"}}";
}

}  // namespace

Nginx::Nginx(std::filesystem::path folder, std::uint16_t port, const std::string& sandbox)
    : folder_(std::move(folder)), port_(port), base_("http://127.0.0.1:" + std::to_string(port) + "/fhir") {
  std::filesystem::create_directories(folder_);
  write("bundle.json", searchset(base_));
  write("patient.json", patient());
  write("large", std::string(large_bytes, 'x'));
  const std::string files = folder_.string();
  const std::string address = "127.0.0.1:" + std::to_string(port);
  const auto file = [&](const char* path, const char* type, const char* name) {
    return std::string("location = /fhir/") + path + " { default_type " + type + "; alias " + files + "/" + name +
           "; }\n";
  };
  start("server", "server { listen " + address + ";\n" +
                      file("Patient/patient-1", "application/fhir+json", "patient.json") +
                      file("Observation", "application/fhir+json", "bundle.json") +
                      file("Binary/large", "application/pdf", "large") + "location / { proxy_pass " + sandbox +
                      "; proxy_set_header Host $http_host; } }");
  start("forwards", "upstream server { server " + address + "; keepalive 64; }\nserver { listen unix:" + files +
                        "/nginx.sock;\nlocation / { proxy_pass http://server; proxy_http_version 1.1; "
                        "proxy_set_header Connection \"\"; proxy_set_header Authorization \"Bearer 0123456789abcdef\"; "
                        "proxy_set_header X-Request-Id $request_id; } }");
}

Nginx::~Nginx() {
  for (const std::string& name : started_)
    static_cast<void>(test::run({.arguments = {"nginx", "-c", (folder_ / name).string(), "-s", "stop"}}));
}

void Nginx::write(const char* name, const std::string& text) const { std::ofstream(folder_ / name) << text; }

void Nginx::start(const std::string& name, const std::string& http) {
  const std::string files = folder_.string();
  std::ofstream(folder_ / name) << "user root; worker_processes 1; pid " << files << "/" << name << ".pid; error_log "
                                << files << "/" << name
                                << ".log;\nevents { worker_connections 512; }\nhttp { access_log off; "
                                << "keepalive_requests 100000000; client_body_temp_path " << files
                                << "/body; proxy_temp_path " << files << "/proxy;\n"
                                << http << " }\n";
  if (test::run({.arguments = {"nginx", "-c", (folder_ / name).string()}}).exit_code == 0) started_.push_back(name);
}

void Nginx::place(int server, int forwarder) const {
  pin(worker_of("server"), server);
  pin(worker_of("forwards"), forwarder);
}

// The master starts its worker after it has said that it is up.
pid_t Nginx::worker_of(const std::string& name) const {
  std::string master;
  std::ifstream(folder_ / (name + ".pid")) >> master;
  pid_t worker = 0;
  for (int look = 0; look < 200 && worker == 0; ++look) {
    std::ifstream("/proc/" + master + "/task/" + master + "/children") >> worker;
    if (worker == 0) test::pause_briefly();
  }
  if (worker == 0) throw std::runtime_error("nginx has no worker");
  return worker;
}

}  // namespace wardend::bench
