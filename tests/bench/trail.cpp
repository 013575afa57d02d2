#include "tests/bench/trail.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/system_clock.hpp"
#include "base/task_group.hpp"
#include "base/worker.hpp"
#include "daemon/audit/file_sink.hpp"
#include "daemon/audit/line.hpp"
#include "tests/bench/process.hpp"
#include "tests/bench/wire.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"
#include "tests/integration/writing.hpp"
#include "trail/link.hpp"
#include "trail/verdict.hpp"

namespace wardend::bench {
namespace {

using Now = std::chrono::steady_clock;

double since(Now::time_point begun) { return std::chrono::duration<double>(Now::now() - begun).count(); }

// A file on the disk that TMPDIR names, gone with this.
struct Kept {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("wardend-bench-trail-" + std::to_string(::getpid()));
  std::filesystem::path file = folder / "audit.jsonl";
  Kept() { std::filesystem::create_directories(folder); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() { std::filesystem::remove_all(folder); }
};

const audit::Origin origin = {
    .boot = std::string(32, 'b'), .host = "ws-0142", .organization = "St Elsewhere", .purpose_of_use = "TREAT"};

AuditRecord a_read(std::size_t number) {
  return record_of(
      entry::Access{.act = AuditAct::access_read,
                    .whose = {.app = "vitals-trend",
                              .server = "st-elsewhere",
                              .session = "session-of-this-launch",
                              .login_session = "c2",
                              .epoch = 3,
                              .uid = 1000,
                              .subject = "https://ehr.example.org/fhir/Practitioner/a-clinician",
                              .patient = "patient-" + std::to_string(number % 1000)},
                    .asker = {.uid = 1000, .pid = 4711},
                    .outcome = entry::granted,
                    .request = {.interaction = "read", .resource = "Observation/" + std::to_string(number)},
                    .reason = "success"});
}

struct TrailPace {
  double entries_a_second = 0;
  double write_microseconds = 0;  // of the loop's own time, for each record
  double bytes = 0;               // of each line
};

TrailPace pace_of_trail(std::size_t entries) {
  const Kept kept;
  asio::io_context loop;
  SystemClock clock(loop);
  Worker disk(clock), spare(clock);
  TrailPace pace;
  {
    audit::FileSink sink(loop.get_executor(), clock, disk,
                         {.file = kept.file.string(), .state_dir = {}, .origin = origin});
    double writing = 0;
    const auto begun = Now::now();
    for (std::size_t written = 0; written < entries;) {
      const auto turn = Now::now();
      for (int i = 0; i < 1000 && written < entries && sink.writable(); ++i) sink.write(a_read(written++));
      writing += since(turn);
      loop.poll();
      if (!sink.writable()) loop.run_one();
    }
    while (sink.counters().backlog > 0) loop.run_one();
    pace.entries_a_second = static_cast<double>(entries) / since(begun);
    pace.write_microseconds = writing * 1e6 / static_cast<double>(entries);
    TaskGroup closing(loop.get_executor());
    closing.spawn("audit", sink.shut_down(spare));
    while (closing.size() > 0) loop.run_one();
  }
  pace.bytes = static_cast<double>(std::filesystem::file_size(kept.file)) / static_cast<double>(entries);
  return pace;
}

struct VerifyCost {
  double seconds = 0;
  double megabytes = 0;  // that were read
  bool intact = false;
};

VerifyCost cost_of_verifying(std::uint64_t entries) {
  const Kept kept;
  {
    std::ofstream out(kept.file, std::ios::binary);
    trail::Link last;
    out << trail::sealed(audit::members_of(audit::OwnEntry{.act = AuditAct::rotation_begun}, WallTime(), origin), last);
    const AuditRecord record = a_read(7);
    const std::string members = audit::members_of(record, WallTime(), origin);
    while (last.sequence < entries) out << trail::sealed(members, last);
  }
  VerifyCost cost{.megabytes = static_cast<double>(std::filesystem::file_size(kept.file)) / 1e6};
  const auto begun = Now::now();
  const trail::Verdict verdict = trail::verify(kept.file, {});
  cost.seconds = since(begun);
  cost.intact = verdict.intact() && verdict.entries == entries;
  return cost;
}

}  // namespace

TrailShare share_of_trail(int audited, const std::string& frame, pid_t audited_process, Effort effort) {
  test::Site site;
  site.daemon = "wardend-silent";
  const test::Sandbox sandbox(site, 3600);
  site.start({.fhir_base = sandbox.fhir_base(), .scopes = test::writing_scopes()});
  const std::string session = site.launched_session();
  const std::string other_frame =
      R"({"method":"org.wardend.Broker.GetToken","parameters":{"session":")" + session + "\"}}" + '\0';
  const FileDescriptor silent = connect(site.folder() / "broker.sock");
  for (const pid_t pid : {audited_process, site.wardend().pid(), ::getpid()}) pin(pid, 0);
  std::vector<double> on, off, ratios, on_rate, off_rate, rate_ratios;
  for (std::size_t round = 0; round < effort.rounds; ++round) {
    on.push_back(percentile(round_trips(audited, frame, effort.calls_a_round), 50));
    off.push_back(percentile(round_trips(silent.get(), other_frame, effort.calls_a_round), 50));
    ratios.push_back(off.back() / on.back());
    on_rate.push_back(pipelined(audited, frame, effort.calls_a_round, effort.depth));
    off_rate.push_back(pipelined(silent.get(), other_frame, effort.calls_a_round, effort.depth));
    rate_ratios.push_back(on_rate.back() / off_rate.back());
  }
  return {.audited_microseconds = percentile(on, 50),
          .silent_microseconds = percentile(off, 50),
          .ratio = percentile(ratios, 50),
          .audited_rate = percentile(on_rate, 50),
          .silent_rate = percentile(off_rate, 50),
          .rate_ratio = percentile(rate_ratios, 50)};
}

void print_trail_costs() {
  const TrailPace pace = pace_of_trail(200'000);
  std::printf(
      "audit trail, each batch synced       %.0f entries a second of %.0f bytes; %.2f us of the loop for each\n",
      pace.entries_a_second, pace.bytes, pace.write_microseconds);
  const VerifyCost cost = cost_of_verifying(1'000'000);
  std::printf("verifying 1,000,000 entries          %.1f s, %.0f MB%s\n", cost.seconds, cost.megabytes,
              cost.intact ? "" : " (NOT WHOLE)");
}

}  // namespace wardend::bench
