// What one process leaves to the next: killed, stopped, or without power.
#include "daemon/audit/line.hpp"
#include "tests/support/audit_records.hpp"
#include "tests/unit/audit/sink.hpp"
#include "trail/link.hpp"

namespace wardend {
namespace {

class Restarted : public test::SinkOnDisk {
 protected:
  void stop_entry() {
    AuditRecord record = test::record_of_kind(AuditKind::stop);
    record.granted().action = "stopped";
    sink->write(std::move(record));
  }
  // Another boot: what the service manager kept is gone.
  void reboot() {
    std::ranges::fill(memory, std::byte{0});
    boot = "b2";
  }
};
using Strings = std::vector<std::string>;
namespace fs = std::filesystem;

TEST_F(Restarted, WhatWaitedIsWrittenByTheNextProcess) {
  write("a");
  ASSERT_TRUE(on_disk());
  const auto hang = hold(worker);
  for (const char* action : {"b", "c"}) write(action);
  kill(hang);
  EXPECT_EQ(actions(file), Strings{"a"});
  begin();
  EXPECT_EQ(sink->counters().backlog, 2U);
  write("d");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), (Strings{"a", "b", "c", "d"}));
  EXPECT_EQ(first_fault(), "");
}

TEST_F(Restarted, NumbersGoOnOverStopsAndBoots) {
  for (int i = 0; i < 3; ++i) {
    write(std::to_string(i));
    stop_entry();
    stop();
    reboot();
    begin();
  }
  write("last");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(entries(file).back()["sequence"], 8);
  EXPECT_EQ(first_fault(), "");
  EXPECT_EQ(verdict().gaps.size(), 0U);
}

TEST_F(Restarted, ALossOfPowerIsToldAsAGap) {
  write("a");
  ASSERT_TRUE(on_disk());
  kill();
  reboot();
  begin();
  write("b");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), (Strings{"a", "power_loss", "b"}));
  EXPECT_EQ(first_fault(), "");
}

TEST_F(Restarted, AFileThatIsGoneIsToldAndNumbersGoOn) {
  write("a");
  stop_entry();
  stop();
  fs::remove(file);
  reboot();
  begin();
  write("b");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), (Strings{"removed", "b"}));
  EXPECT_EQ(entries(file).front()["sequence"], 4);
  EXPECT_EQ(first_fault(), "entries 1 to 3 are lost: the files of the trail are gone");
}

TEST_F(Restarted, ARotationWhileItWasAwayIsNoGap) {
  write("a");
  stop_entry();
  stop();
  fs::rename(file, folder / "audit.jsonl.1");
  reboot();
  begin();
  write("b");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), Strings{"b"});
  EXPECT_EQ(first_fault(), "");
}

TEST_F(Restarted, AnOldFileThatWasPutBackIsTold) {
  write("a");
  stop_entry();
  stop();
  fs::copy_file(file, folder / "old");
  reboot();
  begin();
  write("b");
  stop_entry();
  stop();
  fs::rename(folder / "old", file);
  reboot();
  begin();
  write("c");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), (Strings{"a", "stopped", "shortened", "c"}));
  EXPECT_EQ(first_fault(), "entries 4 to 5 are missing");
}

TEST_F(Restarted, ARewrittenFileIsTold) {
  write("a");
  stop_entry();
  stop();
  trail::Link last;
  std::string forged = trail::sealed(audit::members_of({.act = AuditAct::rotation_begun}, {}, {.boot = "b1"}), last);
  for (int i = 0; i < 3; ++i) {
    AuditRecord record = test::record_of_kind(AuditKind::stop);
    record.granted().action = "forged";
    forged += trail::sealed(audit::members_of(record, {}, {.boot = "b1"}), last);
  }
  std::ofstream(file) << forged;
  reboot();
  begin();
  write("b");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), (Strings{"forged", "forged", "forged", "rewritten", "b"}));
  EXPECT_FALSE(verdict().intact());
}

}  // namespace
}  // namespace wardend
