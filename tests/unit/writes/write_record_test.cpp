#include "daemon/writes/write_record.hpp"

#include <gtest/gtest.h>

#include "tests/unit/writes/write_world.hpp"

namespace wardend {
namespace {

using test::WriteWorld;

TEST(WriteRecord, TellsEveryDecisionAndCountsIt) {
  WriteWorld world;
  world.writer();
  EXPECT_EQ(world.asked(world.create()), "permitted");
  const AuditRecord permitted = world.audit.records.back();
  EXPECT_EQ(permitted.kind, AuditKind::write);
  EXPECT_EQ(permitted.outcome, "granted");
  EXPECT_EQ(permitted.action, "create");
  EXPECT_EQ(permitted.detail, "Observation");
  EXPECT_EQ(permitted.patient, "p1");
  EXPECT_EQ(permitted.pid, 77);
  EXPECT_FALSE(permitted.request_id.empty());
  EXPECT_EQ(world.asked(world.update("o2")), "ResourceRejected");
  const AuditRecord refused = world.audit.records.back();
  EXPECT_EQ(refused.outcome, "denied");
  EXPECT_EQ(refused.result, "ResourceRejected");
  EXPECT_TRUE(refused.detail.starts_with("Observation/o2: ")) << refused.detail;
  EXPECT_EQ((world.record.decisions().at({"vitals", "permitted"})), 1U);
  EXPECT_EQ((world.record.decisions().at({"vitals", "ResourceRejected"})), 1U);
}

TEST(WriteRecord, SaysWhereTheOutcomeIsOfSomethingElseThanThePermit) {
  const auto told = [](const writes::WriteWords& write, const char* resource) {
    WriteWorld world;
    world.record.recorded({.id = "p", .session = "s", .owner = {}, .write = write, .given_at = {}}, world.client.caller,
                          writes::Outcome::success, resource);
    return world.audit.records.back().detail;
  };
  const writes::WriteWords create{.interaction = "create", .type = "Observation"};
  const writes::WriteWords update{.interaction = "update", .type = "Observation", .target = "7"};
  for (const char* right : {"Observation/7", "https://ehr.example.org/fhir/Observation/7/_history/1", ""}) {
    EXPECT_FALSE(told(create, right).contains("not what the permit")) << right;
    EXPECT_FALSE(told(update, right).contains("not what the permit")) << right;
  }
  for (const char* wrong : {"Patient/p2", "Observation", "XObservation/7", "nonsense"}) {
    EXPECT_TRUE(told(create, wrong).ends_with("(not what the permit is for)")) << wrong;
    EXPECT_TRUE(told(update, wrong).ends_with("(not what the permit is for)")) << wrong;
  }
  for (const char* wrong : {"Observation/8", "Observation/71"})
    EXPECT_TRUE(told(update, wrong).ends_with("(not what the permit is for)")) << wrong;
  EXPECT_FALSE(told({.interaction = "transaction", .type = "Bundle"}, "Patient/p1").contains("not what"));
  EXPECT_FALSE(told({.interaction = "update", .type = "Observation", .target = "patient=p1&code=x"}, "Observation/9")
                   .contains("not what"));
  EXPECT_FALSE(
      told({.interaction = "delete", .type = "Observation", .target = "https://e/fhir/Observation/7"}, "Observation/7")
          .contains("not what"));
}

TEST(WriteRecord, SaysLittleOfASessionThatIsSomebodyElses) {
  WriteWorld world;
  world.writer();
  world.logind.add("c2", 1001);
  world.workstation.read_picture({});
  test::Client other = world.connect(test::in_login_session(1001, "c2"));
  const auto who = world.gate.judge(other.caller, other.call.epoch_tag, access::Demand::registered);
  world.record.refused(other.caller, who, world.store.find("s"), {.interaction = "create", .type = "Task"},
                       {.error = errors::UnknownSession{"no such session"}});
  const AuditRecord& refused = world.audit.records.back();
  EXPECT_EQ(refused.patient, "");
  EXPECT_EQ(refused.session, "");
}

TEST(WriteRecord, NamesATargetAsItWasWritten) {
  EXPECT_EQ((writes::WriteWords{.interaction = "create", .type = "Task"}.object()), "Task");
  EXPECT_EQ((writes::WriteWords{.interaction = "update", .type = "Task", .target = "1"}.object()), "Task/1");
  EXPECT_EQ((writes::WriteWords{.interaction = "update", .type = "Task", .target = "Task/1"}.object()), "Task/1");
}

}  // namespace
}  // namespace wardend
