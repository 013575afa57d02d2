#include "daemon/refresh/news.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::refresh {
namespace {

struct Told {
  Told() {
    session.id = "s";
    session.app = "vitals";
    session.server = "ehr";
    session.epoch = 7;
    session.context.patient = "p1";
  }
  [[nodiscard]] std::uint64_t counted(const std::string& result) const {
    return news.counters().refreshes.at("ehr").at(result);
  }
  asio::io_context loop;
  test::VirtualClock clock{loop};
  events::EventHub hub;
  test::FakeAudit audit;
  News news{clock, hub, audit};
  events::EventHub::Subscription watcher{hub};
  session::Session session;
};

TEST(RefreshNews, OfATokenGoToTheTrailToWatchersAndToTheCounters) {
  Told world;
  world.news.refreshed(world.session, "scope_reduced");
  ASSERT_EQ(world.audit.records.size(), 1U);
  EXPECT_EQ(world.audit.records[0].outcome, "granted");
  EXPECT_EQ(world.audit.records[0].reason, "ok");
  EXPECT_EQ(world.audit.records[0].session, "s");
  ASSERT_EQ(world.watcher.queue.size(), 1U);
  EXPECT_EQ(world.watcher.queue[0].kind, events::EventKind::token_refreshed);
  EXPECT_EQ(world.watcher.queue[0].reason, "scope_reduced");
  EXPECT_EQ(world.watcher.queue[0].epoch, 7U);
  EXPECT_EQ(world.counted("ok"), 1U);
}

TEST(RefreshNews, OfAFailureTellWatchersNothing) {
  Told world;
  world.news.failed(world.session, News::Result::transient, "http_503");
  world.news.failed(world.session, News::Result::terminal, "invalid_grant");
  world.news.dropped("ehr");
  ASSERT_EQ(world.audit.records.size(), 2U) << "what was dropped is the end of a session that has its own record";
  EXPECT_EQ(world.audit.records[0].outcome, "denied");
  EXPECT_EQ(world.audit.records[0].reason, "http_503");
  EXPECT_EQ(world.audit.records[1].reason, "invalid_grant");
  EXPECT_TRUE(world.watcher.queue.empty()) << "the token that is there serves on";
  EXPECT_EQ(world.counted("transient"), 1U);
  EXPECT_EQ(world.counted("terminal"), 1U);
  EXPECT_EQ(world.counted("dropped"), 1U);
}

TEST(RefreshNews, OfAnotherUserAreAnAlarmThatAServerCannotRepeatAtWill) {
  Told world;
  world.news.odd_user(world.session, "other_user");
  EXPECT_EQ(world.audit.counted, 1U);
  EXPECT_EQ(world.audit.records[0].action, "odd_user");
  EXPECT_EQ(world.audit.records[0].reason, "other_user");
  EXPECT_EQ(world.news.counters().odd_users.at("ehr"), 1U);
  EXPECT_TRUE(world.news.counters().refreshes.empty());
}

TEST(RefreshNews, OfTheEndOfAGrantSayWhy) {
  Told world;
  world.session.end_grant("invalid_grant");
  const session::Session ended(session::Reauthentication{"invalid_grant"});
  world.news.grant_over(ended);
  ASSERT_EQ(world.watcher.queue.size(), 1U);
  EXPECT_EQ(world.watcher.queue[0].kind, events::EventKind::reauthentication_required);
  EXPECT_EQ(world.watcher.queue[0].reason, "invalid_grant");
}

}  // namespace
}  // namespace wardend::refresh
