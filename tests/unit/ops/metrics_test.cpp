// /metrics against the list that dashboards build on.
#include "daemon/ops/metrics.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using Names = std::set<std::string>;

struct Series {
  std::string name;
  std::string type;
  Names labels;
};

const std::vector<Series> contract = {
    {"wardend_build_info", "gauge", {"version", "commit"}},
    {"wardend_ready", "gauge", {}},
    {"wardend_lock_source_up", "gauge", {"source"}},
    {"wardend_sessions", "gauge", {"app", "server", "state"}},
    {"wardend_token_requests_total", "counter", {"app", "result"}},
    {"wardend_token_request_duration_seconds", "histogram", {}},
    {"wardend_refreshes_total", "counter", {"server", "result"}},
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
    {"wardend_server_state", "gauge", {"server", "state"}},
    {"wardend_server_confirmed_timestamp_seconds", "gauge", {"server"}},
    {"wardend_probe_duration_seconds", "histogram", {"server", "target"}},
    {"wardend_server_certificate_expiry_timestamp_seconds", "gauge", {"server"}},
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

// A broker that has lived: launches of every outcome, a refresh, clears, revocations, refused frames.
struct OpsWorld : test::LaunchWorld {
  std::string trail_folder;
  Worker worker;
  audit::FileSink trail;
  health::Prober prober{loop.get_executor(), clock, random, directory, config};
  ipc::Counters broker_socket;
  ipc::Counters control_socket;
  std::map<std::string, ops::ResultCounts, std::less<>> token_requests;
  DurationHistogram token_request_duration;

  OpsWorld() : trail_folder(make_folder()), trail(loop.get_executor(), clock, worker, trail_folder + "/audit.jsonl") {}
  ~OpsWorld() {
    bool ended = false;
    launches.spawn("prober", prober.shut_down());
    launches.spawn("trail", close(ended));
    while (!ended) {
      loop.restart();
      loop.run_one_for(50ms);
    }
    clock.settle();
    std::error_code ignored;
    std::filesystem::remove_all(trail_folder, ignored);
  }
  asio::awaitable<void> close(bool& ended) {
    co_await trail.shut_down();
    ended = true;
  }
  static std::string make_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "wardend-ops-XXXXXX").string();
    return ::mkdtemp(name.data()) != nullptr ? name : std::string();
  }
  void live() {
    prober.start();
    app().scopes.push_back({.scope = "patient/Condition.r", .action = "", .approved_by = "", .approved_on = ""});
    app().patient_context = config::PatientContext::optional;
    ehr.patient.clear();
    EXPECT_TRUE(launch_with_code("c1"));
    EXPECT_FALSE(come_back(begin_standalone(), "error=access_denied"));
    clock.advance(300s);
    book.observe("ehr", {.kind = session::LinkEvidence::Kind::answered,
                         .certificate_expires_at = WallTime(std::chrono::seconds(1'900'000'000))});
    begin("ended");
    clearing.clear_session(*store.find("ended"), {ClearReason::ended_by_app, ""});
    clock.advance(5s);
    ++broker_socket.rejected[0];
    broker_socket.connections = 3;
    token_requests["vitals"][0] = 7;
    token_requests["vitals"][static_cast<std::size_t>(Errc::PatientMismatch) + 1] = 2;
    token_request_duration.observe(3ms);
    trail.write(AuditRecord(AuditKind::service));
    ehr.patient = "secret-patient";
  }
  [[nodiscard]] std::string text(bool ready = true) {
    return ops::metrics_text({clock, config, workstation, store, clearing, refresher, revoker, launcher, book, prober,
                              trail, broker_socket, control_socket, token_requests, token_request_duration, "1.2.3"},
                             ready);
  }
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

TEST(Metrics, CountWhatTheModulesCounted) {
  OpsWorld world;
  world.live();
  const Scrape scrape(world.text());
  const std::pair<const char*, double> table[] = {
      {"wardend_ready", 1},
      {R"(wardend_lock_source_up{source="logind"})", 1},
      {R"(wardend_sessions{app="vitals",server="ehr",state="active"})", 1},
      {R"(wardend_sessions{app="vitals",server="ehr",state="cleared"})", 1},
      {R"(wardend_token_requests_total{app="vitals",result="ok"})", 7},
      {R"(wardend_token_requests_total{app="vitals",result="PatientMismatch"})", 2},
      {R"(wardend_launches_total{app="vitals",server="ehr",mode="standalone",result="ok"})", 1},
      {R"(wardend_launches_total{app="vitals",server="ehr",mode="standalone",result="LaunchFailed"})", 1},
      {R"(wardend_launches_without_patient_total{app="vitals",server="ehr"})", 1},
      {R"(wardend_scope_shortfall_total{app="vitals",server="ehr"})", 1},
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
      {"wardend_vault_persistent", 0},
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
  const Scrape scrape(world.text(false));
  EXPECT_EQ(scrape.values.at("wardend_ready"), 0);
  EXPECT_EQ(scrape.values.at(R"(wardend_lock_source_up{source="logind"})"), 0);
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

TEST(Metrics, AreWhatPromtoolCallsGood) {
  if (std::system("promtool --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "promtool is not installed";
  OpsWorld world;
  world.live();
  for (const bool lived : {true, false}) {
    OpsWorld fresh;
    const std::string file = world.trail_folder + "/metrics";
    std::ofstream(file, std::ios::trunc) << (lived ? world.text() : fresh.text());
    FILE* pipe = ::popen(("promtool check metrics <" + file + " 2>&1").c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::string said;
    std::array<char, 4096> chunk{};
    while (const auto count = std::fread(chunk.data(), 1, chunk.size(), pipe)) said.append(chunk.data(), count);
    const int status = ::pclose(pipe);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << said;
  }
}

}  // namespace
}  // namespace wardend
