// The life of a session: its states, and what goes with each change.
#include "daemon/session/session.hpp"

#include <gtest/gtest.h>

namespace wardend::session {
namespace {

Tokens tokens() {
  return {.access = Secret("at-1"),
          .refresh = Secret("rt-1"),
          .obtained_at = BootTime(100s),
          .expires_at = BootTime(400s),
          .generation = 1};
}

TEST(SessionState, FollowsTheTable) {
  struct Row {
    State from;
    Fact fact;
    State to;
  };
  const Row rows[] = {
      {State::active, Fact::refresh_started, State::refreshing},
      {State::refreshing, Fact::tokens_received, State::active},
      {State::refreshing, Fact::attempt_failed, State::active},
      {State::active, Fact::token_expired, State::expired},
      {State::refreshing, Fact::token_expired, State::refreshing},
      {State::expired, Fact::refresh_started, State::refreshing},
      {State::refreshing, Fact::grant_ended, State::reauthentication_required},
      {State::reauthentication_required, Fact::tokens_received, State::reauthentication_required},
      {State::reauthentication_required, Fact::cleared, State::cleared},
      {State::active, Fact::cleared, State::cleared},
      {State::cleared, Fact::tokens_received, State::cleared},
      {State::cleared, Fact::grant_ended, State::cleared},
  };
  for (const Row& row : rows) EXPECT_EQ(next(row.from, row.fact), row.to) << name_of(row.from);
}

TEST(Session, ARefreshBringsTokensAndWipesWhatWasPreparedOfTheOldOnes) {
  Session session(Active{tokens()});
  session.prepared = Secret("prepared");
  session.receivers.push_back({});
  session.begin_refresh();
  ASSERT_EQ(session.state(), State::refreshing);
  EXPECT_EQ(session.tokens()->access.reveal(), "at-1") << "it serves on";
  session.take_tokens({.access = Secret("at-2"), .refresh = {}, .expires_at = BootTime(700s)});
  EXPECT_EQ(session.state(), State::active);
  EXPECT_EQ(session.tokens()->access.reveal(), "at-2");
  EXPECT_EQ(session.tokens()->refresh.reveal(), "rt-1") << "none came: the old one stays";
  EXPECT_EQ(session.tokens()->generation, 2U);
  EXPECT_TRUE(session.prepared.empty());
  EXPECT_TRUE(session.receivers.empty());
}

TEST(Session, AnAttemptThatFailsLeavesTheStateThatTheTokenHas) {
  Session living(Active{tokens()});
  living.begin_refresh();
  living.end_attempt();
  EXPECT_EQ(living.state(), State::active);
  Session over(Active{tokens()});
  over.begin_refresh();
  over.expire();
  EXPECT_EQ(over.state(), State::refreshing) << "the attempt decides";
  over.end_attempt();
  EXPECT_EQ(over.state(), State::expired);
  EXPECT_TRUE(over.tokens()->access.empty());
  EXPECT_EQ(over.tokens()->refresh.reveal(), "rt-1");
}

TEST(Session, AClearWipesWhoseItWasAndReturnsTheTokenToRevoke) {
  Session session(Active{tokens()});
  session.user = {.subject = "u1", .issuer = "https://ehr"};
  session.context.patient = "p1";
  session.holders = {{.pid = 7, .birth = "1"}};
  const oauth::TokenToRevoke token = session.clear({ClearReason::os_lock, {}, BootTime(1h)});
  EXPECT_EQ(session.state(), State::cleared);
  EXPECT_EQ(session.tokens(), nullptr);
  EXPECT_EQ(token.token.reveal(), "rt-1");
  EXPECT_EQ(token.kind, oauth::RevokedToken::refresh_token);
  EXPECT_FALSE(session.user.known());
  EXPECT_FALSE(session.context.patient);
  EXPECT_FALSE(session.holders.empty()) << "they may still tell what they did before";
  EXPECT_TRUE(session.clear({ClearReason::os_lock, {}, BootTime(1h)}).token.empty()) << "once";
}

TEST(Session, NothingLeavesTheStateCleared) {
  Session session(Active{tokens()});
  static_cast<void>(session.clear({ClearReason::os_lock, {}, BootTime(1h)}));
  session.begin_refresh();
  session.take_tokens(tokens());
  session.end_grant("over");
  session.expire();
  EXPECT_EQ(session.state(), State::cleared);
  EXPECT_EQ(session.tokens(), nullptr);
}

TEST(Session, AGrantThatEndedHasAReasonAndNoTokens) {
  Session session(Active{tokens()});
  session.end_grant("invalid_grant");
  EXPECT_EQ(session.state(), State::reauthentication_required);
  EXPECT_EQ(session.reauthentication_reason(), "invalid_grant");
  EXPECT_EQ(session.tokens(), nullptr);
}

}  // namespace
}  // namespace wardend::session
