// Requests that are given up: those under way when the machine fell asleep, and those that nobody waits for.
#include "tests/unit/http/curl_world.hpp"

namespace wardend {
namespace {

using test::reply;
using test::ScriptedServer;
using CurlClient = test::CurlWorld;
using Kind = HttpFailure::Kind;

TEST_F(CurlClient, GivesUpWhatBeganBeforeASleepAndSaysThatItWasSent) {
  const auto before = start({.method = HttpRequest::Method::post, .url = server.url(), .body = Secret("a=b")});
  ASSERT_TRUE(test::until(loop, [&] { return server.requests.size() == 1; }));
  const BootTime asleep = clock.now();
  const auto after = start({.url = server.url()});
  ASSERT_TRUE(test::until(loop, [&] { return server.requests.size() == 2; }));
  client.give_up(asleep);
  ASSERT_TRUE(test::until(loop, [&] { return before->has_value(); }));
  ASSERT_FALSE(**before);
  EXPECT_EQ((**before).error().kind, Kind::abandoned);
  EXPECT_TRUE((**before).error().request_sent);
  EXPECT_FALSE(after->has_value()) << "this one began later";
  EXPECT_TRUE(test::until(loop, [&] { return server.closed_by_client == 1; }));
}

TEST_F(CurlClient, GivesUpWhatNobodyWantsAnyMore) {
  bool wanted = true;
  const auto one = start({.url = server.url(), .wanted = [&wanted] { return wanted; }});
  const auto other = start({.url = server.url()});
  ASSERT_TRUE(test::until(loop, [&] { return server.requests.size() == 2; }));
  client.give_up_unwanted();
  wanted = false;
  ASSERT_FALSE(one->has_value());
  client.give_up_unwanted();
  ASSERT_TRUE(test::until(loop, [&] { return one->has_value(); }));
  ASSERT_FALSE(**one);
  EXPECT_EQ((**one).error().kind, Kind::abandoned);
  EXPECT_FALSE(other->has_value()) << "somebody always wants this one";
}

TEST_F(CurlClient, WhatWasNeverSentIsGivenUpAsThat) {
  asio::ip::tcp::acceptor silent(loop, {asio::ip::address_v4::loopback(), 0});
  const auto outcome =
      start({.url = "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/", .timeout = 3000ms});
  loop.restart();
  loop.run_for(20ms);
  client.give_up(clock.now());
  ASSERT_TRUE(test::until(loop, [&] { return outcome->has_value(); }));
  ASSERT_FALSE(**outcome);
  EXPECT_EQ((**outcome).error().kind, Kind::abandoned);
  EXPECT_FALSE((**outcome).error().request_sent);
}

TEST_F(CurlClient, AnAnswerThatHasComeBeforeTheSleepIsTaken) {
  server.scripts = {{reply("200 OK", "rotated"), ScriptedServer::Then::keep_open}};
  const auto outcome = start({.url = server.url()});
  ASSERT_TRUE(test::until(loop, [&] { return server.replied == 1; }));
  ASSERT_FALSE(outcome->has_value());
  client.give_up(clock.now());
  ASSERT_TRUE(test::until(loop, [&] { return outcome->has_value(); }));
  ASSERT_TRUE(**outcome) << (**outcome).error().detail;
  EXPECT_EQ((**outcome)->body.reveal(), "rotated");
}

TEST_F(CurlClient, AConnectionFromBeforeASleepIsNotUsedAgain) {
  for (int i = 0; i < 2; ++i) server.scripts.push_back({reply("200 OK", ""), ScriptedServer::Then::keep_open});
  ASSERT_TRUE(get());
  client.give_up(clock.now());
  ASSERT_TRUE(get());
  EXPECT_EQ(server.connections, 2U);
}

}  // namespace
}  // namespace wardend
