#include "tests/integration/forwarding/receivers.hpp"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace wardend::test {
namespace {

bool listens(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

}  // namespace

using nlohmann::json;

Certificates::Certificates(const std::filesystem::path& folder) {
  const auto at = [&](const char* name) { return (folder / name).string(); };
  ca = at("ca.crt");
  server = at("server.crt");
  server_key = at("server.key");
  client = at("client.crt");
  client_key = at("client.key");
  const std::string openssl = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";
  const std::string own = openssl + "-x509 -days 2 -subj /CN=test-ca -keyout " + at("ca.key") + " -out " + ca;
  const auto signed_by_ca = [&](const std::string& name, const std::string& key, const std::string& to,
                                const std::string& more) {
    return " && " + openssl + "-subj /CN=" + name + " -keyout " + key + " -out " + to + ".csr && printf '" + more +
           "' > " + to + ".ext && openssl x509 -req -days 2 -in " + to + ".csr -CA " + ca + " -CAkey " + at("ca.key") +
           " -CAcreateserial -extfile " + to + ".ext -out " + to;
  };
  const Finished made =
      run({{"sh", "-c",
            "umask 077 && " + own +
                signed_by_ca("localhost", server_key, server, "subjectAltName=IP:127.0.0.1,DNS:localhost") +
                signed_by_ca("ws", client_key, client, "subjectAltName=DNS:ws.example.org")}});
  EXPECT_EQ(made.exit_code, 0) << made.err;
}

AuditRepository::AuditRepository(const Site& site, std::string token, std::vector<std::string> environment)
    : folder_(site.folder()),
      token_(std::move(token)),
      environment_(std::move(environment)),
      port_(free_port()),
      address_("http://127.0.0.1:" + std::to_string(port_)) {
  start();
}

void AuditRepository::start() {
  Command command{{WARDEND_NODE, std::string(WARDEND_REPOSITORY_DIR) + "/server.mjs"},
                  {"PORT=" + std::to_string(port_), "SEED=0", "TOKEN=" + token_,
                   "DATA=" + (folder_ / "repository.jsonl").string()}};
  command.environment.insert(command.environment.end(), environment_.begin(), environment_.end());
  server_ = std::make_unique<Child>(command, folder_ / ("repository-" + std::to_string(free_port()) + ".log"));
  EXPECT_TRUE(server_->wait_for("ready ", 60s)) << server_->output();
}

void AuditRepository::kill() { server_.reset(); }

void AuditRepository::fault(const json& fault) const {
  EXPECT_EQ(request(address_ + "/admin/faults", fault.dump()).status / 100, 2) << fault;
}
void AuditRepository::no_faults() const { (void)request(address_ + "/admin/faults", {}, {}, "DELETE"); }

std::vector<json> AuditRepository::events() const {
  std::vector<json> found;
  const json dump = json::parse(request(address_ + "/admin/dump").body, nullptr, false);
  if (!dump.is_object()) return found;
  for (const json& entry : dump.value("entry", json::array()))
    if (entry.at("resource").value("resourceType", "") == "AuditEvent") found.push_back(entry["resource"]);
  return found;
}

std::vector<std::string> AuditRepository::ids() const {
  std::vector<std::string> found;
  for (const json& event : events()) found.push_back(event.value("id", ""));
  std::ranges::sort(found);
  return found;
}

std::vector<std::string> AuditRepository::tags(const std::string& system) const {
  std::vector<std::string> found;
  for (const json& event : events())
    for (const json& tag : event.value("/meta/tag"_json_pointer, json::array()))
      if (tag.value("system", "") == system) found.push_back(tag.value("code", ""));
  std::ranges::sort(found);
  return found;
}

json AuditRepository::log() const {
  const json log = json::parse(request(address_ + "/admin/log").body, nullptr, false);
  return log.is_array() ? log : json::array();
}

std::size_t AuditRepository::batches(int status) const {
  const json all = log();
  return static_cast<std::size_t>(std::ranges::count_if(all, [&](const json& line) {
    return line.value("method", "") == "POST" && line.value("path", "") == "/fhir" && line.value("status", 0) == status;
  }));
}

std::size_t AuditRepository::hit(const std::string& fault) const {
  const json all = log();
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [&](const json& line) { return line.value("fault", "") == fault; }));
}

Rsyslog::Rsyslog(const Site& site, const Certificates& certificates) : folder_(site.folder()), port_(free_port()) {
  write_config("global(DefaultNetstreamDriver=\"gtls\" DefaultNetstreamDriverCAFile=\"" + certificates.ca +
               "\" DefaultNetstreamDriverCertFile=\"" + certificates.server + "\" DefaultNetstreamDriverKeyFile=\"" +
               certificates.server_key +
               "\")\nmodule(load=\"imtcp\" StreamDriver.Name=\"gtls\" StreamDriver.Mode=\"1\" "
               "StreamDriver.AuthMode=\"x509/certvalid\")\n"
               "input(type=\"imtcp\" address=\"127.0.0.1\" port=\"" +
               std::to_string(port_) + "\")\n");
}

Rsyslog::Rsyslog(const Site& site, const std::filesystem::path& socket) : folder_(site.folder()), port_(0) {
  write_config("module(load=\"imuxsock\" SysSock.Use=\"off\")\ninput(type=\"imuxsock\" Socket=\"" + socket.string() +
               "\" RateLimit.Interval=\"0\")\n");
}

void Rsyslog::write_config(const std::string& input) const {
  std::ofstream(folder_ / "rsyslog.conf")
      << "global(workDirectory=\"" << folder_.string() << "\" maxMessageSize=\"256k\")\n"
      << input
      << "template(name=\"line\" type=\"string\" string=\"%app-name% %msgid% %structured-data% "
         "%msg:::drop-last-lf%\\n\")\n"
      << "if $syslogfacility == 13 then action(type=\"omfile\" file=\"" << (folder_ / "received").string()
      << "\" template=\"line\")\n";
}

void Rsyslog::start() {
  process_ = std::make_unique<Child>(
      Command{{"rsyslogd", "-n", "-f", (folder_ / "rsyslog.conf").string(), "-i", (folder_ / "rsyslog.pid").string()}},
      folder_ / "rsyslog.log");
  EXPECT_TRUE(eventually([this] { return port_ == 0 || listens(port_); })) << process_->output();
}

void Rsyslog::stop() {
  process_->send_signal(SIGTERM);
  EXPECT_EQ(process_->wait_end(), 0);
  process_.reset();
}

void Rsyslog::kill() { process_.reset(); }

std::vector<std::string> Rsyslog::lines() const {
  std::vector<std::string> found;
  std::ifstream in(folder_ / "received");
  for (std::string line; std::getline(in, line);) found.push_back(line);
  return found;
}

}  // namespace wardend::test
