#include "daemon/drift/drift_watch.hpp"

#include <gmock/gmock.h>

#include "tests/unit/drift/drift_world.hpp"

namespace wardend::drift {
namespace {

using test::DriftWorld;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(DriftWatch, TheFirstLookIsWithinFourHoursAndTellsNothing) {
  DriftWorld world;
  world.begin();
  world.clock.advance(59s);
  EXPECT_TRUE(world.documents.asked.empty());
  world.clock.advance(4h);
  EXPECT_THAT(world.documents.asked, ElementsAre(HasSubstr("smart-configuration"), HasSubstr("metadata")));
  EXPECT_EQ(world.count(), 0U);
  EXPECT_TRUE(world.audit.records.empty());
}

TEST(DriftWatch, ANeedThatIsNoLongerDeclaredIsToldForItsApp) {
  DriftWorld world;
  world.begin_and_look();
  events::EventHub::Subscription watcher(world.hub);
  world.publish_without_search();
  world.pass_a_look();
  EXPECT_EQ(world.count(), 1U);
  ASSERT_EQ(world.audit.records.size(), 1U);
  const AuditRecord& record = world.audit.records.front();
  EXPECT_EQ(record.action, "capabilities_changed");
  EXPECT_EQ(record.outcome, "granted");
  EXPECT_EQ(record.server, "ehr");
  EXPECT_EQ(record.app, "vitals");
  EXPECT_EQ(record.reason, "blocking");
  EXPECT_THAT(record.detail, HasSubstr("Observation: search-type (metadata, rest[0].resource[0].interaction)"));
  ASSERT_EQ(watcher.queue.size(), 1U);
  EXPECT_EQ(watcher.queue[0].kind, events::EventKind::capabilities_changed);
  EXPECT_EQ(watcher.queue[0].server, "ehr");
  EXPECT_THAT(watcher.queue[0].reason, HasSubstr("blocking now: Observation: search-type"));
  EXPECT_THAT(world.watch.notices(), ElementsAre(AllOf(HasSubstr("ehr no longer declares what vitals needs"),
                                                       HasSubstr("`wardctl verify vitals ehr`"))));
  world.clock.advance(72h);
  EXPECT_EQ(world.count(), 1U) << "it is told once";
  EXPECT_EQ(world.watch.notices().size(), 1U) << "and stands for as long as it blocks";
}

TEST(DriftWatch, WhatIsDeclaredAgainIsToldAndNoLongerANotice) {
  DriftWorld world;
  world.begin_and_look();
  world.publish_without_search();
  world.pass_a_look();
  world.publish("{}");
  world.pass_a_look();
  EXPECT_EQ(world.count(), 2U);
  EXPECT_EQ(world.audit.records.back().reason, "not_blocking");
  EXPECT_THAT(world.audit.records.back().detail, HasSubstr("met now: Observation: search-type"));
  EXPECT_TRUE(world.watch.notices().empty());
}

TEST(DriftWatch, AnOperatorsVerificationTakesTheNoticeBack) {
  DriftWorld world;
  world.begin_and_look();
  world.publish_without_search();
  world.pass_a_look();
  verify::Report report;
  report.findings = {{.severity = verify::Severity::blocking, .subject = "Observation: search-type"}};
  world.watch.verified("vitals", "ehr", report);
  EXPECT_EQ(world.watch.notices().size(), 1U);
  report.findings.front().severity = verify::Severity::ok;
  world.watch.verified("vitals", "ehr", report);
  EXPECT_TRUE(world.watch.notices().empty());
  world.watch.verified("vitals", "another", report);
}

TEST(DriftWatch, AChangeThatAltersNoVerdictIsCountedAndToldOnce) {
  DriftWorld world;
  world.begin_and_look();
  world.publish(R"({"software": {"name": "EHR", "version": "2"}})");
  world.pass_a_look();
  EXPECT_EQ(world.count(), 1U);
  ASSERT_EQ(world.audit.records.size(), 1U);
  EXPECT_EQ(world.audit.records[0].app, "");
  EXPECT_THAT(world.audit.records[0].detail, HasSubstr("nothing for any app"));
  EXPECT_TRUE(world.watch.notices().empty());
}

TEST(DriftWatch, EachAppOfTheServerIsJudged) {
  DriftWorld world;
  config::App other = world.app();
  other.id = "labs";
  other.requirements.clear();
  other.scopes.clear();
  world.settings->apps.push_back(other);
  world.begin_and_look();
  world.publish_without_search();
  world.pass_a_look();
  ASSERT_EQ(world.audit.records.size(), 1U);
  EXPECT_EQ(world.audit.records[0].app, "vitals");
  EXPECT_EQ(world.count(), 1U);
}

TEST(DriftWatch, AServerThatNoAppUsesIsNotAsked) {
  DriftWorld world;
  world.app().registrations.clear();
  world.begin();
  world.clock.advance(72h);
  EXPECT_TRUE(world.documents.asked.empty());
}

TEST(DriftWatch, AnotherConfigurationIsNoDrift) {
  DriftWorld world;
  world.begin_and_look();
  world.app().requirements.front().interactions.emplace_back("delete");
  world.settings->digest = "configuration 2";
  world.pass_a_look();
  EXPECT_EQ(world.count(), 0U);
  EXPECT_EQ(world.memory.of("ehr").basis, "configuration 2");
  EXPECT_TRUE(world.watch.notices().empty()) << "VerifyApp tells what a configuration needs";
}

TEST(DriftWatch, BothChangedTellsWhatWasNeededBefore) {
  DriftWorld world;
  world.begin_and_look();
  world.app().requirements.push_back({.resource = "Patient", .interactions = {"delete"}});
  world.settings->digest = "configuration 2";
  world.publish_without_search();
  world.pass_a_look();
  ASSERT_EQ(world.audit.records.size(), 1U);
  EXPECT_THAT(world.audit.records[0].detail,
              AllOf(HasSubstr("Observation: search-type"), testing::Not(HasSubstr("Patient: delete"))));
}

TEST(DriftWatch, AnotherAddressIsAnotherServer) {
  DriftWorld world;
  world.begin_and_look();
  world.settings->servers.front().fhir_base_url = *fhir::BaseUrl::parse("https://ehr.example.org/other");
  world.publish_without_search();
  world.pass_a_look();
  EXPECT_EQ(world.count(), 0U);
  EXPECT_EQ(world.memory.of("ehr").base, world.settings->servers.front().fhir_base_url.canonical());
}

TEST(DriftWatch, AnUpgradeWhileWardendWasOffIsSeen) {
  DriftWorld before;
  before.begin_and_look();
  before.save();
  DriftWorld after;
  std::filesystem::copy_file(before.folder.file("capabilities.json"), after.folder.file("capabilities.json"));
  after.publish_without_search();
  after.begin();
  after.pass_a_look();
  EXPECT_EQ(after.count(), 1U);
  EXPECT_EQ(after.watch.notices().size(), 1U);
}

TEST(DriftWatch, WhatBlocksIsKnownAfterARestart) {
  DriftWorld before;
  before.begin_and_look();
  before.publish_without_search();
  before.pass_a_look();
  before.save();
  DriftWorld after;
  std::filesystem::copy_file(before.folder.file("capabilities.json"), after.folder.file("capabilities.json"));
  after.begin();
  EXPECT_EQ(after.watch.notices().size(), 1U);
  after.app().registrations.clear();
  EXPECT_TRUE(after.watch.notices().empty()) << "it is no app of that server any more";
}

TEST(DriftWatch, AMachineThatSleptDoesNotAskAtOnce) {
  DriftWorld world;
  world.begin_and_look();
  const auto asked = world.documents.asked.size();
  world.clock.sleep_through(72h);
  world.clock.advance(1min);
  EXPECT_EQ(world.documents.asked.size(), asked) << "every other machine wakes too";
  world.clock.advance(4h);
  EXPECT_GT(world.documents.asked.size(), asked);
}

}  // namespace
}  // namespace wardend::drift
