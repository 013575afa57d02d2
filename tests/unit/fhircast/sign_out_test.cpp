// A sign-out at the EHR clears whatever is odd about the message that tells of it (C2).
#include "tests/unit/fhircast/hub_world.hpp"

namespace wardend {
namespace {

using test::FakeHub;
using test::HubWorld;
using testing::ElementsAre;
using testing::IsEmpty;

struct Odd {
  const char* what;
  std::string text;
  std::vector<std::string> answers;
};

std::string sign_out(const std::string& around,
                     const std::string& event = R"("hub.topic":"t1","hub.event":"UserLogout")") {
  return "{" + around + R"("event":{)" + event + "}}";
}

TEST(SignOut, ClearsWhateverItsEnvelopeIs) {
  const std::string padding = R"("x":")" + std::string(1024UL * 1024, 'x') + "\",";
  for (const auto& row : {
           Odd{"a number for an id", sign_out(R"("id":1234,)"), {R"({"id":1234,"status":200})"}},
           Odd{"null for an id", sign_out(R"("id":null,)"), {R"({"id":null,"status":200})"}},
           Odd{"an object for an id", sign_out(R"("id":{"a":1},)"), {R"({"id":{"a":1},"status":200})"}},
           Odd{"no id", sign_out(""), {}},
           Odd{"no topic", sign_out(R"("id":"e",)", R"("hub.event":"UserLogout")"), {R"({"id":"e","status":200})"}},
           Odd{"a member twice", sign_out(R"("id":"e","x":1,"x":2,)"), {R"({"id":"e","status":200})"}},
           Odd{"bytes behind it", sign_out(R"("id":"e",)") + "x", {R"({"id":"e","status":200})"}},
           Odd{"over the limit", sign_out(R"("id":"e",)" + padding), {R"({"id":"e","status":200})"}},
           Odd{"no JSON", "logout-user", {}},
       }) {
    HubWorld world;
    auto& session = world.follow("s1");
    auto& socket = world.fake.socket();
    socket.say(row.text);
    world.clock.settle();
    ASSERT_NE(session.cleared(), nullptr) << row.what;
    EXPECT_EQ(session.cleared()->reason, ClearReason::fhircast_logout) << row.what;
    EXPECT_EQ(socket.from_us, row.answers) << row.what;
    EXPECT_EQ(world.count_audited("user_logout"), 1U) << row.what;
    world.clock.advance(3s);
    EXPECT_TRUE(socket.finished) << row.what;
  }
}

TEST(SignOut, LeavesTheSessionsOfAnotherTopicAlone) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "UserLogout", "", "t2");
  world.clock.settle();
  EXPECT_EQ(session.cleared(), nullptr);
  EXPECT_THAT(world.fake.socket().from_us, ElementsAre(R"({"id":"e1","status":202})"));
  EXPECT_EQ(world.count_audited("other_topic"), 1U);
}

TEST(SignOut, ClearsBeforeItsMessageIsComplete) {
  HubWorld world;
  world.fake.piece_size = 200;
  auto& session = world.follow("s1");
  auto& socket = world.fake.socket();
  socket.hold_back = true;
  std::string text = sign_out(R"("id":"e",)");
  text.pop_back();
  socket.say(text + R"(,"x":")" + std::string(1000, 'x') + "\"}");
  world.clock.settle();
  ASSERT_NE(session.cleared(), nullptr);
  EXPECT_THAT(socket.from_us, IsEmpty());
  EXPECT_EQ(world.count_audited("user_logout"), 0U) << "nobody has read yet what else it says";
  world.clock.advance(3s);
  EXPECT_TRUE(socket.finished) << "no hub keeps the socket by not ending a message";
}

TEST(SignOut, ClearsWhereTheSocketBreaksInTheMessage) {
  HubWorld world;
  auto& session = world.follow("s1");
  auto& socket = world.fake.socket();
  socket.hold_back = true;
  world.fake.piece_size = 40;
  socket.say(sign_out("") + std::string(100, ' '));
  world.clock.settle();
  EXPECT_NE(session.cleared(), nullptr);
  HubWorld other;
  auto& beside = other.follow("s1");
  auto& broken = other.fake.socket();
  broken.hold_back = true;
  other.fake.piece_size = 50;
  broken.say(R"({"id":"e","event":{"hub.event":"UserLogout","context")" + std::string(100, ' '));
  other.clock.settle();
  EXPECT_EQ(beside.cleared(), nullptr) << "the topic may still come";
  broken.cut();
  other.clock.settle();
  EXPECT_NE(beside.cleared(), nullptr);
}

// It has nothing more to say to anybody.
TEST(SignOut, IsNoTroubleWithAHubThatClosesAfterIt) {
  HubWorld world;
  const auto& session = world.follow("s1");
  auto& socket = world.fake.socket();
  socket.reads = false;
  socket.say(sign_out(R"("id":"e",)"));
  world.clock.settle();
  ASSERT_NE(session.cleared(), nullptr);
  socket.cut();
  world.clock.advance(3s);
  EXPECT_EQ(world.count_audited("user_logout"), 1U);
  EXPECT_EQ(world.count_audited("subscription_ended"), 0U);
}

TEST(SignOut, TakesASyncErrorAboutASignOutForASyncError) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(
      world.fake.socket(), "e1", "SyncError",
      R"({"key":"operationoutcome","resource":{"issue":[{"details":{"coding":[{"code":"UserLogout"}]}}]}})");
  world.clock.settle();
  EXPECT_EQ(session.cleared(), nullptr);
  EXPECT_EQ(world.count_audited("sync_error"), 1U);
}

TEST(SignOut, IsInDoubtAboutALargeMessageWithoutOne) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p9"));
  world.clock.settle();
  ASSERT_EQ(HubWorld::shown(session), "p9");
  world.fake.tell(world.fake.socket(), "e2", "Patient-open", "\"" + std::string(1024UL * 1024, 'x') + "\"");
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_EQ(session.cleared(), nullptr);
  EXPECT_EQ(world.state(), "following");
}

}  // namespace
}  // namespace wardend
