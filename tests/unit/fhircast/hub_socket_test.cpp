#include "daemon/fhircast/hub_socket.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_hub.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::fhircast {
namespace {

// A socket that is open, and what its ears heard.
struct Open {
  Open() {
    hub.confirms = false;
    tasks.spawn("open", begin());
    clock.advance(1s);
  }
  ~Open() {
    socket.drop();
    tasks.spawn("close", socket.shut_down());
    clock.advance(3s);
  }
  HubSocket::Ears ears() {
    return {.sign_out = [this](EventKind kind) { heard.push_back("sign_out " + std::string(name_of(kind))); },
            .message =
                [this](Incoming& message) {
                  heard.push_back("message " + std::string(message.text().reveal()).substr(0, 20));
                  return answer;
                },
            .ended = [this](End end) { heard.push_back("ended " + end.code); }};
  }
  test::FakeHub::Socket& far_end() { return hub.socket(); }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  test::FakeHub hub{clock};
  Secret topic{"t1"};
  std::vector<std::string> heard;
  std::optional<std::string> answer;
  Event changed;
  TaskGroup tasks{loop.get_executor()};
  HubSocket socket{loop.get_executor(), clock, hub, topic, ears(), changed};

 private:
  asio::awaitable<void> begin() {
    static_cast<void>(co_await hub.send(
        {.url = "https://ehr.example.org/hub", .body = Secret("hub.mode=subscribe&hub.topic=t1&hub.events=x")}));
    const auto opened = co_await socket.open({.host = "ehr.example.org", .port = "443", .target = Secret("/ws/1")});
    EXPECT_TRUE(opened);
  }
};

using Heard = std::vector<std::string>;

TEST(HubSocket, HandsOverMessagesAndSendsTheirAnswers) {
  Open world;
  ASSERT_TRUE(world.socket.is_open());
  world.answer = "yes";
  world.far_end().say("hello");
  world.clock.settle();
  EXPECT_EQ(world.heard, Heard{"message hello"});
  EXPECT_EQ(world.far_end().from_us, std::vector<std::string>{"yes"});
  EXPECT_FALSE(world.socket.owes());
}

// Nothing else of a message can delay it.
TEST(HubSocket, TellsOfASignOutBeforeItsMessageIsComplete) {
  Open world;
  world.hub.piece_size = 64;
  world.far_end().hold_back = true;
  world.far_end().say(R"({"event":{"hub.event":"UserLogout","hub.topic":"t1"},"x":")" + std::string(100, 'x') + "\"}");
  world.clock.advance(1s);
  EXPECT_EQ(world.heard, Heard{"sign_out user_logout"});
  EXPECT_TRUE(world.socket.is_signing_out() && world.socket.owes());
  world.far_end().cut();
  world.clock.settle();
  ASSERT_EQ(world.heard.size(), 3U) << "what was cut off is a message too";
  EXPECT_TRUE(world.heard[1].starts_with("message "));
  EXPECT_EQ(world.heard[2], "ended network");
  EXPECT_FALSE(world.socket.is_open());
}

TEST(HubSocket, TellsOnceHowItEnded) {
  Open world;
  world.far_end().say("half");
  world.clock.settle();
  world.far_end().cut();
  world.clock.settle();
  static_cast<void>(world.socket.tick(world.clock.now() + 1h));
  EXPECT_EQ(world.heard, (Heard{"message half", "ended network"}));
  EXPECT_EQ(world.socket.tick(world.clock.now()), BootTime::max());
}

TEST(HubSocket, PingsAndEndsAfterAMinuteOfSilence) {
  Open world;
  world.hub.answers_pings = false;
  BootTime due = world.socket.tick(world.clock.now());
  EXPECT_GT(due, world.clock.now());
  for (int i = 0; i < 10 && world.socket.is_open(); ++i) {
    world.clock.advance(due - world.clock.now());
    due = world.socket.tick(world.clock.now());
  }
  EXPECT_GE(world.far_end().pings, 1U);
  EXPECT_EQ(world.heard, Heard{"ended silent"});
}

TEST(HubSocket, HearsAHubThatReadsNothingUpToItsLimit) {
  Open world;
  world.far_end().reads = false;
  world.answer = "yes";
  world.far_end().say("first");
  world.clock.settle();
  EXPECT_TRUE(world.socket.owes());
  for (int i = 0; i < 1100; ++i) world.far_end().say("more");
  world.clock.advance(10s);
  EXPECT_EQ(world.heard.back() == "ended reads_nothing" || !world.socket.is_open(), true) << world.heard.size();
  EXPECT_GT(world.heard.size(), 1000U);
}

}  // namespace
}  // namespace wardend::fhircast
