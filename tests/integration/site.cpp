#include "tests/integration/site.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/encoding.hpp"

namespace wardend::test {
namespace {

Page page_of(const Finished& curl) {
  // "-w" ends the output with a line of its own: status and address.
  const auto mark = curl.out.rfind("\n@");
  if (curl.exit_code != 0 || mark == std::string::npos) return {.status = 0, .body = curl.err, .address = {}};
  std::istringstream tail(curl.out.substr(mark + 2));
  Page page;
  tail >> page.status >> page.address;
  page.body = curl.out.substr(0, mark);
  return page;
}

bool can_bind(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

// Ports that nobody is given by chance (the kernel's own choice begins at 32768), each one's lock file held until the
// program ends: tests that run side by side never meet.
std::uint16_t free_port() {
  constexpr std::uint16_t first = 12'000, count = 16'000;
  static std::uint16_t next = static_cast<std::uint16_t>(::getpid() % count);
  ::mkdir("/tmp/wardend-test-ports", 0777);
  for (int tries = 0; tries < count; ++tries) {
    const auto port = static_cast<std::uint16_t>(first + (next++ % count));
    const std::string lock = "/tmp/wardend-test-ports/" + std::to_string(port);
    const int held = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (held >= 0 && ::flock(held, LOCK_EX | LOCK_NB) == 0 && can_bind(port)) return port;
    if (held >= 0) ::close(held);
  }
  throw std::runtime_error("no free port");
}

std::filesystem::path program(const std::string& name) { return std::filesystem::path(WARDEND_BIN_DIR) / name; }

Page Browser::open(const std::string& address) const {
  return page_of(run(
      {{"curl", "-sSLk", "--max-time", "20", "--max-redirs", "12", "-b", jar_.string(), "-c", jar_.string(), "-H",
        "Sec-Fetch-Mode: navigate", "-H", "Sec-Fetch-User: ?1", "-w", "\n@%{http_code} %{url_effective}", address}}));
}

Page Browser::step(const std::string& address) const {
  return page_of(run(
      {{"curl", "-sS", "--max-time", "20", "-b", jar_.string(), "-c", jar_.string(), "-H", "Sec-Fetch-Mode: navigate",
        "-H", "Sec-Fetch-User: ?1", "-w", "\n@%{http_code} %{redirect_url}", address}}));
}

Page Browser::submit(const std::string& page) const {
  const auto between = [](const std::string& text, const std::string& before, std::size_t& from) {
    from = text.find(before, from);
    if (from == std::string::npos) return std::string();
    from += before.size();
    std::string value = text.substr(from, text.find('"', from) - from);
    for (const auto& [written, meant] :
         {std::pair{"&quot;", "\""}, {"&#39;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}})
      for (auto at = value.find(written); at != std::string::npos; at = value.find(written, at + 1))
        value.replace(at, std::string(written).size(), meant);
    return value;
  };
  std::size_t at = 0;
  std::vector<std::string> arguments = {"curl",       "-sSL",
                                        "--max-time", "20",
                                        "-b",         jar_.string(),
                                        "-c",         jar_.string(),
                                        "-H",         "Sec-Fetch-Mode: navigate",
                                        "-H",         "Sec-Fetch-User: ?1",
                                        "-w",         "\n@%{http_code} %{url_effective}"};
  const std::string action = between(page, "action=\"", at);
  for (at = std::min(page.find("<form"), page.size());;) {
    const std::string name = between(page, "name=\"", at);
    if (at == std::string::npos) break;
    arguments.insert(arguments.end(), {"--data-urlencode", name + "=" + between(page, "value=\"", at)});
  }
  arguments.push_back(action);
  return page_of(run({arguments}));
}

Page request(const std::string& address, const std::string& body, const std::vector<std::string>& headers,
             const std::string& method) {
  std::vector<std::string> arguments = {"curl", "-sSk", "--max-time", "20", "-w", "\n@%{http_code} %{redirect_url}"};
  for (const std::string& header : headers) arguments.insert(arguments.end(), {"-H", header});
  if (!method.empty()) arguments.insert(arguments.end(), {"-X", method});
  // An argument of a program has 128 KiB at most.
  if (!body.empty()) arguments.insert(arguments.end(), {"--data-binary", "@-", "-H", "Content-Type: application/json"});
  arguments.push_back(address);
  return page_of(run({.arguments = arguments, .input = body}));
}

Site::Site() : loopback_port_(free_port()), metrics_port_(free_port()) {
  char name[] = "/tmp/wardend-site.XXXXXX";
  folder_ = ::mkdtemp(name);
  std::filesystem::permissions(folder_, std::filesystem::perms(0755));
}

Site::~Site() {
  if (::testing::Test::HasFailure() && wardend_) std::fputs(("wardend's log:\n" + wardend_->output()).c_str(), stderr);
  wardend_.reset();
  std::filesystem::remove_all(folder_);
}

void Site::write_config(const Settings& settings) const {
  std::ofstream out(config());
  out << "[broker]\nsocket = " << folder_ / "broker.sock" << "\ncontrol_socket = " << folder_ / "control.sock"
      << "\nloopback_port = " << loopback_port_ << "\nmetrics_listen = \"127.0.0.1:" << metrics_port_
      << "\"\nstate_dir = " << folder_ / "state" << "\nlock_sources = [" << settings.lock_sources << "]\n"
      << settings.broker
      << "\n\n[audit]\norganization = \"St Elsewhere\"\npurpose_of_use = \"TREAT\"\nfile = " << audit()
      << "\n\n[[server]]\nname = \"ehr\"\nfhir_base_url = " << quoted(settings.fhir_base) << "\n"
      << settings.server << "\n[server.oauth]\n"
      << settings.oauth << "\n[server.health]\n"
      << settings.health << "\n[server.fhircast]\n"
      << settings.fhircast << "\n\n[[app]]\nid = \"vitals\"\nname = \"Vitals trend\"\nservers = [\"ehr\"]\nclient_id = "
      << quoted(settings.client_id) << "\nclient_auth = " << quoted(settings.client_auth)
      << "\ncredential = " << quoted(settings.credential)
      << "\nredirect_uri = " << quoted(settings.redirect_uri.empty() ? loopback() + "/callback" : settings.redirect_uri)
      << "\npopulation = \"Nurses of the ward\"\nconsent = \"Direct care, implied\""
      << "\nidentity = " << quoted(settings.identity) << "\npatient_context = " << quoted(settings.patient_context)
      << "\n"
      << settings.app << "\n\n[[app.peer]]\n"
      << settings.peer << "\n";
  for (const std::string& scope : settings.scopes)
    out << "\n[[app.scope]]\nscope = " << quoted(scope)
        << "\naction = \"test\"\napproved_by = \"Board\"\napproved_on = 2026-05-04\n";
  out << "\n[app.fallback]\nadvice = " << quoted(settings.advice) << "\n\n" << settings.more;
}

void Site::start(const Settings& settings) {
  write_config(settings);
  const std::string log = "log-" + std::to_string(++starts_);
  wardend_ = std::make_unique<Child>(Command{{program(daemon), "--config", config()}, environment}, folder_ / log);
  ASSERT_TRUE(wardend_->wait_for("wardend started")) << wardend_->output();
}

int Site::stop() {
  wardend_->send_signal(SIGTERM);
  return wardend_->wait_end();
}

Finished Site::wardctl(const std::vector<std::string>& arguments, std::optional<uid_t> uid) const {
  Command command{{program("wardctl")},
                  {"WARDEND_SOCKET=" + (folder_ / "broker.sock").string(),
                   "WARDEND_CONTROL=" + (folder_ / "control.sock").string()}};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.uid = uid;
  return run(command);
}

Finished Site::launch(const std::vector<std::string>& arguments, const std::string& jar) const {
  Command command{{program("wardctl"), "launch", "--no-browser"},
                  {"WARDEND_SOCKET=" + (folder_ / "broker.sock").string()}};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  static int number = 0;
  const std::filesystem::path log = folder_ / ("launch-" + std::to_string(++number));
  Child wardctl(command, log);
  if (wardctl.wait_for("open: ") && wardctl.wait_for("\n")) {
    const std::string text = wardctl.output();
    const auto from = text.find("open: ") + 6;
    const std::string cookies = "cookies-" + (jar.empty() ? std::to_string(number) : jar);
    const Page page = Browser(folder_ / cookies).open(text.substr(from, text.find('\n', from) - from));
    if (page.status != 200) std::fputs(("the browser ended at " + page.address + "\n" + page.body).c_str(), stderr);
  }
  const int code = wardctl.wait_end(15s);
  return {code, wardctl.output(), {}};
}

client::Client Site::broker() const {
  auto client = client::Client::connect(folder_ / "broker.sock");
  if (!client) throw std::runtime_error(client.error().detail);
  return std::move(*client);
}

client::Client Site::control() const {
  auto client = client::Client::connect(folder_ / "control.sock");
  if (!client) throw std::runtime_error(client.error().detail);
  return std::move(*client);
}

std::string Site::session_from_ehr(const std::string& iss, const std::string& launch, const std::string& jar) const {
  static int number = 0;
  const std::string cookies = "ehr-cookies-" + (jar.empty() ? std::to_string(++number) : jar);
  const Page page =
      Browser(folder_ / cookies).open(loopback() + "/launch/vitals?" + form_encode({{"iss", iss}, {"launch", launch}}));
  if (page.status != 200) return {};
  // The newest one: the page names none.
  auto anew = broker();
  const auto listed = anew.call("org.wardend.Broker.ListSessions", nlohmann::json::object());
  if (!listed || listed->at("sessions").empty()) return {};
  return listed->at("sessions").back().value("id", "");
}

std::string Site::launched_session(const std::vector<std::string>& arguments) const {
  std::vector<std::string> all = {"--json"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Finished launched = launch(all);
  EXPECT_EQ(launched.exit_code, 0) << launched.out;
  const auto from = launched.out.find('{');
  const auto reply = nlohmann::json::parse(from == std::string::npos ? "" : launched.out.substr(from), nullptr, false);
  if (!reply.is_object()) return {};
  return reply.value("/session/id"_json_pointer, "");
}

std::string Site::metrics() const {
  return request("http://127.0.0.1:" + std::to_string(metrics_port_) + "/metrics").body;
}

double Site::metric(const std::string& series) const {
  std::istringstream lines(metrics());
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  return -1;
}

bool Site::audited(const std::vector<std::string>& words) const {
  std::ifstream trail(audit());
  for (std::string line; std::getline(trail, line);)
    if (std::ranges::all_of(words, [&](const std::string& word) { return line.contains(word); })) return true;
  return false;
}

nlohmann::json ask(client::Client& client, const std::string& method, const nlohmann::json& parameters) {
  auto reply = client.call("org.wardend." + method, parameters);
  EXPECT_TRUE(reply.has_value()) << method << ": "
                                 << (reply
                                         ? ""
                                         : reply.error().error + reply.error().detail + reply.error().parameters_json);
  return reply ? *reply : nlohmann::json();
}

std::string refused(client::Client& client, const std::string& method, const nlohmann::json& parameters) {
  const auto reply = client.call("org.wardend." + method, parameters);
  if (reply) return "granted";
  return reply.error().error.substr(reply.error().error.rfind('.') + 1);
}

}  // namespace wardend::test
