#include "daemon/access/token_issue.hpp"

#include <gtest/gtest.h>

#include "tests/unit/service/service_world.hpp"

namespace wardend {
namespace {

using test::Client;
using test::told;

struct Issue : test::ServiceWorld {
  access::TokenIssue& issue = core.token_issue;
  Client client = user();

  // What may be used of it after the call.
  struct Answer {
    std::string token, session, request_id;
  };
  asio::awaitable<Result<Answer>> answer(access::TokenRequest request) {
    auto issued = co_await issue.issue(client.caller, client.call.epoch_tag, std::move(request));
    if (!issued) co_return fail(issued.error());
    co_return Answer{std::string(issued->session.tokens()->access.reveal()), issued->session.id, issued->request_id};
  }
  Result<Answer> ask_for(access::TokenRequest request) {
    auto answered = within(20s, answer(std::move(request)));
    return answered ? std::move(*answered) : fail(test::no_answer("no answer at all"));
  }
};

TEST(TokenIssue, HandsOutWhatIsThereWithAnIdOfItsOwn) {
  Issue world;
  world.begin("s").launcher = {77, "1"};
  const auto first = world.ask_for({});
  const auto second = world.ask_for({.session = "s"});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->token, "at-s.1");
  EXPECT_EQ(first->session, "s");
  EXPECT_NE(first->request_id, second->request_id);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 0U);
}

TEST(TokenIssue, WaitsForTheRefreshThatTheWishNeeds) {
  Issue world;
  world.begin("s");
  const auto issued = world.ask_for({.session = "s", .rejected = hex(sha256("at-s.1"))});
  ASSERT_TRUE(issued) << issued.error().detail();
  EXPECT_EQ(issued->token, "at-s.2");
}

// What was read before the wait is stale: the request is judged anew, from the gate on.
TEST(TokenIssue, JudgesAnewAfterTheWait) {
  const struct {
    const char* what;
    std::function<void(Issue&)> meanwhile;
    Errc error;
  } table[] = {
      {"a lock",
       [](Issue& world) {
         world.logind.at("c1").locked = true;
         world.clearing.must_clear({ClearReason::os_lock, "c1", {}});
       },
       Errc::WorkstationLocked},
      {"the end of the session",
       [](Issue& world) { world.clearing.clear_session(*world.store.find("s"), {ClearReason::ended_by_app, ""}); },
       Errc::SessionCleared},
      {"the app switched off", [](Issue& world) { world.app().enabled = false; }, Errc::AppDisabled},
  };
  for (const auto& row : table) {
    Issue world;
    world.begin("s");
    world.ehr.latency = 3s;
    const auto outcome =
        world.start(world.answer({.session = "s", .patient = "p1", .rejected = hex(sha256("at-s.1"))}));
    world.clock.advance(1s);
    ASSERT_FALSE(*outcome) << row.what;
    row.meanwhile(world);
    world.clock.advance(20s);
    ASSERT_TRUE(*outcome && !**outcome) << row.what;
    EXPECT_EQ((**outcome).error().code(), row.error) << row.what;
    const auto record = std::ranges::find(world.audit.records, AuditKind::token, &AuditRecord::kind);
    ASSERT_NE(record, world.audit.records.end()) << row.what;
    EXPECT_EQ(record->outcome, "denied") << row.what;
    EXPECT_EQ(record->session, "s") << row.what;
  }
}

TEST(TokenIssue, AddsAdviceAndSinceWhenWhereTheServerIsDown) {
  Issue world;
  world.begin("s");
  world.ehr.down = true;
  world.clock.advance(310s);
  const auto refused = world.ask_for({.session = "s"});
  ASSERT_FALSE(refused);
  const auto& unavailable = told<errors::ServerUnavailable>(refused.error());
  EXPECT_EQ(*unavailable.server, "ehr");
  EXPECT_EQ(unavailable.advice, "Use the flowsheet.");
  EXPECT_EQ(unavailable.since, world.server_health.record("ehr").state_since);
}

}  // namespace
}  // namespace wardend
