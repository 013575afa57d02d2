// Calls and replies: order, batching, oneway, standard errors, and what happens when a peer leaves.
#include <gmock/gmock.h>

#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc::test {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;

class ServerCalls : public Served {};

TEST_F(ServerCalls, AnswersACallWithItsParameters) {
  auto peer = connect();
  EXPECT_EQ(ask(peer, "GetSession", {{"session", "s1"}})["parameters"]["session"]["id"], "s1");
  EXPECT_EQ(ask(peer, "GetToken"), Json::parse(R"({"parameters":{"access_token":"secret-token"}})"));
  EXPECT_EQ(fake.last_tag, 7U);
  EXPECT_EQ(server->counters().frames, 2U);
}

TEST_F(ServerCalls, UnderstandsAFrameThatArrivesByteByByte) {
  auto peer = connect();
  const std::string call = R"({"method":"org.wardend.Broker.GetSession","parameters":{"session":"s1"}})";
  for (const char byte : call) {
    peer.put({&byte, 1});
    clock.settle();
    ASSERT_TRUE(peer.replies().empty());
  }
  peer.put({"", 1});
  clock.settle();
  EXPECT_EQ(peer.reply()["parameters"]["session"]["id"], "s1");
}

TEST_F(ServerCalls, UnderstandsTwoFramesSplitAtEachByte) {
  const std::string call("{\"method\":\"org.wardend.Broker.GetToken\"}\0", 41);
  const auto both = call + call;
  for (std::size_t at = 1; at < both.size(); ++at) {
    auto peer = connect();
    peer.put(both.substr(0, at));
    clock.settle();
    peer.put(both.substr(at));
    clock.settle();
    ASSERT_EQ(peer.replies().size(), 2U) << "split at byte " << at;
  }
}

TEST_F(ServerCalls, KeepsOrderBehindASlowFirstCall) {
  auto peer = connect();
  peer.call("AwaitLaunch", {{"launch_id", "slow"}});
  peer.call("GetSession", {{"session", "quick"}});
  clock.settle();
  EXPECT_TRUE(peer.replies().empty());
  fake.launched.notify_all();
  clock.settle();
  const auto replies = peer.replies();
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0]["parameters"]["session"]["id"], "slow");
  EXPECT_EQ(replies[1]["parameters"]["session"]["id"], "quick");
}

TEST_F(ServerCalls, DoesNotKeepAnAnswerBackWhileALaterCallWaits) {
  auto peer = connect();
  peer.call("GetSession", {{"session", "quick"}});
  peer.call("AwaitLaunch", {{"launch_id", "slow"}});
  clock.settle();
  EXPECT_EQ(peer.reply()["parameters"]["session"]["id"], "quick");
}

TEST_F(ServerCalls, AnswersAThousandPipelinedCallsInOrder) {
  auto peer = connect();
  std::string calls;
  for (int i = 0; i < 1000; ++i) {
    calls += R"({"method":"org.wardend.Broker.GetSession","parameters":{"session":")" + std::to_string(i) + "\"}}";
    calls.push_back('\0');
  }
  ASSERT_EQ(peer.put(calls), calls.size());
  std::vector<Json> replies;
  while (replies.size() < 1000) {
    clock.settle();
    const auto more = peer.replies();
    ASSERT_FALSE(more.empty());
    replies.insert(replies.end(), more.begin(), more.end());
  }
  for (std::size_t i = 0; i < replies.size(); ++i)
    ASSERT_EQ(replies[i]["parameters"]["session"]["id"], std::to_string(i));
}

// Two peers send their calls at once; if one could keep the loop, its calls would all come first.
TEST_F(ServerCalls, TakesOneFrameAConnectionATurn) {
  auto first = connect();
  auto second = connect();
  for (int i = 0; i < 3; ++i) {
    first.call("GetSession", {{"session", "first"}});
    second.call("GetSession", {{"session", "second"}});
  }
  clock.settle();
  ASSERT_EQ(fake.seen.size(), 6U);
  // The first call finds nobody waiting; from then on the two take turns.
  for (std::size_t turn = 1; turn < 4; ++turn) EXPECT_NE(fake.seen[turn], fake.seen[turn + 1]) << turn;
}

TEST_F(ServerCalls, GivesNoReplyToAOnewayCall) {
  auto peer = connect();
  peer.put_frame({{"method", "org.wardend.Broker.GetSession"}, {"parameters", {{"session", "x"}}}, {"oneway", true}});
  peer.put_frame({{"method", "org.wardend.Broker.NoSuchMethod"}, {"oneway", true}});
  peer.call("EndSession", {{"session", "x"}});
  clock.settle();
  EXPECT_EQ(peer.reply(), Json::parse(R"({"parameters":{}})"));
  EXPECT_THAT(fake.seen, ElementsAre("x"));
}

TEST_F(ServerCalls, RemembersARepeatedCallWithoutMixingUpAnother) {
  auto peer = connect();
  for (const std::string session : {"a", "a", "b", "a", "a"})
    EXPECT_EQ(ask(peer, "GetToken", {{"session", session}})["parameters"]["access_token"], "secret-token" + session);
  EXPECT_EQ(fake.tokens, 5);
  unsent.take_back([](std::string_view) { return true; }, errors::WorkstationLocked{"locked"});
  EXPECT_EQ(ask(peer, "GetToken", {{"session", "a"}})["parameters"]["access_token"], "secret-tokena");
}

TEST_F(ServerCalls, KeepsAHandlersExceptionInItsConnection) {
  auto broken = connect();
  auto other = connect();
  broken.call("BeginLaunch");
  clock.settle();
  EXPECT_TRUE(broken.closed());
  EXPECT_FALSE(ask(other, "GetToken").is_null());
  EXPECT_EQ(server->counters().connections, 1U);
}

TEST_F(ServerCalls, TellsAHandlerWhenItsReplyIsWritten) {
  auto peer = connect();
  EXPECT_EQ(ask(peer, "ResumeWork", {{"session", "s"}})["parameters"]["items"][0]["label"], "note");
  EXPECT_EQ(fake.written, 1);
}

TEST_F(ServerCalls, ParsesALargeFrameBesideTheLoop) {
  Worker worker(clock);
  start({.worker = &worker});
  auto peer = connect();
  const std::string data(100'000, 'x');
  const auto text = Json{{"method", "org.wardend.Broker.ParkWork"},
                         {"parameters", {{"session", "s"}, {"label", "l"}, {"data", data}}}}
                        .dump();
  ASSERT_EQ(peer.put({text.c_str(), text.size() + 1}), text.size() + 1);
  clock.settle();
  Json reply;
  for (int tries = 0; tries < 1000 && reply.is_null(); ++tries) {
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds(10));
    reply = peer.reply();
  }
  EXPECT_EQ(reply["parameters"]["expires_at"], 100'000);
}

struct Hearing : Served {
  // Begins to hear who waits, for a second at most.
  void hear() {
    asio::co_spawn(loop, server->hear_who_waits(clock.now() + 1s), [this](const std::exception_ptr&) { heard = true; });
    clock.settle();
  }
  bool heard = false;
};

TEST_F(Hearing, EndsAtOnceWhereNobodyAsks) {
  auto idle = connect();
  clock.settle();
  hear();
  EXPECT_TRUE(heard) << "a connection without a call is no call";
}

TEST_F(Hearing, WaitsForTheAnswersToWhatHadCome) {
  auto peer = connect();
  peer.call("AwaitLaunch", {{"launch_id", "slow"}});
  hear();
  clock.advance(500ms);
  EXPECT_FALSE(heard);
  fake.launched.notify_all();
  clock.advance(5ms);
  EXPECT_TRUE(heard);
  EXPECT_EQ(peer.reply()["parameters"]["session"]["id"], "slow");
}

TEST_F(Hearing, GivesUpInTheEnd) {
  auto peer = connect();
  peer.put("{\"method\":\"half a frame");
  hear();
  auto other = connect();
  other.call("AwaitLaunch", {{"launch_id", "never"}});
  clock.advance(1s);
  EXPECT_TRUE(heard);
}

TEST_F(Hearing, DoesNotWaitForStrangers) {
  ServerOptions options;
  options.may_be_known = [](const Caller&) { return false; };
  start(std::move(options));
  auto stranger = connect();
  stranger.call("AwaitLaunch", {{"launch_id", "never"}});
  hear();
  clock.advance(5ms);
  EXPECT_TRUE(heard);
}

}  // namespace
}  // namespace wardend::ipc::test
