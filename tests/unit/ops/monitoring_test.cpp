// The rules and dashboards of monitoring/ against what the service exports, against docs/alerts.md, and by promtool.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "tests/unit/ops/ops_world.hpp"

namespace wardend {
namespace {

using Names = std::set<std::string>;
using nlohmann::json;

const std::string folder = WARDEND_SOURCE_DIR "/monitoring/";
const std::array dashboards = {"wardend-ward.json", "wardend-fleet.json"};

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

Names found(const std::string& text, const char* pattern) {
  const std::regex what(pattern);
  Names all;
  for (std::sregex_iterator at(text.begin(), text.end(), what), end; at != end; ++at) all.insert((*at)[1]);
  return all;
}

std::string rules() { return text_of(folder + "wardend.rules.yml"); }

// What a command says, and whether it was content.
std::pair<bool, std::string> said_by(const std::string& command) {
  FILE* pipe = ::popen(("cd " + folder + " && " + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {false, "cannot be started"};
  std::string said;
  std::array<char, 4096> chunk{};
  while (const auto count = std::fread(chunk.data(), 1, chunk.size(), pipe)) said.append(chunk.data(), count);
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, said};
}

bool has_promtool() { return std::system("promtool --version >/dev/null 2>&1") == 0; }

std::vector<json> panels(const char* dashboard) {
  const json board = json::parse(text_of(folder + dashboard));
  return board.at("panels");
}

// The queries of a dashboard, with values in place of its variables.
std::vector<std::string> queries(const char* dashboard) {
  std::vector<std::string> all;
  for (const json& panel : panels(dashboard))
    for (const json& target : panel.at("targets")) {
      std::string query = target.at("expr");
      query = std::regex_replace(query, std::regex(R"(\$__rate_interval)"), "5m");
      all.push_back(std::regex_replace(query, std::regex(R"(\$instance)"), "w1"));
    }
  return all;
}

TEST(Monitoring, AsksOnlyForSeriesThatAreThere) {
  test::OpsWorld world;
  world.live();
  Names there = found(world.text(), R"(# TYPE (\w+) )");
  for (const std::string& name : found(world.text(), R"(# TYPE (\w+) histogram)"))
    for (const char* part : {"_bucket", "_sum", "_count"}) there.insert(name + part);
  there.merge(found(rules(), R"(record: (\S+))"));
  const auto expect_there = [&](const std::string& query) {
    for (const std::string& name : found(query, R"(\b(wardend[_:][\w:]+))"))
      EXPECT_TRUE(there.contains(name)) << name << " in " << query;
  };
  for (const std::string& line : found(rules(), R"(((?:expr: |  )[^\n]*))"))
    if (!line.contains("summary:") && !line.contains("name: ")) expect_there(line);
  for (const char* dashboard : dashboards)
    for (const std::string& query : queries(dashboard)) expect_there(query);
}

TEST(Monitoring, EachAlertHasAnEntryInTheRunbook) {
  const Names alerts = found(rules(), R"(alert: (\w+))");
  const std::string page = text_of(WARDEND_SOURCE_DIR "/docs/alerts.md");
  EXPECT_EQ(found(page, R"(### (\w+))"), alerts);
  std::size_t bedside = 0;
  for (auto at = page.find("**At the bedside**"); at != std::string::npos; at = page.find("**At the bedside**", at + 1))
    ++bedside;
  EXPECT_EQ(bedside, alerts.size());
  EXPECT_EQ(found(rules(), R"(labels: \{severity: (\w+)\})"), (Names{"page", "ticket", "notice"}));
}

TEST(Monitoring, EachAlertIsSeenToFireInTheRuleTests) {
  const std::string tests =
      text_of(folder + "wardend.rules_test.yml") + text_of(folder + "wardend.slow_rules_test.yml");
  EXPECT_EQ(found(tests, R"(alertname: (\w+)\n\s+eval_time: \w+\n\s+exp_alerts)"), found(rules(), R"(alert: (\w+))"));
}

TEST(Monitoring, TheRulesAreWhatPromtoolCallsGood) {
  if (!has_promtool()) GTEST_SKIP() << "promtool is not installed";
  for (const char* command : {"promtool check rules wardend.rules.yml", "promtool test rules wardend.rules_test.yml",
                              "promtool test rules wardend.slow_rules_test.yml"}) {
    const auto [good, said] = said_by(command);
    EXPECT_TRUE(good) << command << "\n" << said;
  }
}

TEST(Monitoring, TheMetricsAreWhatPromtoolCallsGood) {
  if (!has_promtool()) GTEST_SKIP() << "promtool is not installed";
  test::OpsWorld fresh, lived;
  lived.live();
  for (test::OpsWorld* world : {&fresh, &lived}) {
    const std::string file = lived.folder.file("metrics").string();
    std::ofstream(file, std::ios::trunc) << world->text();
    const auto [good, said] = said_by("promtool check metrics <" + file);
    EXPECT_TRUE(good) << said;
  }
}

TEST(Monitoring, TheDashboardsQueriesAreGood) {
  if (!has_promtool()) GTEST_SKIP() << "promtool is not installed";
  test::TemporaryFolder scratch;
  for (const char* dashboard : dashboards) {
    json asked = json::array();
    for (const std::string& query : queries(dashboard))
      asked.push_back({{"record", "q:" + std::to_string(asked.size())}, {"expr", query}});
    const std::string file = scratch.file(dashboard).string();
    std::ofstream(file) << json{{"groups", {{{"name", "asked"}, {"rules", asked}}}}};
    const auto [good, said] = said_by("promtool check rules " + file);
    EXPECT_TRUE(good) << dashboard << "\n" << said;
  }
}

TEST(Monitoring, ThePanelsDoNotOverlapAndFitTheGrid) {
  for (const char* dashboard : dashboards) {
    std::set<std::pair<int, int>> taken;
    Names titles;
    for (const json& panel : panels(dashboard)) {
      EXPECT_TRUE(titles.insert(panel.at("title")).second) << panel.at("title");
      const json& at = panel.at("gridPos");
      EXPECT_LE(at.at("x").get<int>() + at.at("w").get<int>(), 24) << panel.at("title");
      for (int x = at.at("x"); x < at.at("x").get<int>() + at.at("w").get<int>(); ++x)
        for (int y = at.at("y"); y < at.at("y").get<int>() + at.at("h").get<int>(); ++y)
          EXPECT_TRUE(taken.emplace(x, y).second) << dashboard << ": " << panel.at("title") << " covers another panel";
    }
  }
}

}  // namespace
}  // namespace wardend
