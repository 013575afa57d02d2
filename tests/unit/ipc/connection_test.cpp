// Places, and the ends of connections: whom one is refused to, and what becomes of calls whose peer leaves.
#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc::test {
namespace {

using Json = nlohmann::json;

class ServerConnections : public Served {};

TEST_F(ServerConnections, OtherConnectionsDoNotWaitForASlowCall) {
  auto slow = connect();
  auto quick = connect();
  slow.call("AwaitLaunch", {{"launch_id", "slow"}});
  clock.settle();
  EXPECT_EQ(ask(quick, "GetSession", {{"session", "s"}})["parameters"]["session"]["id"], "s");
}

TEST_F(ServerConnections, ClosesAfterTheLastAnswerWhenThePeerSendsNoMore) {
  auto peer = connect();
  peer.call("GetSession", {{"session", "last"}});
  peer.end_input();
  clock.settle();
  EXPECT_EQ(peer.reply()["parameters"]["session"]["id"], "last");
  EXPECT_TRUE(peer.closed());
}

TEST_F(ServerConnections, CancelsAHandlerWhosePeerLeaves) {
  auto peer = connect();
  peer.call("AwaitLaunch", {{"launch_id", "x"}});
  clock.settle();
  peer.leave();
  clock.settle();
  EXPECT_EQ(fake.cancelled, 1);
  EXPECT_EQ(server->counters().connections, 0U);
}

TEST_F(ServerConnections, NoticesWithinASecondThatAPeerLeftAfterEndingItsInput) {
  auto peer = connect();
  peer.call("AwaitLaunch", {{"launch_id", "x"}});
  peer.end_input();
  clock.settle();
  EXPECT_EQ(fake.cancelled, 0);
  peer.leave();
  clock.advance(1s);
  EXPECT_EQ(fake.cancelled, 1);
}

TEST_F(ServerConnections, RefuseTheSixtyFifthConnectionOfAUser) {
  std::vector<Peer> peers;
  for (int i = 0; i < 64; ++i) peers.push_back(connect());
  auto refused = connect();
  EXPECT_TRUE(refused.closed());
  EXPECT_EQ(rejected(Rejection::too_many), 1U);
  peers.pop_back();
  clock.settle();
  auto accepted = connect();
  EXPECT_TRUE(ask(accepted, "GetToken").contains("parameters"));
}

TEST_F(ServerConnections, RefuseConnectionsBeyondTheirNumberInAllWhileAllAreBusy) {
  start({.limits = {.places = {.all = 2}}});
  auto first = connect();
  auto second = connect();
  for (auto* peer : {&first, &second}) peer->call("AwaitLaunch", {{"launch_id", "x"}});
  clock.settle();
  auto third = connect();
  EXPECT_TRUE(third.closed());
  EXPECT_FALSE(first.closed());
}

TEST_F(ServerConnections, LetTheOldestIdleConnectionGoForANewOne) {
  start({.limits = {.places = {.all = 2}}});
  auto first = connect();
  clock.advance(1s);
  auto second = connect();
  auto third = connect();
  EXPECT_TRUE(first.closed());
  EXPECT_FALSE(second.closed());
  EXPECT_TRUE(ask(third, "GetToken").contains("parameters"));
}

}  // namespace
}  // namespace wardend::ipc::test
