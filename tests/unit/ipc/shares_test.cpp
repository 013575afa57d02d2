// What a server does to a user who floods it: with calls that are refused, with nonsense, with large frames. And what
// it still does for one who has left.
#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc::test {
namespace {

using Json = nlohmann::json;

class ServerFloods : public Served {
 public:
  // So many peers, each of which has sent the first half of `large`.
  std::vector<Peer> half_sent(int count, const std::string& large) {
    std::vector<Peer> peers;
    for (int i = 0; i < count; ++i) {
      peers.push_back(connect());
      EXPECT_GT(peers.back().put(std::string_view(large).substr(0, 100'000)), 0U);
      clock.settle();
    }
    return peers;
  }
};

TEST_F(ServerFloods, LetGoSlowlyOfAUserWhoSendsNonsenseOverManyConnections) {
  for (int i = 0; i < 8; ++i) {
    auto peer = connect();
    put_all(*this, peer, std::string("nonsense") + '\0');
    ASSERT_TRUE(peer.closed()) << i;
  }
  auto ninth = connect();
  put_all(*this, ninth, std::string("nonsense") + '\0');
  EXPECT_FALSE(ninth.closed()) << "who comes back at once would be served before the others";
  clock.advance(50ms);
  EXPECT_TRUE(ninth.closed());
  EXPECT_EQ(rejected(Rejection::malformed), 9U);
}

const std::string wrong_call = std::string(R"({"method":"org.wardend.Broker.NoSuchMethod"})") + '\0';
const std::string good_call = std::string(R"({"method":"org.varlink.service.GetInfo"})") + '\0';

TEST_F(ServerFloods, AnswerOneWhoIsRefusedAllTheTimeSlowly) {
  auto peer = connect();
  for (int i = 0; i < 9; ++i) {
    peer.put(wrong_call);
    clock.settle();
    ASSERT_TRUE(peer.reply().contains("error")) << i << ": a mistake or two is answered at once";
  }
  peer.put(wrong_call);
  clock.settle();
  EXPECT_TRUE(peer.replies().empty());
  clock.advance(50ms);
  EXPECT_TRUE(peer.reply().contains("error"));
  auto other = connect();
  other.put(good_call);
  clock.settle();
  EXPECT_TRUE(other.reply().contains("parameters")) << "what is not refused does not wait for it";
}

// A call that succeeds in between, or another connection, does not make the user's refusals cheaper.
TEST_F(ServerFloods, CountTheRefusalsOfAUserNotOfAConnection) {
  for (int i = 0; i < 9; ++i) {
    auto peer = connect();
    peer.put(wrong_call + good_call);
    clock.settle();
    ASSERT_EQ(peer.replies().size(), i < 8 ? 2U : 1U) << i;
  }
  auto tenth = connect();
  tenth.put(wrong_call + good_call);
  clock.settle();
  EXPECT_EQ(tenth.replies().size(), 1U);
  clock.advance(49ms);
  EXPECT_TRUE(tenth.replies().empty());
  clock.advance(51ms);
  EXPECT_EQ(tenth.replies().size(), 1U);
}

// Two large frames of a user at a time; the third is read once one of them is done.
TEST_F(ServerFloods, ReadTwoLargeFramesOfAUserAtATime) {
  const std::string large = park(200'000) + '\0';
  std::vector<Peer> peers = half_sent(3, large);
  const auto rest = std::string_view(large).substr(100'000);
  std::size_t sent = 0;
  for (std::size_t taken = 1; taken > 0 && sent < rest.size(); sent += taken) {
    taken = peers[2].put(rest.substr(sent));
    clock.settle();
  }
  EXPECT_TRUE(peers[2].replies().empty()) << "the third waits for its leave";
  // What the first two sent has been read, and their sockets take more.
  EXPECT_TRUE(put_all(*this, peers[1], rest));
  EXPECT_TRUE(peers[1].reply().contains("parameters"));
  clock.advance(1s);
  EXPECT_TRUE(put_all(*this, peers[2], rest.substr(sent)));
  EXPECT_TRUE(peers[2].reply().contains("parameters"));
  clock.advance(8s);
  EXPECT_FALSE(peers[0].closed());
  clock.advance(2s);
  EXPECT_TRUE(peers[0].closed()) << "a half-sent frame keeps its leave for ten seconds at most";
}

// Its connections wait for leave, so nobody reads that they have ended.
TEST_F(ServerFloods, LetANewcomerInWhereSomebodyLeftUnseen) {
  start({.limits = {.places = {.all = 4, .a_known_user = 4}}});
  const std::string large = park(200'000) + '\0';
  std::vector<Peer> peers = half_sent(4, large);
  auto fifth = connect();
  EXPECT_TRUE(fifth.closed());
  peers.back().leave();
  clock.settle();
  auto sixth = connect();
  sixth.put(good_call);
  clock.settle();
  EXPECT_TRUE(sixth.reply().contains("parameters"));
}

// A large frame that is refused makes its sender wait, and nobody else of that user.
TEST_F(ServerFloods, LetOthersReadLargeFramesWhileOneWaits) {
  const std::string nonsense = std::string(100'000, 'x') + '\0';
  std::vector<Peer> peers;
  for (int i = 0; i < 3; ++i) {
    peers.push_back(connect());
    put_all(*this, peers.back(), nonsense);
  }
  EXPECT_EQ(rejected(Rejection::malformed), 0U) << "25 refusals' worth each: they wait";
  auto honest = connect();
  EXPECT_TRUE(put_all(*this, honest, park(100'000) + '\0'));
  EXPECT_TRUE(honest.reply().contains("parameters"));
}

TEST_F(ServerFloods, KeepNoLargeBufferForAConnectionThatWaits) {
  FrameBuffer buffer(Limits{}.frame_bytes);
  while (!buffer.room().empty()) {
    const auto room = buffer.room();
    std::ranges::fill(room, 'x');
    buffer.commit(room.size());
  }
  EXPECT_TRUE(buffer.wants_to_be_large());
  EXPECT_FALSE(buffer.is_large());
  buffer.let_grow();
  EXPECT_FALSE(buffer.room().empty());
  EXPECT_TRUE(buffer.is_large());
  buffer.clear();
  EXPECT_FALSE(buffer.is_large());
}

class ServerHears : public Served {
 public:
  ServerHears() { start({.absent = Absent::heard}); }
};

TEST_F(ServerHears, ACallToItsEndThoughThePeerHasLeft) {
  auto peer = connect();
  peer.call("AwaitLaunch", {{"launch_id", "x"}});
  clock.settle();
  peer.leave();
  clock.advance(5s);
  EXPECT_EQ(fake.cancelled, 0);
  EXPECT_EQ(server->counters().connections, 1U);
  fake.launched.notify_all();
  clock.settle();
  EXPECT_EQ(server->counters().connections, 0U);
}

TEST_F(ServerHears, EveryCallThatAPeerSentBeforeItLeft) {
  auto peer = connect();
  peer.call("AwaitLaunch", {{"launch_id", "x"}});
  peer.call("GetSession", {{"session", "one"}});
  peer.call("GetSession", {{"session", "two"}});
  clock.settle();
  peer.leave();
  clock.advance(2s);
  fake.launched.notify_all();
  clock.settle();
  EXPECT_EQ(fake.seen, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(server->counters().connections, 0U);
}

}  // namespace
}  // namespace wardend::ipc::test
