#include "daemon/service/status_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/service/ward.hpp"

namespace wardend {
namespace {

using service::UnlockEnds;
using test::By;
using test::Client;
using test::facts_of;
using test::Ward;
using testing::IsEmpty;

TEST(Held, HasARowForEachLoginSessionAndEachPart) {
  Ward world;
  Client root(facts_of(By::root));
  const auto none = world.ask(world.control.status(root.call, {}));
  ASSERT_TRUE(none && none->held);
  EXPECT_THAT(*none->held, IsEmpty());
  ASSERT_TRUE(world.ask(world.control.report_lock(root.call, {.reason = {}, .target = {.login_session = "c3"}})));
  ASSERT_TRUE(world.ask(world.control.clear_sessions(
      root.call, {.target = {.login_session = "c2", .app = "vitals"}, .reason = "trial"})));
  const auto status = world.ask(world.control.status(root.call, {}));
  ASSERT_TRUE(status && status->held);
  ASSERT_EQ(status->held->size(), 2U);
  const auto& part = status->held->at(0);
  EXPECT_EQ(part.login_session, "c2");
  EXPECT_EQ(part.app, "vitals");
  EXPECT_EQ(part.reason, "operator");
  EXPECT_EQ(part.ended_by, "a launch from the EHR, or a sign-in that begins after the clear");
  const auto& whole = status->held->at(1);
  EXPECT_EQ(whole.login_session, "c3");
  EXPECT_FALSE(whole.app || whole.server);
  EXPECT_EQ(whole.reason, "ehr_lock");
  EXPECT_EQ(whole.since, unix_seconds(world.clock.wall_now()));
}

// As after a restart, where no clear has been seen by this process.
TEST(Held, IsShownOfWhatThePreviousProcessLeft) {
  Ward world;
  world.workstation.resume({.login_session = "c9",
                            .uid = 1000,
                            .epoch = workstation::epoch_number(900, {}),
                            .held = true,
                            .last_clear = workstation::EpochEnd{.reason = ClearReason::operator_request,
                                                                .at = world.clock.wall_now() - 1h,
                                                                .boot = world.clock.now() - 1h}});
  const auto rows = service::held_rows(world.workstation, UnlockEnds::yes);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().login_session, "c9");
  EXPECT_EQ(rows.front().since, unix_seconds(world.clock.wall_now() - 1h));
  EXPECT_TRUE(rows.front().ended_by.ends_with(", or unlocking the screen"));
}

TEST(Held, IsShownOfAllUsersTogether) {
  Ward world;
  world.workstation.end_every_epoch(ClearReason::suspend);
  const auto rows = service::held_rows(world.workstation, UnlockEnds::no);
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.back().login_session, "") << "whom nothing sets apart";
  EXPECT_EQ(rows.back().reason, "suspend");
}

TEST(Status, SaysWhyAServerHasNoAnswer) {
  Ward world;
  Client root(facts_of(By::root));
  world.server_health.observe(
      "ehr", {.kind = server::LinkEvidence::Kind::unreachable, .detail = "Could not resolve host: ehr.example.org"});
  EXPECT_EQ(world.ask(world.control.status(root.call, {}))->servers.front().trouble,
            "Could not resolve host: ehr.example.org");
  world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::answered});
  EXPECT_FALSE(world.ask(world.control.status(root.call, {}))->servers.front().trouble);
}

TEST(StatusRows, OfASessionNameNoPatient) {
  Ward world;
  session::Session& session = *world.store.find("a");
  session.last_used = session.started_boot + 5s;
  const ipc::control::SessionRow row = service::row_of(session, world.clock);
  EXPECT_EQ(row.id, "a");
  EXPECT_EQ(row.user, "1000");
  EXPECT_EQ(row.login_session, "c1");
  EXPECT_TRUE(row.has_patient);
  EXPECT_EQ(row.expires_at, world.wall() + 300);
  EXPECT_TRUE(row.next_refresh_at);
  EXPECT_EQ(row.last_used_at, world.wall() + 5);
  session.expire();
  EXPECT_FALSE(service::row_of(session, world.clock).expires_at) << "there is no token";
}

TEST(StatusRows, OfAServerTellTheChangeThatWaitsWithItsDigest) {
  server::ServerRecord known;
  known.last_trouble = "HTTP 503";
  known.latency = std::chrono::microseconds(1500);
  auto row = service::row_of("ehr", known, {.changed = "issuer is gone", .digest = "abc"});
  EXPECT_EQ(row.changed, "issuer is gone");
  EXPECT_EQ(row.changed_digest, "abc");
  EXPECT_EQ(row.trouble, "HTTP 503");
  EXPECT_EQ(row.latency_ms, 1.5);
  row = service::row_of("ehr", {}, {});
  EXPECT_FALSE(row.changed || row.changed_digest || row.trouble || row.latency_ms || row.confirmed_at);
}

}  // namespace
}  // namespace wardend
