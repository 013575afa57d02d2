#include "daemon/writes/write_guard.hpp"

#include <gtest/gtest.h>

#include "tests/unit/writes/write_world.hpp"

namespace wardend {
namespace {

using test::WriteWorld;

TEST(WriteGuard, GivesAPermitWithTheTokenAndTheJudgedVersion) {
  WriteWorld world;
  world.writer();
  const auto created = world.authorize(world.create());
  ASSERT_TRUE(created) << created.error().detail();
  EXPECT_EQ(created->token, "at-s.1");
  EXPECT_EQ(created->if_match, "");
  const auto updated = world.authorize(world.update("o1"));
  ASSERT_TRUE(updated) << updated.error().detail();
  EXPECT_EQ(updated->if_match, "4");
  EXPECT_NE(updated->permit, created->permit);
}

TEST(WriteGuard, RefusesWhatIsNotThisPatients) {
  WriteWorld world;
  world.writer();
  EXPECT_EQ(world.asked(world.create(WriteWorld::observation("p2"))), "ResourceRejected");
  EXPECT_EQ(world.asked(world.update("o2")), "ResourceRejected");
  EXPECT_EQ(world.asked(world.update("o1", "p2")), "ResourceRejected");
  writes::WriteQuestion other = world.create();
  other.named.patient = "p2";
  EXPECT_EQ(world.asked(std::move(other)), "PatientMismatch");
  EXPECT_EQ(world.permits.open(), 0U);
}

TEST(WriteGuard, RefusesWithARecordThatIsReplaced) {
  WriteWorld world;
  world.writer();
  world.ehr.records["Patient/p1"].body =
      R"({"resourceType":"Patient","id":"p1","link":[{"type":"replaced-by","other":{"reference":"Patient/p2"}}]})";
  EXPECT_EQ(world.asked(world.create()), "PatientUnverified");
}

TEST(WriteGuard, ReadsThePatientAnewOnlyAfterAMinute) {
  WriteWorld world;
  world.writer();
  EXPECT_EQ(world.asked(world.create()), "permitted");
  EXPECT_EQ(world.asked(world.create()), "permitted");
  EXPECT_EQ(world.ehr.reads.size(), 1U);
  world.ehr.records["Patient/p1"].body = R"({"resourceType":"Patient","id":"p1","active":false})";
  world.clock.advance(70s);
  EXPECT_EQ(world.asked(world.create()), "PatientUnverified");
}

TEST(WriteGuard, ALockEndsTheWaitForRecordsAtOnce) {
  for (const char* hanging : {"Patient/p1", "Observation/o1"}) {
    WriteWorld world;
    world.writer();
    world.ehr.slow[hanging] = 60s;
    const auto outcome = world.start(world.answer(world.update("o1")));
    world.clock.advance(1s);
    EXPECT_FALSE(*outcome) << hanging;
    world.logind.at("c1").locked = true;
    world.clearing.must_clear({ClearReason::os_lock, "c1", {}});
    world.clock.settle();
    ASSERT_TRUE(*outcome) << hanging;
    ASSERT_FALSE(**outcome) << hanging;
    EXPECT_EQ((**outcome).error().code(), Errc::WorkstationLocked) << hanging;
    EXPECT_EQ(world.permits.open(), 0U);
  }
}

TEST(WriteGuard, AClearOfAnotherSessionEndsNoWait) {
  WriteWorld world;
  world.writer();
  world.writer("other");
  world.ehr.slow["Observation/o1"] = 3s;
  const auto outcome = world.start(world.answer(world.update("o1")));
  world.clock.advance(1s);
  world.clearing.clear_session(*world.store.find("other"), {.reason = ClearReason::ended_by_app});
  world.clock.advance(3s);
  ASSERT_TRUE(*outcome);
  EXPECT_TRUE(**outcome) << (**outcome).error().detail();
}

TEST(WriteGuard, JudgesFourWritesOfASessionAtATime) {
  WriteWorld world;
  world.writer();
  world.ehr.slow["Observation/o1"] = 3s;
  std::vector<std::shared_ptr<std::optional<Result<WriteWorld::Answer>>>> outcomes;
  for (int i = 0; i < 5; ++i) outcomes.push_back(world.start(world.answer(world.update("o1"))));
  world.clock.advance(1s);
  ASSERT_TRUE(*outcomes.back());
  ASSERT_FALSE(**outcomes.back());
  EXPECT_EQ((**outcomes.back()).error().code(), Errc::RateLimited);
  world.clock.advance(20s);
  EXPECT_EQ(world.asked(world.create()), "permitted");
}

TEST(WriteGuard, RefusesAReasonThatIsTooLong) {
  WriteWorld world;
  world.writer();
  writes::WriteQuestion question = world.create();
  question.named.override_reason = std::string(501, 'x');
  EXPECT_EQ(world.asked(std::move(question)), "InvalidRequest");
}

TEST(WriteGuard, RefusesAReasonWithoutAWord) {
  WriteWorld world;
  world.writer();
  for (const std::string blank : {" ", "\n\t", ".. -"}) {
    writes::WriteQuestion question = world.create();
    question.named.override_reason = blank;
    EXPECT_EQ(world.asked(std::move(question)), "InvalidRequest") << blank;
  }
}

TEST(WriteGuard, AnEmergencyOverrideExcusesWhatIsNotKnown) {
  WriteWorld world;
  world.app().require_verified_patient = true;
  world.writer().on_screen = fhircast::OnScreen{.who = fhircast::OnScreen::Who::unknown};
  world.ehr.records["Patient/p1"].status = 403;
  const auto with_reason = [&] {
    writes::WriteQuestion question = world.create();
    question.named.override_reason = "cardiac arrest";
    return question;
  };
  EXPECT_NE(world.asked(with_reason()), "permitted") << "only where the site allows it";
  world.app().break_glass = true;
  EXPECT_NE(world.asked(world.create()), "permitted") << "only with a reason";
  EXPECT_EQ(world.asked(with_reason()), "permitted");
  EXPECT_EQ(world.record.overrides().at("vitals"), 1U);
  const AuditRecord& entry = world.audit.records.back();
  EXPECT_EQ(entry.reason, "emergency_override");
  EXPECT_NE(entry.detail.find("110127"), std::string::npos);
  EXPECT_NE(entry.detail.find("cardiac arrest"), std::string::npos);
  writes::WriteQuestion foreign = with_reason();
  foreign.body = WriteWorld::body_of(WriteWorld::observation("p2"));
  EXPECT_EQ(world.asked(std::move(foreign)), "ResourceRejected");
}

TEST(WriteGuard, AnOutcomeIsToldOnceByWhoWasPermitted) {
  WriteWorld world;
  world.writer();
  const auto permitted = world.authorize(world.create());
  ASSERT_TRUE(permitted);
  EXPECT_FALSE(world.conclude("another"));
  EXPECT_TRUE(world.conclude(permitted->permit));
  const AuditRecord& entry = world.audit.records.back();
  EXPECT_EQ(entry.action, "outcome");
  EXPECT_EQ(entry.reason, "success");
  EXPECT_NE(entry.detail.find("Observation/9"), std::string::npos);
  const auto again = world.conclude(permitted->permit);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), Errc::InvalidRequest);
}

TEST(WriteGuard, AnOutcomeOfSomebodyElsesPermitIsRefused) {
  WriteWorld world;
  world.writer();
  const auto permitted = world.authorize(world.create());
  ASSERT_TRUE(permitted);
  world.logind.add("c2", 1001);
  world.workstation.read_picture({});
  test::Client other = world.connect(test::in_login_session(1001, "c2"));
  EXPECT_FALSE(
      world.guard.conclude(other.caller, other.call.epoch_tag, permitted->permit, writes::Outcome::success, ""));
  EXPECT_TRUE(world.conclude(permitted->permit));
}

TEST(WriteGuard, RefusesWhatIsNoWriteOfFhir) {
  WriteWorld world;
  world.writer();
  writes::WriteQuestion question = world.create();
  question.resource_type = "Observatoin";
  EXPECT_EQ(world.asked(std::move(question)), "InvalidRequest");
}

}  // namespace
}  // namespace wardend
