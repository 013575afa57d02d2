#include "daemon/fhircast/hub_request.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_hub.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::fhircast {
namespace {

struct Question {
  ~Question() {
    request.give_up();
    clock.settle();
  }
  bool ask(const std::string& session = "s") {
    return request.subscribe(
        topic, {.session = session, .token = token, .granted = granted, .token_left = std::chrono::hours(1)});
  }
  std::optional<HubRequest::Answer> answer() {
    clock.advance(1s);
    return request.take();
  }
  asio::io_context loop;
  test::VirtualClock clock{loop};
  test::FakeHub hub{clock};
  std::shared_ptr<config::Config> settings = test::basic_config();
  config::Live config{settings};
  Topic topic{.server = "ehr", .hub = http::Url::parse("https://ehr.example.org/hub").value(), .topic = Secret("t1")};
  Secret token{"at-1"};
  smart::ScopeSet granted{std::string_view("fhircast/Patient-open.read fhircast/UserLogout.read")};
  Event answered;
  HubRequest request{
      loop.get_executor(), {.clock = clock, .http = hub, .config = config, .subscriber = "ws-1"}, answered};
};

TEST(HubRequest, AsksWithTheTokenForTheTopic) {
  Question world;
  ASSERT_TRUE(world.ask());
  EXPECT_TRUE(world.request.open());
  const auto answer = world.answer();
  EXPECT_FALSE(world.request.open());
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->host, "ehr.example.org");
  ASSERT_EQ(world.hub.requests.size(), 1U);
  EXPECT_EQ(world.hub.requests[0].authorization, "Bearer at-1");
  EXPECT_EQ(world.hub.requests[0].form.at("hub.topic"), "t1");
  EXPECT_EQ(world.hub.requests[0].form.at("subscriber.name"), "ws-1");
  EXPECT_EQ(world.request.bearer(), "s");
  EXPECT_FALSE(world.request.take()) << "once a question";
}

TEST(HubRequest, TellsHowItEnded) {
  Question world;
  world.hub.status = 403;
  ASSERT_TRUE(world.ask());
  auto answer = world.answer();
  ASSERT_TRUE(answer && !*answer);
  EXPECT_EQ(answer->error().code, "http_403");
  world.hub.down = true;
  ASSERT_TRUE(world.ask());
  answer = world.answer();
  ASSERT_TRUE(answer && !*answer);
  EXPECT_EQ(answer->error().kind, Ending::transient);
  EXPECT_EQ(answer->error().code, "unreachable");
}

TEST(HubRequest, OfASessionThatHasGoneIsNeverAnswered) {
  Question world;
  ASSERT_TRUE(world.ask());
  world.request.give_up();
  EXPECT_FALSE(world.answer());
  EXPECT_FALSE(world.request.open());
}

TEST(HubRequest, EndsTheOneBefore) {
  Question world;
  ASSERT_TRUE(world.ask("a"));
  world.clock.advance(5ms);
  ASSERT_TRUE(world.ask("b"));
  EXPECT_EQ(world.request.bearer(), "b");
  EXPECT_TRUE(world.request.open());
  EXPECT_TRUE(world.answer());
  EXPECT_FALSE(world.answer());
}

TEST(HubRequest, NeedsAServerThatIsConfigured) {
  Question world;
  world.settings->servers.clear();
  EXPECT_FALSE(world.ask());
  EXPECT_TRUE(world.hub.requests.empty());
}

}  // namespace
}  // namespace wardend::fhircast
