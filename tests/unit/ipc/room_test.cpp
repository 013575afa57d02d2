// Who keeps a place on a server: those whom the configuration names, and of the others a few, for a short time.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/task_group.hpp"
#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc::test {
namespace {

class ServerRoom : public Served {
 public:
  void start_with(const ConnectionPlaces& places, const PaceLimits& strangers = {}) {
    start({.limits = {.places = places, .strangers = strangers},
           .is_known = [this](const Caller&) { return known; },
           .may_be_known = [this](const Caller&) { return known; }});
  }
  Peer connect_stranger() {
    known = false;
    auto peer = connect();
    known = true;
    return peer;
  }
  bool known = true;
};

// What has served one connection serves the next: nothing of the first is left, and the second has its own limits.
TEST_F(ServerRoom, OneThatEndedLeavesNothingToTheNext) {
  start_with({});
  auto first = connect();
  EXPECT_TRUE(ask(first, "GetToken").contains("parameters"));
  first.put(R"({"method":"org.wardend.Broker.Park)");
  clock.settle();
  first.leave();
  clock.settle();
  auto second = connect_stranger();
  EXPECT_TRUE(ask(second, "GetToken").contains("parameters"));
  second.put(park(5000) + '\0');
  clock.settle();
  const auto reply = second.reply();
  EXPECT_EQ(reply.value("error", ""), "org.wardend.Broker.TooLarge") << reply;
  EXPECT_EQ(reply.at("parameters").value("limit", 0), 4096);
  second.leave();
  clock.settle();
  auto third = connect();
  put_all(*this, third, park(5000) + '\0');
  clock.settle();
  EXPECT_FALSE(third.reply().contains("error"));
}

TEST_F(ServerRoom, MakesAStrangerGoForSomebodyWhoIsKnown) {
  start_with({.all = 2, .a_stranger = 2});
  auto first = connect_stranger();
  clock.advance(1s);
  auto second = connect_stranger();
  auto third = connect();
  EXPECT_TRUE(first.closed()) << "the oldest";
  EXPECT_FALSE(second.closed());
  EXPECT_TRUE(ask(third, "GetToken").contains("parameters"));
  EXPECT_EQ(rejected(Rejection::too_many), 1U);
  EXPECT_TRUE(connect_stranger().closed() || second.closed()) << "one stranger has room";
  EXPECT_TRUE(ask(third, "GetToken").contains("parameters"));
}

TEST_F(ServerRoom, GivesAStrangerFewPlaces) {
  start_with({.a_stranger = 2});
  auto first = connect_stranger();
  auto second = connect_stranger();
  EXPECT_TRUE(connect_stranger().closed());
  EXPECT_FALSE(first.closed());
  EXPECT_FALSE(second.closed());
}

// A nanosecond of the loop costs a stranger a millisecond, so that one call is too much.
constexpr PaceLimits dear{.at_once = 1, .each = 1ms, .longest_pause = 1min};

TEST_F(ServerRoom, GivesStrangersLittleOfTheLoop) {
  start_with({}, dear);
  auto friendly = connect();
  auto stranger = connect_stranger();
  ASSERT_FALSE(stranger.closed());
  stranger.call("GetHealth");
  clock.settle();
  EXPECT_TRUE(stranger.replies().empty()) << "letting it in took all that it has";
  EXPECT_TRUE(ask(friendly, "GetToken").contains("parameters")) << "who is known does not wait for that";
  EXPECT_TRUE(connect_stranger().closed()) << "nor is another one let in";
  clock.advance(1min);
  EXPECT_FALSE(stranger.reply().is_null());
}

// A call on control is done though its caller has left, and the object that served it serves another caller next.
TEST_F(ServerRoom, GivesNobodyTheAnswerOfOneWhoHasLeft) {
  start({.limits = {.strangers = dear},
         .absent = Absent::heard,
         .is_known = [this](const Caller&) { return known; },
         .may_be_known = [this](const Caller&) { return known; }});
  auto stranger = connect_stranger();
  stranger.call("GetHealth");
  clock.settle();
  ASSERT_TRUE(stranger.replies().empty()) << "it waits for its turn";
  stranger.leave();
  clock.advance(1min);
  auto next = connect();
  next.call("GetToken");
  clock.settle();
  const auto replies = next.replies();
  ASSERT_EQ(replies.size(), 1U) << "its own";
  EXPECT_TRUE(replies.front().at("parameters").contains("access_token")) << replies.front();
}

TEST_F(ServerRoom, EndsAStrangersIdleConnection) {
  start_with({});
  auto stranger = connect_stranger();
  auto friendly = connect();
  clock.advance(4s);
  EXPECT_FALSE(ask(stranger, "GetHealth").is_null());
  clock.advance(4s);
  EXPECT_FALSE(stranger.closed()) << "it has asked something meanwhile";
  clock.advance(2s);
  EXPECT_TRUE(stranger.closed());
  clock.advance(std::chrono::hours(1));
  EXPECT_FALSE(friendly.closed());
}

TEST_F(ServerRoom, LetsTheLoopGoOnWhileManyAreEnded) {
  constexpr std::ptrdiff_t many = 400;
  start_with({.all = 2 * many, .a_stranger = many});
  std::vector<Peer> idle;
  for (std::ptrdiff_t i = 0; i < many; ++i) idle.push_back(connect_stranger());
  const auto ended = [&] { return std::ranges::count_if(idle, [](Peer& peer) { return peer.closed(); }); };
  bool seen_half_way = false;
  const auto look_each_second = [&]() -> asio::awaitable<void> {
    for (std::ptrdiff_t now = 0; now < many;) {
      co_await clock.sleep_for(1s);
      for (int turns = 0; turns < 100; ++turns) {
        co_await asio::post(asio::use_awaitable);
        now = ended();
        seen_half_way = seen_half_way || (now > 0 && now < many);
      }
    }
  };
  TaskGroup others(loop.get_executor());
  others.spawn("others", look_each_second());
  clock.advance(8s);
  EXPECT_EQ(ended(), many);
  EXPECT_TRUE(seen_half_way) << "a lock would have waited for all of them";
}

TEST_F(ServerRoom, EndsAStrangersHalfFrame) {
  start_with({});
  auto stranger = connect_stranger();
  stranger.put("{");
  clock.advance(6s);
  EXPECT_TRUE(stranger.closed());
}

TEST_F(ServerRoom, TakesNoLongFrameOfAStranger) {
  start_with({});
  auto stranger = connect_stranger();
  stranger.put(std::string(4097, ' ') + '\0');
  clock.settle();
  const auto told = stranger.reply();
  EXPECT_EQ(told.value("error", ""), "org.wardend.Broker.TooLarge") << told;
  EXPECT_TRUE(told.dump().contains("4096 bytes, which is all for a user whom no rule")) << told;
  EXPECT_EQ(rejected(Rejection::too_large), 1U);
  stranger.put(std::string(17 * 4096, ' '));
  clock.advance(1s);
  EXPECT_TRUE(stranger.closed());
  auto friendly = connect();
  friendly.put(std::string(4097, ' '));
  clock.settle();
  EXPECT_FALSE(friendly.closed());
}

TEST_F(ServerRoom, AsksNoEpochForAStranger) {
  start_with({});
  auto stranger = connect_stranger();
  EXPECT_FALSE(ask(stranger, "GetToken").is_null());
  EXPECT_EQ(fake.last_tag, 0U);
}

// Room is made by closing: nobody is over the limits even for a moment.
TEST_F(ServerRoom, KeepsItsLimitUnderAnyNumberOfNewcomers) {
  start_with({.all = 8, .a_known_user = 8});
  std::vector<Peer> peers;
  for (int i = 0; i < 40; ++i) {
    peers.push_back(connect());
    EXPECT_LE(server->counters().connections, 8U);
  }
}

}  // namespace
}  // namespace wardend::ipc::test
