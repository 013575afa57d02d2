#include "daemon/writes/write_judge.hpp"

#include <gtest/gtest.h>

#include "tests/unit/writes/write_world.hpp"

namespace wardend {
namespace {

using test::WriteWorld;

struct Judge : WriteWorld {
  // The error's name, or "passed".
  std::string judged(writes::WriteQuestion question) {
    question.until = clock.now() + 8s;
    const auto passed = within(30s, core.write_judge.judge(std::move(question)));
    if (!passed) return "no answer";
    return *passed ? "passed" : std::string(name_of(passed->error().code()));
  }
};

TEST(WriteJudge, ReadsThePatientThenTheBodyThenTheTarget) {
  Judge world;
  world.writer();
  EXPECT_EQ(world.judged(world.update("o1")), "passed");
  EXPECT_EQ(world.ehr.reads, (std::vector<std::string>{"Patient/p1 Bearer at-s.1", "Observation/o1 Bearer at-s.1"}));
}

TEST(WriteJudge, RefusesABodyThatIsNoResource) {
  Judge world;
  world.writer();
  for (const char* body : {"{}", "[]", "null", R"({"resourceType":"Task"})"})
    EXPECT_NE(world.judged(world.create(body)), "passed") << body;
  writes::WriteQuestion none = world.create();
  none.body = {};
  EXPECT_NE(world.judged(std::move(none)), "passed");
}

TEST(WriteJudge, WithoutTheTargetThereIsNoDecision) {
  Judge world;
  world.writer();
  world.ehr.records["Observation/o1"].status = 503;
  EXPECT_EQ(world.judged(world.update("o1")), "ServerUnavailable");
  world.ehr.records["Observation/o1"].status = 403;
  EXPECT_EQ(world.judged(world.update("o1")), "ScopeNotGranted");
}

TEST(WriteJudge, EndsWithASessionThatIsCleared) {
  Judge world;
  session::Session& session = world.writer();
  world.ehr.slow["Observation/o1"] = 2s;
  writes::WriteQuestion question = world.update("o1");
  question.until = world.clock.now() + 8s;
  const auto outcome = world.start(world.core.write_judge.judge(std::move(question)));
  world.clock.advance(1s);
  world.clearing.clear_session(session, {ClearReason::ended_by_app, ""});
  world.clock.advance(3s);
  ASSERT_TRUE(*outcome);
  ASSERT_FALSE(**outcome);
  EXPECT_EQ((**outcome).error().code(), Errc::UnknownSession);
}

TEST(WriteJudge, RefusesWhatIsNoWriteOfFhir) {
  Judge world;
  world.writer();
  writes::WriteQuestion question = world.create();
  question.resource_type = "Observatoin";
  EXPECT_EQ(world.judged(std::move(question)), "InvalidRequest");
}

}  // namespace
}  // namespace wardend
