// What a server does to peers that send too much, too slowly, or do not read.
#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc::test {
namespace {

using Json = nlohmann::json;

class ServerLimits : public Served {};

TEST_F(ServerLimits, TakeAFrameOfTheLargestSizeAndNoByteMore) {
  const auto most = Limits{}.frame_bytes;
  auto fits = connect();
  ASSERT_TRUE(put_all(*this, fits, park(most) + '\0'));
  EXPECT_TRUE(fits.reply().contains("parameters"));
  auto large = connect();
  put_all(*this, large, park(most + 1));
  EXPECT_TRUE(large.closed());
  EXPECT_EQ(rejected(Rejection::too_large), 1U);
}

struct Malformed {
  const char* name;
  std::string frame;
};

TEST_F(ServerLimits, CloseOnAFrameThatIsNoCall) {
  const std::string deep(120'000, '[');
  const std::vector<Malformed> table = {
      {"empty", ""},
      {"no JSON", "GET / HTTP/1.1"},
      {"no object", "[]"},
      {"no method", R"({"parameters":{}})"},
      {"method is no text", R"({"method":1})"},
      {"parameters are no object", R"({"method":"a.B","parameters":[]})"},
      {"a flag is no boolean", R"({"method":"a.B","more":1})"},
      {"many replies and none", R"({"method":"org.wardend.Broker.Monitor","more":true,"oneway":true})"},
      {"a member twice", R"({"method":"a.B","method":"a.C"})"},
      {"120000 levels", R"({"method":"a.B","parameters":{"x":)" + deep},
      {"no UTF-8", "{\"method\":\"\xff\"}"},
  };
  std::uint64_t closed = 0;
  for (const auto& row : table) {
    auto peer = connect();
    put_all(*this, peer, row.frame + '\0');
    clock.advance(2s);  // a long one is let go slowly
    EXPECT_TRUE(peer.closed()) << row.name;
    EXPECT_EQ(rejected(Rejection::malformed), ++closed) << row.name;
  }
}

TEST_F(ServerLimits, CutAHalfSentFrameAfterTenSeconds) {
  auto peer = connect();
  peer.put(R"({"method":)");
  clock.advance(9s);
  EXPECT_FALSE(peer.closed());
  peer.put(R"("org.)");  // a byte now and then changes nothing
  clock.advance(2s);
  EXPECT_TRUE(peer.closed());
  EXPECT_EQ(rejected(Rejection::timeout), 1U);
}

TEST_F(ServerLimits, LetAnIdleConnectionLive) {
  auto peer = connect();
  ask(peer, "GetToken");
  clock.advance(std::chrono::hours(8));
  EXPECT_TRUE(ask(peer, "GetToken").contains("parameters"));
}

TEST_F(ServerLimits, CutAReaderThatDoesNotDrain) {
  fake.token.assign(60'000, 't');
  auto peer = connect(4096);
  for (int i = 0; i < 40; ++i) peer.call("GetToken");
  clock.advance(4s);
  EXPECT_EQ(server->counters().connections, 1U);
  EXPECT_LT(fake.tokens, 40) << "calls are answered though their replies have nowhere to go";
  clock.advance(2s);
  EXPECT_EQ(server->counters().connections, 0U);
  EXPECT_EQ(rejected(Rejection::timeout), 1U);
}

TEST_F(ServerLimits, GoOnOnceASlowReaderHasDrained) {
  fake.token.assign(60'000, 't');
  auto peer = connect(4096);
  for (int i = 0; i < 20; ++i) peer.call("GetToken");
  clock.settle();
  std::size_t replies = 0;
  for (int turns = 0; turns < 1000 && replies < 20; ++turns) {
    replies += peer.replies().size();
    clock.settle();
  }
  EXPECT_EQ(replies, 20U);
  EXPECT_FALSE(peer.closed());
}

TEST_F(ServerLimits, StopReadingFromAPeerThatFloodsWhileACallWaits) {
  auto peer = connect();
  peer.call("AwaitLaunch", {{"launch_id", "x"}});
  const std::string call("{\"method\":\"org.wardend.Broker.GetToken\"}\0", 41);
  std::size_t sent = 0;
  for (int turns = 0; turns < 100'000; ++turns) {
    const auto count = peer.put(call);
    if (count == 0) break;
    sent += count;
    clock.settle();
  }
  EXPECT_LT(sent, 2U * 1024 * 1024);
  clock.advance(20s);
  EXPECT_FALSE(peer.closed()) << "its half-sent frame is not its fault";
  peer.leave();
  clock.advance(1s);
  EXPECT_EQ(fake.cancelled, 1);
}

}  // namespace
}  // namespace wardend::ipc::test
