// What of sessions and login sessions lies in the vault, and when the vault is told that somebody watches.
#include <gtest/gtest.h>

#include "daemon/session/vault_record.hpp"
#include "daemon/workstation/login_session_record.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using test::World;

// The session as its record has it; nullptr: there is none.
std::unique_ptr<session::Session> kept(World& world, const std::string& id) {
  std::unique_ptr<session::Session> found;
  world.vault.each([&](Vault::RecordId, Vault::Kind kind, std::string_view bytes) {
    if (kind != Vault::Kind::session) return;
    auto session = session::session_from(bytes);
    if (session != nullptr && session->id == id) found = std::move(session);
  });
  return found;
}

TEST(SessionVault, HasASessionFromItsBeginningToItsClear) {
  World world;
  session::Session& session = world.begin("s");
  ASSERT_NE(kept(world, "s"), nullptr);
  world.clearing.clear_session(session, {ClearReason::operator_request, ""});
  EXPECT_EQ(kept(world, "s"), nullptr);
  EXPECT_FALSE(world.vault.holds("at-s.1"));
  EXPECT_FALSE(world.vault.holds("s.1"));
}

TEST(SessionVault, SaysThatARefreshMayHaveBeenSentBeforeItIs) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.latency = 1s;
  ASSERT_TRUE(world.refresher.start_now(session));
  world.clock.advance(1500ms);  // discovery has come, the refresh is on its way
  EXPECT_EQ(kept(world, "s")->state(), session::State::refreshing);
  world.clock.advance(1s);
  EXPECT_EQ(kept(world, "s")->state(), session::State::active);
  EXPECT_EQ(kept(world, "s")->tokens()->refresh.reveal(), "s.2");
}

TEST(SessionVault, NotesUseWithoutWritingTheRecordAgain) {
  World world;
  session::Session& session = world.begin("s");
  const auto writes = world.vault.writes();
  session.last_used = world.clock.now() + 5s;
  world.session_vault.used(session);
  EXPECT_EQ(world.vault.writes(), writes);
  EXPECT_EQ(world.vault.touched(session.kept), session.last_used);
}

TEST(SessionVault, EndsALoginSessionInOneRecord) {
  World world;
  world.begin("s");
  const auto standing = [&] {
    std::optional<workstation::LoginSessionState> found;
    world.vault.each([&](Vault::RecordId, Vault::Kind kind, std::string_view bytes) {
      if (kind == Vault::Kind::login_session) found = workstation::login_session_from(bytes);
    });
    return found;
  };
  ASSERT_TRUE(standing());
  const auto epoch = standing()->epoch;
  EXPECT_FALSE(standing()->held);
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_NE(standing()->epoch, epoch);
  EXPECT_TRUE(standing()->held);
}

TEST(SessionVault, BeatsWhileItHasASessionAndNotOtherwise) {
  World world;
  world.tasks.spawn("beat", world.session_vault.beat());
  world.clock.advance(1min);
  test::FakeVault idle(world.vault);
  ASSERT_TRUE(idle.last_beat_before());
  EXPECT_LE(*idle.last_beat_before(), world.clock.now() - 59s) << "nothing to watch over";
  world.begin("s");
  world.clock.advance(1min);
  test::FakeVault busy(world.vault);
  EXPECT_GE(*busy.last_beat_before(), world.clock.now() - 250ms);
}

}  // namespace
}  // namespace wardend
