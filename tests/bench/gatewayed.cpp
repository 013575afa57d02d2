#include "tests/bench/gatewayed.hpp"

#include <sys/socket.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/file_descriptor.hpp"
#include "tests/bench/process.hpp"
#include "tests/bench/wire.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::bench {
namespace {

using Now = std::chrono::steady_clock;

constexpr std::size_t reads = 4000, searches = 1500, rounds = 5, workers = 8;
constexpr std::size_t large_bytes = 100UL * 1024 * 1024;

double microseconds_since(Now::time_point begun) {
  return std::chrono::duration<double, std::micro>(Now::now() - begun).count();
}

// Reads one answer to its end. Throws where it is none, or has no length.
void read_answer(int fd, std::string& buffer) {
  buffer.clear();
  std::size_t whole = std::string::npos;
  std::vector<char> bytes(64UL * 1024);
  while (buffer.size() < whole) {
    const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
    if (got <= 0) throw std::runtime_error("the connection was cut");
    buffer.append(bytes.data(), static_cast<std::size_t>(got));
    const auto end = buffer.find("\r\n\r\n");
    if (whole != std::string::npos || end == std::string::npos) continue;
    const auto at = buffer.find("ontent-");
    const auto length = buffer.find("ength: ", at == std::string::npos ? 0 : at);
    if (!buffer.starts_with("HTTP/1.1 200") || length > end) throw std::runtime_error(buffer.substr(0, end));
    whole = end + 4 + std::stoul(buffer.substr(length + 7));
  }
}

std::vector<double> requests(const std::string& socket, const std::string& path, std::size_t number) {
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: wardend\r\nAccept: application/fhir+json\r\n\r\n";
  const FileDescriptor fd = connect(socket);
  std::vector<double> microseconds;
  std::string buffer;
  for (std::size_t i = 0; i < number; ++i) {
    const auto begun = Now::now();
    if (::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) throw std::runtime_error("not sent");
    read_answer(fd.get(), buffer);
    microseconds.push_back(microseconds_since(begun));
  }
  return microseconds;
}

// Requests a second over eight connections.
double rate(const std::string& socket, const std::string& path, std::size_t number) {
  const auto begun = Now::now();
  std::vector<std::jthread> all;
  for (std::size_t i = 0; i < workers; ++i)
    all.emplace_back([&] { static_cast<void>(requests(socket, path, number / workers)); });
  all.clear();
  return static_cast<double>(number) / (microseconds_since(begun) / 1e6);
}

std::string observation(const std::string& base, std::size_t number) {
  const std::string id = "o" + std::to_string(number);
  return R"({"fullUrl":")" + base + "/Observation/" + id + R"(","resource":{"resourceType":"Observation","id":")" + id +
         R"(","status":"final","subject":{"reference":"Patient/patient-1"},"code":{"coding":[{"system":)"
         R"("http://loinc.org","code":"8867-4","display":"Heart rate"}]},"effectiveDateTime":"2026-11-30T08:00:00Z",)"
         R"("valueQuantity":{"value":70.50,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}})";
}

// nginx twice: as the FHIR server, its files and the sandbox behind it, and as what forwards.
class Nginx {
 public:
  Nginx(std::filesystem::path folder, std::uint16_t port, const std::string& sandbox)
      : folder_(std::move(folder)), base_("http://127.0.0.1:" + std::to_string(port) + "/fhir") {
    std::filesystem::create_directories(folder_);
    std::string bundle = R"({"resourceType":"Bundle","type":"searchset","entry":[)";
    for (std::size_t i = 0; i < 50; ++i) bundle += (i == 0 ? "" : ",") + observation(base_, i);
    write("bundle.json", bundle + "]}");
    write("patient.json", R"({"resourceType":"Patient","id":"patient-1","text":{"status":"generated","div":"<div>)" +
                              std::string(1900, 'x') + "</div>\"}}");
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
    start("forwards",
          "upstream server { server " + address + "; keepalive 64; }\nserver { listen unix:" + files +
              "/nginx.sock;\nlocation / { proxy_pass http://server; proxy_http_version 1.1; "
              "proxy_set_header Connection \"\"; proxy_set_header Authorization \"Bearer 0123456789abcdef\"; "
              "proxy_set_header X-Request-Id $request_id; } }");
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;
  ~Nginx() {
    for (const std::string& name : started_)
      static_cast<void>(test::run({.arguments = {"nginx", "-c", (folder_ / name).string(), "-s", "stop"}}));
  }
  [[nodiscard]] const std::string& base() const { return base_; }
  [[nodiscard]] std::string socket() const { return (folder_ / "nginx.sock").string(); }

 private:
  void write(const char* name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  void start(const std::string& name, const std::string& http) {
    const std::string files = folder_.string();
    std::ofstream(folder_ / name) << "user root; worker_processes 1; pid " << files << "/" << name << ".pid; error_log "
                                  << files << "/" << name
                                  << ".log;\nevents { worker_connections 512; }\nhttp { access_log off; "
                                  << "keepalive_requests 100000000; client_body_temp_path " << files
                                  << "/body; proxy_temp_path " << files << "/proxy;\n"
                                  << http << " }\n";
    if (test::run({.arguments = {"nginx", "-c", (folder_ / name).string()}}).exit_code == 0) started_.push_back(name);
  }
  std::filesystem::path folder_;
  std::string base_;
  std::vector<std::string> started_;
};

Forwarding measured(const std::string& socket, const std::string& path, std::size_t number) {
  std::vector<double> all, rates;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto some = requests(socket, path, number);
    all.insert(all.end(), some.begin(), some.end());
    rates.push_back(rate(socket, path, number));
  }
  return {.p50 = percentile(all, 50), .p99 = percentile(all, 99), .per_second = percentile(rates, 50)};
}

}  // namespace

std::optional<GatewayCost> cost_of_gateway() {
  if (test::run({.arguments = {"nginx", "-v"}}).exit_code != 0) return std::nullopt;
  test::Site site;
  const std::uint16_t port = test::free_port();
  const test::Sandbox sandbox(site, 3600, {"--origin", "http://127.0.0.1:" + std::to_string(port)});
  const Nginx nginx(site.folder() / "nginx", port, sandbox.address());
  site.start({.fhir_base = nginx.base(), .scopes = {"openid", "fhirUser", "offline_access", "patient/*.rs"}});
  const test::Finished launched = site.launch();
  if (launched.exit_code != 0) return std::nullopt;
  const std::string session = test::ask(*std::make_unique<client::Client>(site.broker()), "Broker.ListSessions")
                                  .at("sessions")
                                  .at(0)
                                  .value("id", "");
  const std::string gateway = (site.folder() / "fhir.sock").string();
  const std::string of_session = "/fhir/" + session;
  GatewayCost cost;
  cost.nginx_read = measured(nginx.socket(), "/fhir/Patient/patient-1", reads);
  cost.gateway_read = measured(gateway, of_session + "/Patient/patient-1", reads);
  cost.nginx_search = measured(nginx.socket(), "/fhir/Observation?patient=patient-1", searches);
  cost.gateway_search = measured(gateway, of_session + "/Observation?patient=patient-1", searches);
  const double before = memory_of(site.wardend().pid()).resident_kib;
  const auto begun = Now::now();
  static_cast<void>(requests(gateway, of_session + "/Binary/large", 1));
  cost.large_seconds = microseconds_since(begun) / 1e6;
  cost.large_growth_kib = memory_of(site.wardend().pid()).resident_kib - before;
  return cost;
}

}  // namespace wardend::bench
