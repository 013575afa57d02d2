#include "systemd/journal_sink.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/systemd/datagrams.hpp"

namespace wardend::systemd {
namespace {

using log::Level;
using testing::ElementsAre;

TEST(JournalSink, SendsALineWithItsPriority) {
  struct Case {
    Level level;
    const char* priority;  // syslog's number
  };
  test::Datagrams journal;
  const log::Sink sink = journal_sink(journal.path());
  ASSERT_TRUE(sink);
  for (const auto& [level, priority] : {Case{Level::debug, "7"}, Case{Level::info, "6"}, Case{Level::warn, "4"},
                                        Case{Level::error, "3"}, Case{Level::critical, "2"}}) {
    sink(level, "lock source lost source=logind");
    EXPECT_THAT(journal.take(), ElementsAre("SYSLOG_IDENTIFIER=wardend\nPRIORITY=" + std::string(priority) +
                                            "\nMESSAGE=lock source lost source=logind\n"));
  }
}

TEST(JournalSink, ALineCannotAddAFieldOfItsOwn) {
  test::Datagrams journal;
  const log::Sink sink = journal_sink(journal.path());
  ASSERT_TRUE(sink);
  sink(Level::info, "one\nPRIORITY=0\n");
  EXPECT_THAT(journal.take(), ElementsAre("SYSLOG_IDENTIFIER=wardend\nPRIORITY=6\nMESSAGE=one PRIORITY=0 \n"));
}

TEST(JournalSink, GivesALineThatIsKnownItsIdAndItsFields) {
  test::Datagrams journal;
  const log::Sink sink = journal_sink(journal.path());
  ASSERT_TRUE(sink);
  sink(Level::info, "server state server=ehr from=up to=down why=\"no name: look\"");
  const auto sent = journal.take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_THAT(
      sent.front(),
      testing::MatchesRegex("SYSLOG_IDENTIFIER=wardend\nPRIORITY=6\nMESSAGE_ID=[0-9a-f]+\nWARDEND_SERVER=ehr\n"
                            "WARDEND_FROM=up\nWARDEND_TO=down\nWARDEND_WHY=no name: look\nMESSAGE=server state .*\n"));
}

TEST(JournalSink, DropsAndCountsWhatTheJournalCannotTakeAndNeverWaits) {
  test::Datagrams journal;
  const log::Sink sink = journal_sink(journal.path());
  ASSERT_TRUE(sink);
  const std::uint64_t before = journal_lines_dropped();
  std::uint64_t sent = 0;
  for (; journal_lines_dropped() == before && sent < 1'000'000; ++sent) sink(Level::info, "a line");
  EXPECT_EQ(journal_lines_dropped(), before + 1) << "a socket that nobody reads is full at some time";
  EXPECT_EQ(journal.take().size(), sent - 1) << "and what was not dropped is there";
  sink(Level::info, "room again");
  EXPECT_EQ(journal.take().size(), 1U);
  EXPECT_EQ(journal_lines_dropped(), before + 1);
}

TEST(JournalSink, DropsALineThatIsTooLongAndTakesTheNext) {
  test::Datagrams journal;
  const log::Sink sink = journal_sink(journal.path());
  ASSERT_TRUE(sink);
  const std::uint64_t before = journal_lines_dropped();
  sink(Level::info, std::string(64 << 20, 'x'));
  EXPECT_EQ(journal_lines_dropped(), before + 1);
  sink(Level::info, "short");
  EXPECT_EQ(journal.take().size(), 1U);
}

TEST(JournalSink, FindsTheJournalAgainAfterItsSocketWasMadeAnew) {
  test::Datagrams journal;
  const log::Sink sink = journal_sink(journal.path());
  ASSERT_TRUE(sink);
  const std::uint64_t before = journal_lines_dropped();
  journal.close();
  sink(Level::info, "nobody is there");
  EXPECT_EQ(journal_lines_dropped(), before + 1);
  journal.open();
  sink(Level::info, "somebody is there");
  EXPECT_EQ(journal.take().size(), 1U);
  EXPECT_EQ(journal_lines_dropped(), before + 1);
}

TEST(JournalSink, IsNotHadWithoutAJournal) {
  EXPECT_FALSE(journal_sink("/nonexistent/journal"));
  EXPECT_FALSE(journal_sink(std::string(500, 'x')));
}

TEST(StderrIsJournal, WhenTheVariableNamesThisStandardError) {
  struct stat status{};
  ASSERT_EQ(::fstat(STDERR_FILENO, &status), 0);
  const std::string own = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  ::unsetenv("JOURNAL_STREAM");
  EXPECT_FALSE(stderr_is_journal());
  {
    const test::Variable stream("JOURNAL_STREAM", own);
    EXPECT_TRUE(stderr_is_journal());
  }
  // Standard error was redirected after the manager set the variable.
  for (const std::string& other : {own + "1", std::string("1:2"), std::string()}) {
    const test::Variable stream("JOURNAL_STREAM", other);
    EXPECT_FALSE(stderr_is_journal()) << other;
  }
}

}  // namespace
}  // namespace wardend::systemd
