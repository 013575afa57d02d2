// What others can make wardend write as often as they like: audit records and log lines.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

Settings settings() { return {.fhir_base = "http://127.0.0.1:1/fhir", .peer = "label = \"none\""}; }

std::vector<std::string> lines_with(const std::string& word, const std::string& text) {
  std::vector<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.contains(word)) found.push_back(line);
  return found;
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// Nobody's rule matches: eight refusals and one good call in turn, so that no pause of the connection grows.
TEST(Flood, RefusedTokensOfAStrangerAreCountedInTheTrail) {
  Site site;
  site.start(settings());
  constexpr int rounds = 20;
  for (int i = 0; i < rounds; ++i) {
    auto broker = site.broker();
    for (int call = 0; call < 8; ++call) EXPECT_EQ(refused(broker, "Broker.GetToken"), "NotAuthorized");
    static_cast<void>(ask(broker, "Broker.GetHealth"));
  }
  EXPECT_EQ(site.stop(), 0);
  const auto records = lines_with("\"kind\":\"token\"", text_of(site.audit()));
  EXPECT_LE(records.size(), 4U) << records.size() << " records";
  std::int64_t counted = 0;
  for (const std::string& record : records) counted += nlohmann::json::parse(record).value("count", 1);
  EXPECT_EQ(counted, rounds * 8) << "nothing is lost silently";
  EXPECT_LE(lines_with("caller refused", site.wardend().output()).size(), 7U);
}

TEST(Flood, RefusedWorkAndControlCallsAreCountedToo) {
  Site site;
  site.start(settings());
  for (int i = 0; i < 10; ++i) {
    auto broker = site.broker();
    for (int call = 0; call < 5; ++call) {
      EXPECT_EQ(refused(broker, "Broker.ParkWork", {{"session", "s"}, {"label", "l"}, {"data", "d"}}), "NotAuthorized");
      EXPECT_EQ(refused(broker, "Broker.BeginLaunch", {{"server", "ehr"}}), "NotAuthorized");
    }
  }
  for (int i = 0; i < 20; ++i)
    static_cast<void>(site.wardctl({"lock", "--user", "root", "--reason", "ehr_lock"}, 65534));
  EXPECT_EQ(site.stop(), 0);
  EXPECT_LE(lines_with("\"denied\"", text_of(site.audit())).size(), 10U);
}

TEST(Flood, LoopbackRequestsFillNoLog) {
  Site site;
  site.start(settings());
  // Of each kind 150: an address that is no page, an answer without a code, one of no launch.
  const std::vector<std::string> many = {"curl", "-s", site.loopback() + "/nothing?[1-150]",
                                         site.loopback() + "/callback?state=[1-150]",
                                         site.loopback() + "/callback?state=[1-150]&code=a"};
  EXPECT_EQ(run({many}, 60s).exit_code, 0);
  EXPECT_EQ(site.wardctl({"lock", "--reason", "ehr_lock"}).exit_code, 0);
  EXPECT_EQ(site.stop(), 0);
  EXPECT_LE(lines_with("warning", site.wardend().output()).size(), 20U);
  EXPECT_FALSE(lines_with("cleared", site.wardend().output()).empty()) << "wardend's own lines are there";
}

// A pipe of one page, so that few lines fill it. A full one once held the loop, locks included.
TEST(Log, APipeThatNobodyReadsHoldsNobodyUp) {
  Site site;
  site.write_config(settings());
  const auto name = site.folder() / "pipe";
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  const int pipe = ::open(name.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  ASSERT_GE(pipe, 0);
  ASSERT_GT(::fcntl(pipe, F_SETPIPE_SZ, 4096), 0);
  const std::string command =
      "exec " + program("wardend").string() + " --config " + site.config().string() + " 2<>" + name.string();
  Child wardend({{"sh", "-c", command}}, site.folder() / "log");
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(site.folder() / "control.sock"); }));
  auto control = site.control();
  std::chrono::steady_clock::duration slowest{};
  for (int i = 0; i < 200; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    static_cast<void>(ask(control, "Control.Reload"));  // writes a line
    static_cast<void>(
        ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", nlohmann::json::object()}}));
    slowest = std::max(slowest, std::chrono::steady_clock::now() - begun);
  }
  EXPECT_LT(slowest, 3s);
  std::string page(65536, '\0');
  ASSERT_GT(::read(pipe, page.data(), page.size()), 3000);
  static_cast<void>(ask(control, "Control.Reload"));
  EXPECT_TRUE(eventually([&] { return ::read(pipe, page.data(), page.size()) > 0; }));
  EXPECT_TRUE(page.starts_with("log lines were dropped, as nobody read them: ")) << page.substr(0, 200);
  wardend.send_signal(SIGTERM);
  EXPECT_EQ(wardend.wait_end(), 0);
  ::close(pipe);
}

// A limit on the size of files is a full disk: the rest of a write fails.
TEST(AuditFile, AFullDiskAndARotationLoseNoRecord) {
  Site site;
  site.start(settings());
  auto control = site.control();
  const auto status = [&] { static_cast<void>(ask(control, "Control.Status")); };
  const auto limit = [&](rlim_t bytes) {
    const rlimit to{.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
    ASSERT_EQ(::prlimit(site.wardend().pid(), RLIMIT_FSIZE, &to, nullptr), 0);
  };
  status();
  ASSERT_TRUE(eventually([&] { return site.audited({"\"Status\""}); }));
  // A limit within the next record.
  limit(std::filesystem::file_size(site.audit()) + 40);
  status();
  ASSERT_TRUE(eventually(
      [&] { return request("http://127.0.0.1:" + std::to_string(site.metrics_port()) + "/readyz").status == 503; }));
  const auto rotated = site.folder() / "audit.jsonl.1";
  std::filesystem::rename(site.audit(), rotated);
  limit(RLIM_INFINITY);
  status();
  ASSERT_TRUE(eventually([&] { return site.audited({"\"Status\""}); }));
  EXPECT_EQ(site.stop(), 0);
  std::vector<std::uint64_t> sequence;
  for (const auto& file : {rotated, site.audit()}) {
    std::ifstream trail(file);
    for (std::string line; std::getline(trail, line);) {
      const auto record = nlohmann::json::parse(line, nullptr, false);
      ASSERT_FALSE(record.is_discarded()) << file << ": " << line;
      sequence.push_back(record.value("sequence", 0U));
    }
  }
  for (std::size_t i = 0; i < sequence.size(); ++i) EXPECT_EQ(sequence[i], i + 1) << "none is missing, none is twice";
}

}  // namespace
}  // namespace wardend::test
