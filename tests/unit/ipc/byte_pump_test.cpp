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
  ASSERT_TRUE(put_all(*this, large, park(most + 1) + '\0'));
  const Json told = large.reply();
  EXPECT_EQ(told.value("error", ""), "org.wardend.Broker.TooLarge") << told;
  EXPECT_EQ(told.at("parameters").at("limit"), most);
  EXPECT_TRUE(told.at("parameters").at("reason").get<std::string>().contains("send less in one call")) << told;
  EXPECT_EQ(rejected(Rejection::too_large), 1U);
  clock.advance(2s);
  EXPECT_TRUE(ask(large, "GetToken").contains("parameters")) << "where its end is known the connection goes on";
}

// Whatever the pieces are in which it comes, and whatever stands before and behind it.
TEST_F(ServerLimits, AnswerInTurnAroundAFrameThatIsTooLarge) {
  const auto most = Limits{}.frame_bytes;
  const std::string good = std::string(R"({"method":"org.wardend.Broker.GetToken","parameters":{}})") + '\0';
  for (const std::size_t over : {std::size_t{1}, std::size_t{900}, 3 * most, 15 * most}) {
    auto peer = connect();
    ASSERT_TRUE(put_all(*this, peer, good + park(most + over) + '\0' + good + good)) << over;
    clock.advance(5s);
    std::vector<std::string> told;
    for (const Json& reply : peer.replies()) told.push_back(reply.value("error", "answered"));
    EXPECT_EQ(told, (std::vector<std::string>{"answered", "org.wardend.Broker.TooLarge", "answered", "answered"}))
        << over;
  }
}

TEST_F(ServerLimits, CutAFrameThatDoesNotEnd) {
  const auto most = Limits{}.frame_bytes;
  auto endless = connect();
  put_all(*this, endless, park(17 * most));
  EXPECT_TRUE(endless.closed());
  auto slow = connect();
  put_all(*this, slow, park(2 * most));
  EXPECT_FALSE(slow.closed());
  clock.advance(11s);
  EXPECT_TRUE(slow.closed());
}

struct Malformed {
  const char* name;
  std::string frame;
  const char* told;
};

TEST_F(ServerLimits, CloseOnAFrameThatIsNoCall) {
  const std::string deep(120'000, '[');
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += ",0";
  const std::vector<Malformed> table = {
      {"empty", "", "not valid JSON"},
      {"no JSON", "GET / HTTP/1.1", "not valid JSON: correct what the app sends"},
      {"no object", "[]", "no JSON object"},
      {"no method", R"({"parameters":{}})", "no method"},
      {"method is no text", R"({"method":1})", "no method"},
      {"parameters are no object", R"({"method":"a.B","parameters":[]})", "parameters"},
      {"a flag is no boolean", R"({"method":"a.B","more":1})", "oneway"},
      {"many replies and none", R"({"method":"org.wardend.Broker.Monitor","more":true,"oneway":true})", "oneway"},
      {"a member twice", R"({"method":"a.B","method":"a.C"})", "the member method is there twice"},
      {"120000 levels", R"({"method":"a.B","parameters":{"x":)" + deep,
       "64 levels, of which the call itself takes three"},
      {"65 levels", R"({"method":"a.B","parameters":{"x":)" + deep.substr(0, 63) + std::string(63, ']') + "}}",
       "64 levels"},
      {"20001 values", R"({"method":"a.B","parameters":{"x":[0)" + many + "]}}", "20000 values: send less in one call"},
      {"no UTF-8", "{\"method\":\"\xff\"}", "not valid JSON"},
  };
  std::uint64_t closed = 0;
  for (const auto& row : table) {
    auto peer = connect();
    put_all(*this, peer, row.frame + '\0');
    const Json told = peer.reply();
    EXPECT_EQ(told.value("error", ""), "org.wardend.Broker.InvalidRequest") << row.name << told;
    EXPECT_TRUE(told.dump().contains(row.told)) << row.name << told;
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
