#include "tests/bench/trail.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/system_clock.hpp"
#include "base/task_group.hpp"
#include "base/worker.hpp"
#include "daemon/audit/file_sink.hpp"
#include "daemon/audit/line.hpp"
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
                    .asker = {.pid = 4711, .uid = 1000},
                    .outcome = entry::granted,
                    .request = {.interaction = "read", .resource = "Observation/" + std::to_string(number)},
                    .reason = "success"});
}

}  // namespace

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

VerifyCost cost_of_verifying(std::uint64_t entries) {
  const Kept kept;
  {
    std::ofstream out(kept.file, std::ios::binary);
    trail::Link last;
    out << trail::sealed(audit::members_of({.act = AuditAct::rotation_begun}, WallTime(), origin), last);
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

}  // namespace wardend::bench
