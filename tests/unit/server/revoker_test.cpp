// What the revoker tells servers of tokens whose session has ended, and for how long it tries.
#include "daemon/server/revoker.hpp"

#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using test::World;

server::Revocation revocation(const std::string& token, oauth::RevokedToken kind = oauth::RevokedToken::refresh_token) {
  return {.server = "ehr",
          .app = "vitals",
          .session = "s",
          .client = {.identity = {.client_id = "vitals-client"}},
          .token = {.token = Secret(token), .kind = kind}};
}

std::uint64_t counted(const World& world, const std::string& result) {
  const auto& servers = world.revoker.counters();
  const auto found = servers.find("ehr");
  return found != servers.end() && found->second.contains(result) ? found->second.at(result) : 0;
}

TEST(Revoker, TellsTheServerAndTheAuditTrail) {
  World world;
  world.revoker.enqueue(revocation("rt-1"));
  EXPECT_EQ(world.revoker.pending(), 1U);
  world.clock.advance(1s);
  EXPECT_TRUE(world.ehr.revoked.contains("rt-1"));
  EXPECT_EQ(world.revoker.pending(), 0U);
  EXPECT_EQ(counted(world, "ok"), 1U);
  EXPECT_EQ(world.audit.count(AuditKind::revocation), 1U);
}

TEST(Revoker, HasNothingToSayOfNoToken) {
  World world;
  world.revoker.enqueue(revocation(""));
  EXPECT_EQ(world.revoker.pending(), 0U);
}

TEST(Revoker, TriesAgainWhileTheServerIsAway) {
  World world;
  world.ehr.revocation_answers = {{503, "{}"}, {429, "{}"}, {408, "{}"}};
  world.revoker.enqueue(revocation("rt-1"));
  world.clock.advance(1min);
  EXPECT_TRUE(world.ehr.revoked.contains("rt-1"));
  EXPECT_EQ(counted(world, "ok"), 1U);
}

TEST(Revoker, GivesUpAfterTwoMinutes) {
  World world;
  world.ehr.down = true;
  world.revoker.enqueue(revocation("rt-1"));
  world.clock.advance(server::Revoker::deadline - 1s);
  EXPECT_EQ(world.revoker.pending(), 1U);
  world.clock.advance(10s);
  EXPECT_EQ(world.revoker.pending(), 0U);
  EXPECT_EQ(counted(world, "expired"), 1U);
}

TEST(Revoker, ARefusalIsFinal) {
  struct Row {
    int status;
    std::string body;
    std::string result;
  };
  for (const Row& row :
       {Row{400, R"({"error":"invalid_client"})", "failed"}, Row{401, R"({"error":"invalid_client"})", "failed"},
        Row{200, R"({"error":"invalid_request"})", "failed"},
        Row{400, R"({"error":"unsupported_token_type"})", "unsupported"}}) {
    World world;
    world.ehr.revocation_answers = {{row.status, row.body}};
    world.revoker.enqueue(revocation("at-1", oauth::RevokedToken::access_token));
    world.clock.advance(10s);
    EXPECT_EQ(counted(world, row.result), 1U) << row.status << row.body;
    EXPECT_EQ(world.revoker.pending(), 0U);
  }
}

// What stands in between has no say: neither "done" nor "no".
TEST(Revoker, WhatIsNotTheServersAnswerIsTriedAgain) {
  const std::pair<int, std::string> others[] = {
      {200, "<!doctype html><title>Sign in to the network</title>"},
      {200, "\r\n  <html></html>"},
      {302, ""},
      {403, "<html>Request blocked</html>"},
      {404, R"({"message":"no Route matched with those values"})"},
      {404, ""},
      {401, "<html></html>"},
      {400, R"({"error":"temporarily_unavailable"})"},
  };
  for (const auto& other : others) {
    World world;
    world.ehr.revocation_answers = {other, other};
    world.revoker.enqueue(revocation("rt-1"));
    world.clock.advance(1min);
    EXPECT_TRUE(world.ehr.revoked.contains("rt-1")) << other.first << other.second;
    EXPECT_EQ(counted(world, "ok"), 1U) << other.first << other.second;
  }
}

TEST(Revoker, APageForEverIsNeverCalledDone) {
  World world;
  world.ehr.revocation_answers.assign(500, {200, "<html></html>"});
  world.revoker.enqueue(revocation("rt-1"));
  world.clock.advance(3min);
  EXPECT_EQ(counted(world, "expired"), 1U);
  EXPECT_EQ(counted(world, "ok"), 0U);
  EXPECT_EQ(world.audit.records.back().reason, "expired");
  EXPECT_LT(500U - world.ehr.revocation_answers.size(), 20U) << "with growing gaps";
}

TEST(Revoker, AServerWithoutRevocationIsNotAsked) {
  World world;
  world.ehr.offers_revocation = false;
  world.revoker.enqueue(revocation("rt-1"));
  world.clock.advance(1s);
  EXPECT_EQ(counted(world, "unsupported"), 1U);
  EXPECT_TRUE(world.ehr.revoked.empty());
}

TEST(Revoker, AsksAFewAtATimeAndAllInTheEnd) {
  World world;
  world.ehr.latency = 1s;
  for (int i = 0; i < 20; ++i) world.revoker.enqueue(revocation("rt-" + std::to_string(i)));
  world.clock.advance(2500ms);  // discovery, and the first request of each
  EXPECT_EQ(world.ehr.revoked.size(), server::Revoker::max_parallel * 2);
  world.clock.advance(5s);
  EXPECT_EQ(world.ehr.revoked.size(), 20U);
}

TEST(Revoker, GiveUpLeavesNothingPending) {
  World world;
  world.ehr.down = true;
  for (int i = 0; i < 20; ++i) world.revoker.enqueue(revocation("rt-" + std::to_string(i)));
  world.clock.advance(100ms);
  EXPECT_EQ(world.revoker.give_up(), 20U);
  world.clock.advance(1s);
  EXPECT_EQ(world.revoker.pending(), 0U);
  EXPECT_EQ(counted(world, "expired"), 20U);
}

TEST(Revoker, DrainEndsWithTheLastAnswerOrAtItsTime) {
  World world;
  bool drained = false;
  const auto drain = [](World& of, Duration patience, bool& done) -> asio::awaitable<void> {
    co_await of.revoker.drain(of.clock.now() + patience);
    done = true;
  };
  world.revoker.enqueue(revocation("rt-1"));
  world.tasks.spawn("drain", drain(world, 10s, drained));
  world.clock.advance(1s);
  EXPECT_TRUE(drained);
  drained = false;
  world.ehr.down = true;
  world.revoker.enqueue(revocation("rt-2"));
  world.tasks.spawn("drain", drain(world, 2s, drained));
  world.clock.advance(1s);
  EXPECT_FALSE(drained);
  world.clock.advance(1s);
  EXPECT_TRUE(drained);
}

}  // namespace
}  // namespace wardend
