#include "daemon/access/token_record.hpp"

#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend::access {
namespace {

struct Record : test::World {
  TokenRecord record{clock, session_vault, audit};
  session::Session& session = begin("s");
  ipc::Caller caller{{.pid = 77, .uid = 1000, .cgroup = {.system_unit = "session-c1.scope"}, .birth = "1"}};
  [[nodiscard]] Who who(pid_t pid = 77) {
    return {.config = config.hold(),
            .apps = {&settings->apps.front()},
            .epoch = session.epoch,
            .login_session = "c1",
            .uid = 1000,
            .process = {pid, "1"}};
  }
};

TEST(TokenRecord, CountsTheSameTokenToTheSameProcessForAMinute) {
  Record world;
  for (int i = 0; i < 10; ++i) world.record.granted(world.who(), world.session, "r" + std::to_string(i));
  ASSERT_EQ(world.audit.count(AuditKind::token), 1U);
  EXPECT_EQ(world.audit.records.back().request_id, "r0");
  EXPECT_EQ(world.audit.records.back().outcome, "granted");
  EXPECT_EQ(world.audit.records.back().patient, "p1");
  world.clock.advance(60s);
  world.record.granted(world.who(), world.session, "r10");
  ASSERT_EQ(world.audit.count(AuditKind::token), 2U);
  EXPECT_EQ(world.audit.records.back().count, 10) << "nine that were counted, and this one";
  world.record.granted(world.who(99), world.session, "r11");
  EXPECT_EQ(world.audit.count(AuditKind::token), 3U) << "another process is another entry";
  EXPECT_EQ(world.audit.records.back().pid, 99);
  EXPECT_EQ(world.record.counts().at("vitals")[0], 12U);
}

TEST(TokenRecord, CountsAllTokensWhateverIsRecorded) {
  Record world;
  for (int i = 0; i < 3; ++i) world.record.granted(world.who(), world.session, "r" + std::to_string(i));
  world.session.begin_refresh();
  world.session.take_tokens(
      {.access = Secret("another"), .refresh = Secret("r"), .expires_at = world.clock.now() + 5min});
  world.record.granted(world.who(), world.session, "r3");
  ASSERT_EQ(world.audit.count(AuditKind::token), 2U) << "another token is told of at once";
  EXPECT_EQ(world.audit.records.back().count, 3) << "two of the first that were counted, and this one";
  EXPECT_EQ(world.session.tokens_given, 4U);
}

TEST(TokenRecord, NotesWhoUsesTheSession) {
  Record world;
  world.clock.advance(5min);
  world.record.granted(world.who(), world.session, "r");
  EXPECT_EQ(world.session.last_used, world.clock.now());
  EXPECT_EQ(world.vault.touched(world.session.kept), world.clock.now()) << "idle time counts from here after a crash";
  EXPECT_TRUE(world.session.was_held_by({77, "1"}));
  EXPECT_FALSE(world.session.was_held_by({77, "2"}));
}

TEST(TokenRecord, SaysOfARefusalAllThatIsKnown) {
  Record world;
  const Error error = errors::PatientMismatch{.session = "s", .requested = "p2"};
  world.record.refused(world.caller, world.who(), &world.session, error);
  const AuditRecord record = world.audit.records.back();
  EXPECT_EQ(record.outcome, "denied");
  EXPECT_EQ(record.result, "PatientMismatch");
  EXPECT_EQ(record.session, "s");
  EXPECT_EQ(record.login_session, "c1");
  EXPECT_EQ(record.app, "vitals");
  EXPECT_EQ(record.pid, 77);
  EXPECT_EQ(record.unit, "session-c1.scope");
  EXPECT_EQ(record.patient, "") << "of a refusal not even the trail names one";
  EXPECT_EQ(world.audit.counted, 1U) << "a refusal can be brought about as often as one likes";
}

TEST(TokenRecord, CountsARefusalForTheAppThatIsKnown) {
  Record world;
  const Error error = errors::NotAuthorized{"why"};
  const auto index = static_cast<std::size_t>(Errc::NotAuthorized) + 1;
  world.record.refused(world.caller, fail(error), nullptr, error);
  EXPECT_EQ(world.record.counts().at("")[index], 1U);
  EXPECT_EQ(world.audit.records.back().login_session, "");
  world.record.refused(world.caller, world.who(), nullptr, error);
  EXPECT_EQ(world.record.counts().at("vitals")[index], 1U);
}

}  // namespace
}  // namespace wardend::access
