// What happens to the trail itself, told in the trail.
#include <fstream>
#include <sstream>

#include "tests/integration/audit/audit_day.hpp"
#include "trail/link.hpp"

namespace wardend::test {
namespace {

constexpr int killed = 128 + SIGKILL;

// Something that the trail tells of.
void ask(const AuditDay& day) { EXPECT_EQ(day.control("Status"), "ok"); }
Texts with_that(Texts more) {
  more.emplace_back("control/Status/granted");
  return more;
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The same entries, as `change` makes them, in a chain of their own that is whole.
void rewrite(const std::filesystem::path& file, void (*change)(std::string& members)) {
  trail::Link last;
  std::string text;
  for (const std::string& line : lines_of(file)) {
    const auto entry = trail::read_entry(line);
    ASSERT_TRUE(entry) << entry.error();
    std::string members(entry->members);
    change(members);
    text += trail::sealed(members, last);
  }
  std::ofstream(file, std::ios::trunc) << text;
}
void replace(std::string& text, const std::string& what, const std::string& by) {
  if (const auto at = text.find(what); at != std::string::npos) text.replace(at, what.size(), by);
}

void a_file_that_others_touch(AuditDay& day) {
  const auto file = day.site.audit();
  day.start();
  std::filesystem::rename(file, file.string() + ".1");
  day.goes_on_behind(0);
  ask(day);
  day.expect("logrotate", with_that({"rotation/rotated"}));
  std::filesystem::resize_file(file, lines_of(file)[0].size() + 1);
  day.goes_on_behind(1);
  ask(day);
  day.expect("a file that was cut off", with_that({"gap/shortened"}));
  EXPECT_EQ(day.entry("gap").value("last", -1), day.entry("gap").value("first", 0)) << "one entry is lost";
  std::ofstream(file, std::ios::app) << "not an entry\n";
  ask(day);
  day.expect("a line of somebody else", with_that({"gap/foreign"}));
  std::filesystem::remove(file);
  day.goes_on_behind(0);
  ask(day);
  day.expect("a file that was removed", with_that({"rotation/rotated", "gap/removed"}));
}

void ends_without_a_stop(AuditDay& day) {
  const auto file = day.site.audit();
  day.start();
  day.site.wardend().send_signal(SIGKILL);
  ASSERT_EQ(day.site.wardend().wait_end(), killed);
  day.site.start(day.settings);
  day.expect("a kill, and nothing kept what waited", {"gap/unclean_end", "start/started/granted"});
  day.site.wardend().send_signal(SIGKILL);
  ASSERT_EQ(day.site.wardend().wait_end(), killed);
  // What the next boot finds: entries of another one, and no anchor that is younger than them.
  rewrite(file, [](std::string& members) { replace(members, R"("boot":")", R"("boot":"0)"); });
  std::filesystem::remove(day.site.folder() / "state" / "audit-anchor");
  day.site.start(day.settings);
  day.expect("a loss of power", {"gap/power_loss", "start/started/granted"});
  EXPECT_EQ(day.site.stop(), 0);
  day.expect("a stop", {"clear/login_session/granted", "stop/stopped/granted"});
  rewrite(file, [](std::string& members) { replace(members, R"("organization":"St)", R"("organization":"Sv)"); });
  day.site.start(day.settings);
  day.expect("a trail that was made anew", {"gap/rewritten", "start/started/granted"});
}

// A wardend whose disk does what the test says.
class OddDisk {
 public:
  explicit OddDisk(AuditDay& day) : calls_(day.site.folder() / "slow") {
    std::filesystem::create_directory(calls_);
    day.site.environment = {"LD_PRELOAD=" + program("libslow_calls.so").string(), "SLOW_CALLS=" + calls_.string()};
  }
  // -1: a sync fails.
  void sync_takes(int milliseconds) const {
    std::ofstream(calls_ / ".fdatasync") << milliseconds << " audit.jsonl";
    std::filesystem::rename(calls_ / ".fdatasync", calls_ / "fdatasync");
  }
  void is_well() const { std::filesystem::remove(calls_ / "fdatasync"); }

 private:
  std::filesystem::path calls_;
};

void a_disk_that_confirms_late(AuditDay& day) {
  if (!std::filesystem::exists(program("libslow_calls.so"))) GTEST_SKIP() << "not with sanitizers";
  const OddDisk disk(day);
  day.start();
  disk.sync_takes(-1);
  ask(day);
  ASSERT_TRUE(eventually([&] { return day.site.wardend().output().contains("the audit trail cannot be written"); }));
  disk.is_well();
  day.expect("entries that were confirmed late", with_that({"gap/unsynced"}));
}

// Eight MiB: some twenty thousand entries.
void more_than_there_is_room_for(AuditDay& day) {
  if (!std::filesystem::exists(program("libslow_calls.so"))) GTEST_SKIP() << "not with sanitizers";
  const OddDisk disk(day);
  day.start();
  disk.sync_takes(3'600'000);
  auto client = day.site.control();
  const json clear = {{"reason", std::string(256, 'x')}, {"target", {{"app", "vitals"}}}};
  const auto is_full = [&] { return day.site.wardend().output().contains("audit records are dropped"); };
  for (int calls = 0; calls < 60'000 && (calls % 500 != 0 || !is_full()); ++calls)
    static_cast<void>(client.call("org.wardend.Control.ClearSessions", clear));
  ASSERT_TRUE(is_full());
  disk.is_well();
  ASSERT_TRUE(eventually([&] { return day.site.metric("wardend_audit_backlog{sink=\"file\"}") == 0; }, 30s));
  const auto lines = lines_of(day.site.audit());
  std::size_t gaps = 0, lost = 0;
  for (const std::string& line : lines) {
    if (!line.contains(R"("kind":"gap")")) continue;
    ++gaps;
    lost += json::parse(line).value("count", std::size_t{1});
  }
  EXPECT_EQ(gaps, 1U) << "one for all of them";
  EXPECT_GT(lost, 0U);
  day.goes_on_behind(lines.size() - 1);
  ask(day);
  day.expect("the last of those, and one more", with_that({"gap/dropped"}));
}

}  // namespace

std::vector<Day> days_of_gaps() {
  using enum AuditAct;
  return {
      {"AFileThatOthersTouch", a_file_that_others_touch, {rotation_rotated, gap_shortened, gap_foreign, gap_removed}},
      {"EndsWithoutAStop", ends_without_a_stop, {gap_unclean_end, gap_power_loss, gap_rewritten, stop_stopped}},
      {"ADiskThatConfirmsLate", a_disk_that_confirms_late, {gap_unsynced}},
      {"SlowlyMoreThanThereIsRoomFor", more_than_there_is_room_for, {gap_dropped}},
  };
}

}  // namespace wardend::test
