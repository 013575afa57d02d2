// /metrics against the list that dashboards build on, and docs/metrics.md against /metrics.
#include "daemon/ops/metrics.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/unit/ops/ops_world.hpp"

namespace wardend {
namespace {

using test::OpsWorld;
using Names = std::set<std::string>;

struct Series {
  std::string name;
  std::string type;
  Names labels;
};

const std::vector<Series> contract = {
    {"wardend_build_info", "gauge", {"version", "commit"}},
    {"wardend_ready", "gauge", {}},
    {"wardend_configuration_faults", "gauge", {}},
    {"wardend_lock_source_up", "gauge", {"source"}},
    {"wardend_app_enabled", "gauge", {"app"}},
    {"wardend_app_switches_kept", "gauge", {}},
    {"wardend_sessions", "gauge", {"app", "server", "state"}},
    {"wardend_token_requests_total", "counter", {"app", "result"}},
    {"wardend_token_request_duration_seconds", "histogram", {}},
    {"wardend_refreshes_total", "counter", {"server", "result"}},
    {"wardend_odd_users_total", "counter", {"server"}},
    {"wardend_refresh_duration_seconds", "histogram", {"server"}},
    {"wardend_token_remaining_seconds", "gauge", {"server"}},
    {"wardend_clears_total", "counter", {"reason"}},
    {"wardend_sessions_cleared_total", "counter", {"reason"}},
    {"wardend_clear_duration_seconds", "histogram", {}},
    {"wardend_revocations_total", "counter", {"server", "result"}},
    {"wardend_revocations_pending", "gauge", {}},
    {"wardend_launches_total", "counter", {"app", "server", "mode", "result"}},
    {"wardend_launches_without_patient_total", "counter", {"app", "server"}},
    {"wardend_scope_shortfall_total", "counter", {"app", "server"}},
    {"wardend_writes_total", "counter", {"app", "decision"}},
    {"wardend_write_overrides_total", "counter", {"app"}},
    {"wardend_write_outcomes_total", "counter", {"app", "outcome"}},
    {"wardend_gateway_requests_total", "counter", {"app", "interaction", "result"}},
    {"wardend_gateway_bytes_total", "counter", {"app"}},
    {"wardend_gateway_upstream_seconds_total", "counter", {}},
    {"wardend_patient_checks_total", "counter", {"app", "server", "status"}},
    {"wardend_scope_surplus_total", "counter", {"app", "server"}},
    {"wardend_server_state", "gauge", {"server", "state"}},
    {"wardend_server_confirmed_timestamp_seconds", "gauge", {"server"}},
    {"wardend_probe_duration_seconds", "histogram", {"server", "target"}},
    {"wardend_server_certificate_expiry_timestamp_seconds", "gauge", {"server"}},
    {"wardend_capability_drift_total", "counter", {"server"}},
    {"wardend_fhircast_subscriptions", "gauge", {"server", "state"}},
    {"wardend_ipc_connections", "gauge", {"socket"}},
    {"wardend_ipc_rejected_total", "counter", {"reason"}},
    {"wardend_audit_entries_total", "counter", {"kind"}},
    {"wardend_audit_failures_total", "counter", {"sink"}},
    {"wardend_audit_backlog", "gauge", {"sink"}},
    {"wardend_vault_persistent", "gauge", {}},
    {"process_resident_memory_bytes", "gauge", {}},
    {"process_cpu_seconds_total", "counter", {}},
    {"process_open_fds", "gauge", {}},
    {"process_start_time_seconds", "gauge", {}},
};

// What a Prometheus server would read.
struct Scrape {
  explicit Scrape(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string hash, word, name, type;
      if (line.starts_with("# TYPE ")) {
        words >> hash >> word >> name >> type;
        EXPECT_TRUE(types.emplace(name, type).second) << name << " is listed twice";
      } else if (line.starts_with("# HELP ")) {
        words >> hash >> word >> name;
        helped.insert(name);
      } else if (!line.empty()) {
        read_sample(line);
      }
    }
  }
  void read_sample(const std::string& line) {
    const auto end = line.find_first_of("{ ");
    const std::string name = line.substr(0, end);
    Names labels;
    if (line[end] == '{') {
      std::istringstream inside(line.substr(end + 1, line.find('}') - end - 1));
      for (std::string pair; std::getline(inside, pair, ',');) labels.insert(pair.substr(0, pair.find('=')));
    }
    EXPECT_TRUE(values.emplace(line.substr(0, line.rfind(' ')), std::stod(line.substr(line.rfind(' ')))).second)
        << "twice: " << line;
    samples[name].insert(labels);
  }
  std::map<std::string, std::string> types;
  Names helped;
  std::map<std::string, std::set<Names>> samples;
  std::map<std::string, double> values;
};

TEST(Metrics, EverySeriesOfTheContractIsThereWithItsTypeAndLabels) {
  OpsWorld world;
  world.live();
  const Scrape scrape(world.text());
  for (const Series& series : contract) {
    ASSERT_TRUE(scrape.types.contains(series.name)) << series.name;
    EXPECT_EQ(scrape.types.at(series.name), series.type) << series.name;
    EXPECT_TRUE(scrape.helped.contains(series.name)) << series.name;
    const bool histogram = series.type == "histogram";
    const std::string sample = histogram ? series.name + "_count" : series.name;
    ASSERT_TRUE(scrape.samples.contains(sample)) << sample << " has no sample: the world has not lived enough";
    EXPECT_EQ(scrape.samples.at(sample), std::set<Names>{series.labels}) << series.name;
  }
}

TEST(Metrics, NothingIsThereThatTheContractDoesNotName) {
  OpsWorld world;
  world.live();
  Names known;
  for (const Series& series : contract) known.insert(series.name);
  for (const auto& [name, type] : Scrape(world.text()).types) EXPECT_TRUE(known.contains(name)) << name;
}

std::string document() {
  std::ostringstream text;
  text << std::ifstream(WARDEND_SOURCE_DIR "/docs/metrics.md").rdbuf();
  return text.str();
}

// The rows of its tables: | `name` | type | `label`, `label` | meaning |
std::vector<Series> documented() {
  std::vector<Series> rows;
  std::istringstream lines(document());
  const std::regex row(R"(\| `(\w+)` \| (\w+) \|([^|]*)\|[^|]+\|)");
  const std::regex label("`(\\w+)`");
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    std::smatch cells;
    EXPECT_TRUE(std::regex_match(line, cells, row)) << line;
    if (cells.empty()) continue;
    Series series{.name = cells[1], .type = cells[2], .labels = {}};
    const std::string labels = cells[3];
    for (std::sregex_iterator at(labels.begin(), labels.end(), label), end; at != end; ++at)
      series.labels.insert((*at)[1]);
    rows.push_back(std::move(series));
  }
  return rows;
}

TEST(Metrics, WhatIsConfiguredIsCountedFromTheStart) {
  OpsWorld world;
  const Scrape scrape(world.text());
  for (const char* series :
       {R"(wardend_refreshes_total{server="ehr",result="terminal"})",
        R"(wardend_revocations_total{server="ehr",result="failed"})", R"(wardend_odd_users_total{server="ehr"})",
        R"(wardend_launches_total{app="vitals",server="ehr",mode="ehr",result="ok"})",
        R"(wardend_launches_total{app="vitals",server="ehr",mode="standalone",result="LaunchFailed"})",
        R"(wardend_launches_without_patient_total{app="vitals",server="ehr"})",
        R"(wardend_scope_shortfall_total{app="vitals",server="ehr"})",
        R"(wardend_scope_surplus_total{app="vitals",server="ehr"})",
        R"(wardend_writes_total{app="vitals",decision="permitted"})", R"(wardend_write_overrides_total{app="vitals"})",
        R"(wardend_write_outcomes_total{app="vitals",outcome="unrecorded"})",
        R"(wardend_patient_checks_total{app="vitals",server="ehr",status="conflict"})",
        R"(wardend_gateway_requests_total{app="vitals",interaction="read",result="ok"})",
        R"(wardend_gateway_requests_total{app="vitals",interaction="create",result="ResourceRejected"})",
        R"(wardend_gateway_bytes_total{app="vitals"})", R"(wardend_capability_drift_total{server="ehr"})"}) {
    ASSERT_TRUE(scrape.values.contains(series)) << series;
    EXPECT_EQ(scrape.values.at(series), 0) << series;
  }
}

TEST(MetricsDocument, ListsEverySeriesOnceWithItsTypeAndLabelsAndNoOther) {
  OpsWorld world;
  world.live();
  const Scrape scrape(world.text());
  Names listed;
  for (const Series& series : documented()) {
    EXPECT_TRUE(listed.insert(series.name).second) << series.name << " is listed twice";
    ASSERT_TRUE(scrape.types.contains(series.name)) << series.name << " is not exported";
    EXPECT_EQ(scrape.types.at(series.name), series.type) << series.name;
    const std::string sample = series.type == "histogram" ? series.name + "_count" : series.name;
    EXPECT_EQ(scrape.samples.at(sample), std::set<Names>{series.labels}) << series.name;
  }
  for (const auto& [name, type] : scrape.types) EXPECT_TRUE(listed.contains(name)) << name << " is not documented";
}

TEST(MetricsDocument, NamesNoSeriesThatIsNotThere) {
  OpsWorld world;
  const Scrape scrape(world.text());
  const std::string text = document();
  const std::regex word(R"((wardend|process)_\w+)");
  const std::regex part("_(bucket|sum|count)$");
  for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at)
    EXPECT_TRUE(scrape.types.contains(std::regex_replace(at->str(), part, ""))) << at->str();
}

TEST(Metrics, CountWhatTheModulesCounted) {
  OpsWorld world;
  world.live();
  const Scrape scrape(world.text());
  const std::pair<const char*, double> table[] = {
      {"wardend_ready", 1},
      {"wardend_configuration_faults", 2},
      {R"(wardend_lock_source_up{source="logind"})", 1},
      {R"(wardend_sessions{app="vitals",server="ehr",state="active"})", 1},
      {R"(wardend_sessions{app="vitals",server="ehr",state="cleared"})", 1},
      {R"(wardend_token_requests_total{app="vitals",result="ok"})", 7},
      {R"(wardend_token_requests_total{app="vitals",result="PatientMismatch"})", 2},
      {R"(wardend_launches_total{app="vitals",server="ehr",mode="standalone",result="ok"})", 1},
      {R"(wardend_launches_total{app="vitals",server="ehr",mode="standalone",result="LaunchFailed"})", 1},
      {R"(wardend_launches_without_patient_total{app="vitals",server="ehr"})", 1},
      {R"(wardend_scope_shortfall_total{app="vitals",server="ehr"})", 1},
      {R"(wardend_writes_total{app="vitals",decision="permitted"})", 1},
      {R"(wardend_write_overrides_total{app="vitals"})", 1},
      {R"(wardend_write_outcomes_total{app="vitals",outcome="success"})", 1},
      {R"(wardend_patient_checks_total{app="vitals",server="ehr",status="unavailable"})", 1},
      {R"(wardend_gateway_requests_total{app="vitals",interaction="read",result="ok"})", 1},
      {R"(wardend_gateway_requests_total{app="vitals",interaction="read",result="PatientMismatch"})", 1},
      {R"(wardend_gateway_bytes_total{app="vitals"})", 1234},
      {"wardend_gateway_upstream_seconds_total", 0.25},
      {R"(wardend_clears_total{reason="ended_by_app"})", 1},
      {R"(wardend_sessions_cleared_total{reason="ended_by_app"})", 1},
      {R"(wardend_revocations_total{server="ehr",result="ok"})", 1},
      {"wardend_revocations_pending", 0},
      {R"(wardend_server_state{server="ehr",state="up"})", 1},
      {R"(wardend_server_state{server="ehr",state="down"})", 0},
      {R"(wardend_server_certificate_expiry_timestamp_seconds{server="ehr"})", 1.9e9},
      {R"(wardend_ipc_connections{socket="broker"})", 3},
      {R"(wardend_ipc_rejected_total{reason="too_large"})", 1},
      {R"(wardend_token_request_duration_seconds_count)", 1},
      {R"(wardend_token_request_duration_seconds_bucket{le="0.0025"})", 0},
      {R"(wardend_token_request_duration_seconds_bucket{le="0.005"})", 1},
      {R"(wardend_token_request_duration_seconds_bucket{le="+Inf"})", 1},
      {R"(wardend_audit_entries_total{kind="service"})", 1},
      {R"(wardend_audit_failures_total{sink="file"})", 0},
      {"wardend_vault_persistent", 1},
  };
  for (const auto& [sample, value] : table) {
    ASSERT_TRUE(scrape.values.contains(sample)) << sample << "\n" << world.text();
    EXPECT_DOUBLE_EQ(scrape.values.at(sample), value) << sample;
  }
  EXPECT_GE(scrape.values.at(R"(wardend_refreshes_total{server="ehr",result="ok"})"), 1);
  const double left = scrape.values.at(R"(wardend_token_remaining_seconds{server="ehr"})");
  EXPECT_GT(left, 0);
  EXPECT_LE(left, 300);
}

TEST(Metrics, ALostLockSourceShows) {
  OpsWorld world;
  world.logind.is_live = false;
  const Scrape scrape(world.text(ops::Ready::no));
  EXPECT_EQ(scrape.values.at("wardend_ready"), 0);
  EXPECT_EQ(scrape.values.at(R"(wardend_lock_source_up{source="logind"})"), 0);
}

TEST(Metrics, ForNodeExporterTellOfNoProcess) {
  OpsWorld world;
  const std::string all = world.text();
  const auto process = all.find("# HELP process_");
  ASSERT_NE(process, std::string::npos);
  EXPECT_EQ(world.text(ops::Ready::yes, ops::Reader::node_exporter), all.substr(0, process)) << "it has its own";
}

TEST(Metrics, NameNoPatientUserSessionOrAddress) {
  OpsWorld world;
  world.ehr.extra_members = test::with_id_token(test::id_token("secret-sub"));
  world.live();
  const auto id = world.launch_with_code("secret-code");
  ASSERT_TRUE(id);
  const std::string text = world.text();
  for (const std::string& word : {std::string("secret-"), *id, std::string("ehr.example.org"), std::string("1000\""),
                                  std::string("\"c1\""), std::string("http")})
    EXPECT_EQ(text.find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace wardend
