// The audit trail of the real wardend: over restarts and rotations, as `wardctl audit` and VerifyAudit see it.
#include <fstream>
#include <sstream>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;
const Settings settings = {.fhir_base = "http://127.0.0.1:1/fhir"};

std::vector<json> entries_in(const std::filesystem::path& file) {
  std::vector<json> found;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) found.push_back(json::parse(line, nullptr, false));
  return found;
}

class AuditTrail : public ::testing::Test {
 protected:
  AuditTrail() { std::filesystem::create_directory(site.folder() / "state"); }
  void lock() {
    auto control = site.control();
    static_cast<void>(ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}}));
    ASSERT_TRUE(eventually([&] { return site.metric("wardend_audit_backlog{sink=\"file\"}") == 0; }));
  }
  [[nodiscard]] Finished verify() const {
    return site.wardctl({"audit", "verify", "--file", site.audit(), "--state-dir", site.folder() / "state"});
  }
  Site site;
};

TEST_F(AuditTrail, IsOneChainOverRestartsAndRotations) {
  std::vector<std::filesystem::path> files;
  for (int i = 3; i > 0; --i) {
    site.start(settings);
    lock();
    if (i == 2) {
      files.push_back(site.folder() / "audit.jsonl.2");
      std::filesystem::rename(site.audit(), files.back());
      lock();
    }
    EXPECT_EQ(site.stop(), 0);
  }
  ASSERT_EQ(run({{"gzip", files.front()}}).exit_code, 0);
  const Finished found = verify();
  EXPECT_EQ(found.exit_code, 0) << found.out << found.err;
  EXPECT_TRUE(found.out.contains("in 2 files, the chain is whole")) << found.out;
  const auto entries = entries_in(site.audit());
  ASSERT_FALSE(entries.empty());
  EXPECT_EQ(entries.front().value("kind", ""), "rotation");
  EXPECT_GT(entries.front().value("sequence", 0), 1) << "the number never begins anew";
  EXPECT_EQ(entries.back().value("kind", ""), "stop");
  EXPECT_TRUE(site.audited({"\"kind\":\"start\"", "started"}));
  EXPECT_EQ(entries.back().value("boot", "").size(), 32U);
}

TEST_F(AuditTrail, AChangedByteIsFoundByBothWays) {
  site.start(settings);
  lock();
  auto control = site.control();
  const json whole = ask(control, "Control.VerifyAudit");
  EXPECT_TRUE(whole.value("intact", false)) << whole;
  EXPECT_GE(whole.value("entries", 0), 3);
  std::stringstream text;
  text << std::ifstream(site.audit()).rdbuf();
  std::string changed = text.str();
  changed[changed.find("ehr_lock")] = 'E';
  std::fstream(site.audit(), std::ios::in | std::ios::out) << changed;
  const json broken = ask(control, "Control.VerifyAudit");
  EXPECT_FALSE(broken.value("intact", true));
  EXPECT_GE(broken.value("first_bad", 0), 3) << broken;
  const Finished found = verify();
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_TRUE(found.err.contains("its hash is not that of its bytes")) << found.err;
  EXPECT_TRUE(found.err.contains("keep the files as they are"));
}

TEST_F(AuditTrail, ARemovedFileIsToldByJournalTrailAndVerify) {
  site.start(settings);
  lock();
  std::filesystem::remove(site.audit());
  lock();
  ASSERT_TRUE(eventually([&] { return site.audited({"\"kind\":\"gap\"", "removed"}); }));
  EXPECT_TRUE(site.wardend().wait_for("the audit trail has a gap"));
  const Finished found = verify();
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_TRUE(found.err.contains("are lost: the file was removed")) << found.err;
}

TEST_F(AuditTrail, AnEndThatIsCutOffShowsByTheAnchorOfTheStop) {
  site.start(settings);
  lock();
  EXPECT_EQ(site.stop(), 0);
  EXPECT_TRUE(site.wardend().output().contains("the audit trail stands"));
  std::stringstream text;
  text << std::ifstream(site.audit()).rdbuf();
  const std::string all = text.str();
  std::filesystem::resize_file(site.audit(), all.rfind('\n', all.size() - 2) + 1);
  const Finished found = verify();
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_TRUE(found.err.contains("missing at the end")) << found.err;
}

TEST_F(AuditTrail, AWhollyForgedTrailShowsByTheAnchor) {
  site.start(settings);
  lock();
  EXPECT_EQ(site.stop(), 0);
  Site other;
  other.start(settings);
  for (int i = 0; i < 5; ++i) static_cast<void>(other.wardctl({"lock", "--user", "root"}));
  EXPECT_EQ(other.stop(), 0);
  std::filesystem::copy_file(other.audit(), site.audit(), std::filesystem::copy_options::overwrite_existing);
  const Finished found = verify();
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_TRUE(found.err.contains("the trail was rewritten")) << found.err;
}

TEST_F(AuditTrail, GoesOnWithoutItsAnchor) {
  site.start(settings);
  lock();
  EXPECT_EQ(site.stop(), 0);
  std::filesystem::remove_all(site.folder() / "state");
  const Finished without = verify();
  EXPECT_EQ(without.exit_code, 0) << without.err;
  EXPECT_TRUE(without.out.contains("entries that are missing at the end would not show")) << without.out;
  site.start(settings);
  lock();
  EXPECT_EQ(site.stop(), 0);
  const Finished found = verify();
  EXPECT_EQ(found.exit_code, 0) << found.err;
  EXPECT_FALSE(found.out.contains("would not show")) << "the stop left another one: " << found.out;
  EXPECT_FALSE(site.audited({"\"kind\":\"gap\""}));
}

TEST_F(AuditTrail, OfNoEntryIsNotWhole) {
  std::ofstream(site.audit()) << "";
  const Finished found = verify();
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_TRUE(found.err.contains("no entry is here")) << found.err;
}

// By a second name the file is another one's too: that one names it in its own configuration.
TEST_F(AuditTrail, OfTwoWardendsIsToldByBothAndFound) {
  site.start(settings);
  lock();
  Site other;
  std::filesystem::create_hard_link(site.audit(), other.audit());
  other.start(settings);
  ASSERT_TRUE(other.wardend().wait_for("the audit trail stands"));
  lock();
  ASSERT_TRUE(site.wardend().wait_for("somebody else wrote to the file"));
  // What the first one writes may come to the disk a moment after it said so.
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(other.wardctl({"lock", "--user", "root"}));
    return other.wardend().output().contains("somebody else wrote to the file");
  }));
  const Finished found = verify();
  EXPECT_EQ(found.exit_code, 1) << found.out;
}

TEST_F(AuditTrail, OddWordsAreOneLineEachAndGiveATerminalNoOrder) {
  site.start(settings);
  const std::string reasons[] = {"line\nbreak\r\n", "\x1b[2J\x1b]0;title\x07", std::string(4096, 'n'), "\u009b31m",
                                 "=1+1"};
  for (const std::string& reason : reasons)
    EXPECT_EQ(site.wardctl({"clear", "--app", "vitals", "--reason", reason}).exit_code, 0);
  ASSERT_TRUE(eventually([&] { return site.metric("wardend_audit_backlog{sink=\"file\"}") == 0; }));
  std::vector<std::string> kept;
  for (const json& entry : entries_in(site.audit()))
    if (entry.value("action", "") == "ClearSessions") kept.push_back(entry.value("detail", ""));
  ASSERT_EQ(kept.size(), std::size(reasons)) << "as they came, each on a line";
  EXPECT_EQ(verify().exit_code, 0);
  for (const char* form : {"show", "export"}) {
    const Finished printed = site.wardctl({"audit", form, "--file", site.audit()});
    EXPECT_EQ(printed.exit_code, 0) << printed.err;
    for (const char* order : {"\x1b", "\x07", "\u009b", "break\r"}) EXPECT_FALSE(printed.out.contains(order)) << form;
  }
}

TEST_F(AuditTrail, ShowsWhoWasGivenWhoseChart) {
  const Sandbox ehr(site, 300);
  site.start({.fhir_base = ehr.fhir_base()});
  const std::string session = site.launched_session();
  ASSERT_EQ(site.wardctl({"token", "--session", session}).exit_code, 0);
  ASSERT_TRUE(eventually([&] { return site.audited({"\"kind\":\"token\"", "granted", "\"epoch\":"}); }));
  const auto show = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"audit", "show", "--file", site.audit()};
    words.insert(words.end(), more.begin(), more.end());
    return site.wardctl(words);
  };
  const Finished mine = show({"--patient", "patient-1", "--user", "root", "--since", "1h"});
  EXPECT_EQ(mine.exit_code, 0) << mine.err;
  EXPECT_TRUE(mine.out.contains("token") && mine.out.contains("launch") && mine.out.contains("patient-1")) << mine.out;
  EXPECT_EQ(show({"--patient", "patient-2"}).out, "no entry\n");
  const Finished csv = site.wardctl({"audit", "export", "--csv", "--file", site.audit(), "--app", "vitals"});
  EXPECT_TRUE(csv.out.contains(",token,granted,")) << csv.out;
}

}  // namespace
}  // namespace wardend::test
