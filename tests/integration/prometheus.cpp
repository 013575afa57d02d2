#include "tests/integration/prometheus.hpp"

#include <fstream>
#include <regex>
#include <sstream>

#include "base/encoding.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

constexpr auto patience = 30s;

// The shipped rules. What they wait for is looked at in real time here, and in their own by `promtool test rules`.
std::string hurried_rules() {
  std::ostringstream text;
  text << std::ifstream(WARDEND_SOURCE_DIR "/monitoring/wardend.rules.yml").rdbuf();
  return std::regex_replace(text.str(), std::regex(R"((for|keep_firing_for): \w+)"), "$1: 1s");
}

json configuration(const Prometheus::Options& options, const std::string& rules) {
  using Mode = Prometheus::Options::Mode;
  json config{{"global", {{"scrape_interval", "1s"}, {"scrape_timeout", "1s"}, {"evaluation_interval", "1s"}}}};
  config["scrape_configs"] = json::array();
  for (const auto& [job, port] : options.targets) {
    json target{{"targets", {"127.0.0.1:" + std::to_string(port)}}, {"labels", {{"instance", "w1"}}}};
    config["scrape_configs"].push_back({{"job_name", job}, {"static_configs", {std::move(target)}}});
  }
  if (options.mode != Mode::agent) config["rule_files"] = {rules};
  if (!options.remote.empty())
    config["remote_write"] = {
        {{"url", options.remote + "/api/v1/write"}, {"queue_config", {{"batch_send_deadline", "1s"}}}}};
  return config;
}

}  // namespace

bool has_prometheus() {
  return run({{"sh", "-c", "command -v prometheus prometheus-node-exporter promtool"}}).exit_code == 0;
}

Prometheus::Prometheus(const Site& site, const Options& options) {
  using Mode = Options::Mode;
  static int number = 0;
  const std::string folder = (site.folder() / ("prometheus-" + std::to_string(++number))).string();
  std::filesystem::create_directory(folder);
  std::ofstream(folder + "/rules.yml") << hurried_rules();
  std::ofstream(folder + "/config.yml") << configuration(options, folder + "/rules.yml");
  const std::uint16_t port = free_port();
  address_ = "http://127.0.0.1:" + std::to_string(port);
  Command command{{"prometheus", "--config.file", folder + "/config.yml", "--web.listen-address",
                   "127.0.0.1:" + std::to_string(port)}};
  std::vector<std::string>& words = command.arguments;
  if (options.mode == Mode::agent)
    words.insert(words.end(), {"--enable-feature=agent", "--storage.agent.path", folder + "/data"});
  else
    words.insert(words.end(), {"--storage.tsdb.path", folder + "/data"});
  if (options.mode == Mode::receiver) words.emplace_back("--web.enable-remote-write-receiver");
  server_ = std::make_unique<Child>(command, folder + "/log");
  EXPECT_TRUE(eventually([&] { return request(address_ + "/-/ready").status == 200; }, patience)) << server_->output();
}

json Prometheus::ask(const std::string& path) const {
  const json reply = json::parse(request(address_ + path).body, nullptr, false);
  return reply.is_object() ? reply.value("data", json::object()) : json::object();
}

std::vector<double> Prometheus::values(const std::string& query) const {
  std::vector<double> values;
  const json data = ask("/api/v1/query?" + form_encode({{"query", query}}));
  for (const json& row : data.value("result", json::array())) {
    const double value = std::strtod(row.at("value").at(1).get<std::string>().c_str(), nullptr);
    if (value == value) values.push_back(value);
  }
  return values;
}

bool Prometheus::shows(const std::string& query, double value) const {
  return eventually([&] { return values(query) == std::vector{value}; }, patience);
}

bool Prometheus::shows_nothing(const std::string& query) const {
  return eventually([&] { return values(query).empty(); }, patience);
}

std::set<std::string> Prometheus::firing() const {
  std::set<std::string> names;
  for (const json& alert : ask("/api/v1/alerts").value("alerts", json::array())) {
    if (alert.value("state", "") != "firing") continue;
    const json& labels = alert.at("labels");
    std::string name = labels.value("alertname", "");
    for (const char* label : {"server", "app"})
      if (labels.contains(label)) name += " of " + labels.at(label).get<std::string>();
    names.insert(std::move(name));
  }
  return names;
}

bool Prometheus::fires(const std::set<std::string>& alerts) const {
  return eventually([&] { return firing() == alerts; }, patience);
}

NodeExporter::NodeExporter(const Site& site, const std::filesystem::path& folder) : port_(free_port()) {
  server_ = std::make_unique<Child>(Command{{"prometheus-node-exporter", "--collector.disable-defaults",
                                             "--collector.textfile", "--collector.textfile.directory", folder.string(),
                                             "--web.listen-address", "127.0.0.1:" + std::to_string(port_)}},
                                    site.folder() / "node-exporter.log");
  EXPECT_TRUE(eventually([&] { return !text().empty(); }, patience)) << server_->output();
}

std::string NodeExporter::text() const {
  return request("http://127.0.0.1:" + std::to_string(port_) + "/metrics").body;
}

}  // namespace wardend::test
