#include "daemon/judging/request_judge.hpp"

#include <gtest/gtest.h>

#include "daemon/guard/asked_write.hpp"
#include "tests/unit/writes/write_world.hpp"

namespace wardend {
namespace {

using test::WriteWorld;

struct Judge : WriteWorld {
  // As the write guard and the gateway ask.
  judging::Question of(writes::WriteQuestion write) {
    const auto request = guard::request_of(
        {.interaction = write.interaction, .resource_type = write.resource_type, .target = write.target},
        server().fhir_base_url);
    judging::Question question{.session = write.session,
                               .epoch = write.epoch,
                               .named = write.named,
                               .request = *request,
                               .until = clock.now() + 8s};
    question.bring = [this, body = write.body]() -> asio::awaitable<Result<judging::Body>> {
      ++brought;
      co_return body;
    };
    return question;
  }
  // The error's name, or "passed".
  std::string judged(writes::WriteQuestion write) {
    const auto passed = within(30s, core.request_judge.judge(of(std::move(write))));
    if (!passed) return "no answer";
    return *passed ? "passed" : std::string(name_of(passed->error().code()));
  }
  int brought = 0;
};

TEST(RequestJudge, ReadsThePatientThenTheBodyThenTheTarget) {
  Judge world;
  world.writer();
  EXPECT_EQ(world.judged(world.update("o1")), "passed");
  EXPECT_EQ(world.ehr.reads, (std::vector<std::string>{"Patient/p1 Bearer at-s.1", "Observation/o1 Bearer at-s.1"}));
}

TEST(RequestJudge, RefusesABodyThatIsNoResource) {
  Judge world;
  world.writer();
  for (const char* body : {"{}", "[]", "null", R"({"resourceType":"Task"})"})
    EXPECT_NE(world.judged(world.create(body)), "passed") << body;
  writes::WriteQuestion none = world.create();
  none.body = {};
  EXPECT_NE(world.judged(std::move(none)), "passed");
}

TEST(RequestJudge, WithoutTheTargetThereIsNoDecision) {
  Judge world;
  world.writer();
  world.ehr.records["Observation/o1"].status = 503;
  EXPECT_EQ(world.judged(world.update("o1")), "ServerUnavailable");
  world.ehr.records["Observation/o1"].status = 403;
  EXPECT_EQ(world.judged(world.update("o1")), "ScopeNotGranted");
}

TEST(RequestJudge, EndsWithASessionThatIsCleared) {
  Judge world;
  session::Session& session = world.writer();
  world.ehr.slow["Observation/o1"] = 2s;
  const auto outcome = world.start(world.core.request_judge.judge(world.of(world.update("o1"))));
  world.clock.advance(1s);
  world.clearing.clear_session(session, {ClearReason::ended_by_app, ""});
  world.clock.advance(3s);
  ASSERT_TRUE(*outcome);
  ASSERT_FALSE(**outcome);
  EXPECT_EQ((**outcome).error().code(), Errc::UnknownSession);
}

// A number of somebody else beside this patient's id is found when the patient's own numbers are known.
TEST(RequestJudge, WhatIsReadIsJudgedByThePatientsNumbersFromTheFirstRequestOn) {
  Judge world;
  world.ehr.records["Patient/p1"] = {
      .body = R"({"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:oid:1.2.3","value":"7"}]})"};
  world.app().gateway.foreign = config::Foreign::enforce;
  const auto answered = [&](const std::string& session, const char* number) {
    judging::Question question = world.of(world.create());
    question.session = session;
    question.request = *fhir::classify({.method = "GET", .path = "/Observation/o1"});
    const std::string text = R"({"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p1",
        "identifier":{"system":"urn:oid:1.2.3","value":")" +
                             std::string(number) + "\"}}}";
    const auto passed =
        world.within(30s, world.core.request_judge.judge_reply(question, 200, WriteWorld::body_of(text)));
    if (!passed) return std::string("no answer");
    return *passed ? std::string("passed") : std::string(name_of(passed->error().code()));
  };
  world.writer("s");
  EXPECT_EQ(answered("s", "8"), "ResourceRejected");
  EXPECT_EQ(answered("s", "7"), "passed");
  world.clock.advance(120s);
  EXPECT_EQ(answered("s", "8"), "ResourceRejected") << "a number does not age";
  EXPECT_EQ(answered("s", "7"), "passed");
}

TEST(RequestJudge, TakesNoBodyForWhatTheAddressAloneRefuses) {
  Judge world;
  session::Session& session = world.writer();
  EXPECT_EQ(world.judged(world.create()), "passed");
  EXPECT_EQ(world.brought, 1);
  session.granted = smart::ScopeSet("patient/Patient.r");
  EXPECT_EQ(world.judged(world.create()), "ScopeNotGranted");
  EXPECT_EQ(world.brought, 1);
}

}  // namespace
}  // namespace wardend
