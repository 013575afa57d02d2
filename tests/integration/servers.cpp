#include "tests/integration/servers.hpp"

namespace wardend::test {

Provider::Provider(const Site& site, int token_life, const std::vector<std::string>& environment) {
  const std::uint16_t port = free_port();
  address_ = "http://127.0.0.1:" + std::to_string(port);
  Command command{{WARDEND_NODE, std::string(WARDEND_PROVIDER_DIR) + "/server.mjs"},
                  {"PORT=" + std::to_string(port), "AT_TTL=" + std::to_string(token_life),
                   "REDIRECT_URIS=" + site.loopback() + "/callback", "KEY_DIR=" + (site.folder() / "keys").string()}};
  command.environment.insert(command.environment.end(), environment.begin(), environment.end());
  server_ = std::make_unique<Child>(command, site.folder() / "provider.log");
  EXPECT_TRUE(server_->wait_for("ready ")) << server_->output();
}

std::string Provider::begin_ehr_launch(const nlohmann::json& context) const {
  const auto reply = nlohmann::json::parse(request(address_ + "/admin/launch", context.dump()).body, nullptr, false);
  return reply.is_object() ? reply.value("launch", "") : "";
}

void Provider::set(const std::string& what, const nlohmann::json& value) const {
  const Page page = request(address_ + "/admin/" + what, value.dump());
  EXPECT_EQ(page.status / 100, 2) << what << " " << page.body;
}

nlohmann::json Provider::log() const {
  const auto reply = nlohmann::json::parse(request(address_ + "/admin/log").body, nullptr, false);
  if (reply.is_array()) return reply;
  return reply.is_object() ? reply.value("log", nlohmann::json::array()) : nlohmann::json::array();
}

std::size_t Provider::token_requests(const std::string& grant, int status) const {
  std::size_t count = 0;
  for (const auto& line : log())
    if (line.value("path", "") == "/token" && line.value("grant", "") == grant && line.value("status", 0) == status)
      ++count;
  return count;
}

std::size_t Provider::revocations() const {
  std::size_t count = 0;
  for (const auto& line : log())
    if (line.value("path", "") == "/revoke" && line.value("status", 0) == 200) ++count;
  return count;
}

int Provider::read(const std::string& path, const std::string& token) const {
  return request(fhir_base() + "/" + path, {}, {"Authorization: Bearer " + token}).status;
}

FaultProxy::FaultProxy(const Site& site) : site_(site), port_(free_port()), control_(free_port()) {}

void FaultProxy::stand_before(std::uint16_t target) {
  const std::string route = "ehr=" + std::to_string(port_) + ":127.0.0.1:" + std::to_string(target);
  proxy_ = std::make_unique<Child>(Command{{WARDEND_NODE, std::string(WARDEND_PEERS_DIR) + "/chaosproxy/chaosproxy.mjs",
                                            std::to_string(control_), route}},
                                   site_.folder() / "chaosproxy.log");
  EXPECT_TRUE(eventually([&] { return request("http://127.0.0.1:" + std::to_string(control_) + "/").status == 200; }))
      << proxy_->output();
}

void FaultProxy::set(const nlohmann::json& settings) const {
  EXPECT_EQ(request("http://127.0.0.1:" + std::to_string(control_) + "/ehr", settings.dump()).status, 200);
}

void FaultProxy::cut() const {
  EXPECT_EQ(request("http://127.0.0.1:" + std::to_string(control_) + "/ehr/kick", R"({"how":"rst"})").status, 200);
}

Sandbox::Sandbox(const Site& site, int token_life, std::vector<std::string> arguments) {
  static int number = 0;  // a test may have several
  arguments.insert(arguments.begin(),
                   {program("wardend-sandbox"), "--port", "0", "--token-life", std::to_string(token_life)});
  server_ = std::make_unique<Child>(Command{std::move(arguments)},
                                    site.folder() / ("sandbox-" + std::to_string(++number) + ".log"));
  EXPECT_TRUE(server_->wait_for("listening on ")) << server_->output();
  const std::string text = server_->output();
  const auto from = text.find("http");
  address_ = text.substr(from, text.find_first_of(" \n", from) - from);
}

void Sandbox::set(const std::string& what, const nlohmann::json& value) const {
  const Page page = request(address_ + "/_sandbox/" + what, value.dump());
  EXPECT_EQ(page.status / 100, 2) << what << " " << page.status << " " << page.body;
}

void Sandbox::fault(const nlohmann::json& fault) const { set("faults", fault); }
void Sandbox::no_faults() const { (void)request(address_ + "/_sandbox/faults", {}, {}, "DELETE"); }

nlohmann::json Sandbox::stats() const {
  return nlohmann::json::parse(request(address_ + "/_sandbox/stats").body, nullptr, false);
}

nlohmann::json Sandbox::profile() const {
  return nlohmann::json::parse(request(address_ + "/_sandbox/profile").body, nullptr, false);
}

std::vector<nlohmann::json> Sandbox::asked(const std::string& path, const std::string& grant) const {
  std::vector<nlohmann::json> lines;
  const nlohmann::json all = log();
  if (!all.is_object()) return lines;
  for (const auto& line : all.at("requests"))
    if (line.value("path", "") == path && (grant.empty() || line.value("grant_type", "") == grant))
      lines.push_back(line);
  return lines;
}

void Sandbox::forget() const { (void)request(address_ + "/_sandbox/log", {}, {}, "DELETE"); }

nlohmann::json Sandbox::log() const {
  return nlohmann::json::parse(request(address_ + "/_sandbox/log").body, nullptr, false);
}

}  // namespace wardend::test
