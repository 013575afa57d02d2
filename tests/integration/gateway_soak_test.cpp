// Hours of requests through the gateway in short: to a server that fails now and then, over connections that break,
// with a lock now and then. The service takes no more memory and descriptors, and its trail says what the server's own
// account says.
// WARDEND_SOAK=SECONDS plays so long.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>
#include <utility>

#include "tests/integration/file_server.hpp"
#include "tests/integration/honest.hpp"
#include "tests/integration/soak.hpp"
#include "tests/integration/writing.hpp"
#include "trail/moment.hpp"

namespace wardend::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned per_second = 200, workers = 24;
constexpr auto period = 20s;          // of work, with a pause behind it
constexpr std::size_t warm = 3;       // periods until the service has what it keeps
constexpr std::size_t compared = 12;  // periods whose accounts are compared at once

std::chrono::seconds asked_for() {
  const char* seconds = std::getenv("WARDEND_SOAK");
  return seconds == nullptr ? 4 * std::chrono::seconds(period) : std::chrono::seconds(std::stol(seconds));
}

struct Footprint {
  std::ptrdiff_t descriptors = 0;
  double mebibytes = 0;  // resident
};

class GatewaySoak : public Writing {
 protected:
  void play_on() {
    ASSERT_TRUE(server.serves()) << "it needs Debian's nginx-light";
    server.lay_down("Patient/p1", patient("p1").dump());
    server.lay_down("Binary/scan", std::string(65'536, 'x'));
    json bundle = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"entry", json::array()}};
    for (std::size_t number = 1; number <= soak_records; ++number) {
      json record = observation("p1");
      record["id"] = soak_record(number);
      server.lay_down("Observation/" + soak_record(number), record.dump());
      if (number <= 20) bundle["entry"].push_back({{"resource", record}});
    }
    server.lay_down("Observation/p2-hr-01", observation("p2", {{"id", "p2-hr-01"}}).dump());
    server.lay_down("bundle", bundle.dump());
    way.stand_before(server.port());
    const std::string base = way.address() + "/fhir";
    ehr.set("config", {{"aud", base}, {"patient", "p1"}, {"token_life", 30}});
    start({.fhir_base = base,
           .scopes = {"openid", "fhirUser", "offline_access", "patient/Patient.r", "patient/*.cruds"}});
  }
  // A period of work, in a session of its own where a lock has ended the last; `lock` falls into the middle of it.
  SoakTally work(bool lock) {
    if (session.empty()) session = site.launched_session();
    const auto begun = Clock::now();
    const std::jthread trouble([&](const std::stop_token& over) {
      for (auto at = begun; !over.stop_requested(); std::this_thread::sleep_until(at += 1s)) {
        way.cut();
        if (lock && at == begun + period / 2) lock_workstation();
      }
    });
    return soak(site, lock ? std::exchange(session, {}) : session, per_second, workers, begun + period);
  }
  // Everything is told by now, or soon: what the server's log has goes into its account.
  void settle() {
    std::uintmax_t size = 0;
    EXPECT_TRUE(eventually([&] { return std::exchange(size, std::filesystem::file_size(site.audit())) == size; }, 10s));
    events_ += server.audit_events(soak_mark);
  }
  // Both accounts of what was done since the last time.
  void compare() {
    const auto file = site.folder() / "server.ndjson";
    std::ofstream(file) << std::exchange(events_, {});
    const Finished told = site.wardctl({"--json", "audit", "reconcile", file, "--file", site.audit(), "--since",
                                        std::exchange(since_, trail::timestamp(std::chrono::system_clock::now()))});
    const json found = json::parse(told.out, nullptr, false);
    ASSERT_TRUE(found.is_object()) << told.err;
    matched += found.value("matched", std::size_t{0});
    for (const json& one : found.at("discrepancies"))
      if (one.at("what") == "duplicate_at_server")
        ++twice;
      else
        ADD_FAILURE() << one;
    EXPECT_EQ(found.at("unreadable"), json::array());
  }
  Footprint footprint() {
    const std::string open = "/proc/" + std::to_string(site.wardend().pid()) + "/fd";
    return {.descriptors = std::ranges::distance(std::filesystem::directory_iterator(open)),
            .mebibytes = weigh(site).memory};
  }

  FileServer server{site.folder() / "server", ehr.fhir_base()};
  FaultProxy way{site};
  std::string session;
  std::size_t twice = 0;    // reads that the server has twice: the connection broke, and they were sent again
  std::size_t matched = 0;  // entries of the trail that the server's log has too

 private:
  void lock_workstation() const {
    auto control = site.control();
    static_cast<void>(ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}}));
  }

  std::string events_;
  std::string since_ = trail::timestamp(std::chrono::system_clock::now());
};

TEST_F(GatewaySoak, RunsSlowlyOnWithoutTakingMoreOrLosingAnEntry) {
  play_on();
  const auto end = Clock::now() + asked_for();
  SoakTally all;
  std::vector<Footprint> after;
  for (std::size_t number = 1; Clock::now() + period <= end || number <= warm + 1; ++number) {
    all.add(work(number % 4 == 0));
    settle();
    after.push_back(footprint());
    if (number % compared == 0) compare();
  }
  compare();
  const Footprint first = after[warm - 1], last = after.back();
  for (const auto& [status, count] : all.answers)
    std::cout << (status == 0 ? "without an answer" : "answered " + std::to_string(status)) << ": " << count << " "
              << all.examples[status] << "\n";
  std::cout << "requests " << all.all() << ", in both accounts " << matched << ", sent again " << twice
            << "; descriptors " << first.descriptors << " to " << last.descriptors << ", memory " << first.mebibytes
            << " to " << last.mebibytes << " MiB\n";
  EXPECT_GE(all.good(), all.all() / 2) << "what the faults, the lock and the other patient leave";
  EXPECT_GE(matched, all.good());
  EXPECT_LE(twice, after.size() * static_cast<std::size_t>(period.count()) * workers) << "at each cut one a connection";
  EXPECT_LE(last.descriptors, first.descriptors + std::ptrdiff_t{workers}) << "kept connections, and no more";
  EXPECT_LE(last.mebibytes, first.mebibytes + 4);
}

}  // namespace
}  // namespace wardend::test
