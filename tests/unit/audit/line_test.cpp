#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/audit/line.hpp"
#include "tests/support/audit_records.hpp"

namespace wardend {
namespace {

using nlohmann::json;

constexpr WallTime at{std::chrono::milliseconds(1'800'000'000'007)};

AuditRecord full() {
  AuditRecord record = test::record_of_kind(AuditKind::token);
  record.granted();
  record.action = "act";
  record.app = "vitals";
  record.server = "ehr";
  record.session = "s1";
  record.login_session = "c1";
  record.epoch = 5;
  record.uid = 1000;
  record.pid = 77;
  record.unit = "x.service";
  record.subject = "Practitioner/1";
  record.patient = "p1";
  record.reason = "because";
  record.detail = "more";
  record.request_id = "r1";
  record.fhir_base_url = "https://ehr/fhir";
  record.interaction = "read";
  record.resource = "Observation/7";
  record.query = "code=1";
  record.done_at = at - 1s;
  record.tokens = 4;
  record.accesses = 0;
  record.count = 3;
  return record;
}

std::string whole(const AuditRecord& record) { return "{" + audit::members_of(record, at, {}) + "}"; }

TEST(MembersOf, WritesEveryFieldInAFixedOrder) {
  EXPECT_EQ(audit::members_of(
                full(), at, {.boot = "b1", .host = "ws-7", .organization = "St Elsewhere", .purpose_of_use = "TREAT"}),
            R"("at":"2027-01-15T08:00:00.007Z","kind":"token","boot":"b1","host":"ws-7",)"
            R"("organization":"St Elsewhere","purpose_of_use":"TREAT","outcome":"granted","action":"act",)"
            R"("app":"vitals","server":"ehr","session":"s1","login_session":"c1","epoch":5,"uid":1000,"pid":77,)"
            R"("unit":"x.service","subject":"Practitioner/1","patient":"p1","fhir_base_url":"https://ehr/fhir",)"
            R"("interaction":"read","resource":"Observation/7","query":"code=1","done_at":"2027-01-15T07:59:59.007Z",)"
            R"("reason":"because","detail":"more","request_id":"r1","tokens":4,"accesses":0,"count":3)");
}

TEST(MembersOf, LeavesOutWhatIsNotKnownAndSaysDeniedUnlessTold) {
  EXPECT_EQ(audit::members_of(test::record_of_kind(AuditKind::launch), at, {}),
            R"("at":"2027-01-15T08:00:00.007Z","kind":"launch","outcome":"denied")");
  AuditRecord denied = test::record_of_kind(AuditKind::token);
  denied.granted().denied("PatientMismatch");
  const json line = json::parse(whole(denied));
  EXPECT_EQ(line["outcome"], "denied");
  EXPECT_EQ(line["result"], "PatientMismatch");
}

TEST(MembersOf, WhatTheTrailSaysOfItselfHasNoOutcome) {
  EXPECT_EQ(
      audit::members_of({.act = AuditAct::gap_removed, .detail = "gone", .first = 2, .last = 9}, at, {.boot = "b1"}),
      R"("at":"2027-01-15T08:00:00.007Z","kind":"gap","boot":"b1","action":"removed","detail":"gone",)"
      R"("first":2,"last":9)");
  AuditRecord dropped = test::record_of_kind(AuditKind::gap);
  dropped.action = "dropped";
  dropped.count = 3;
  EXPECT_EQ(audit::members_of(dropped, at, {}),
            R"("at":"2027-01-15T08:00:00.007Z","kind":"gap","action":"dropped","count":3)");
}

TEST(MembersOf, RootIsAUserToo) {
  AuditRecord record = test::record_of_kind(AuditKind::control);
  record.uid = 0;
  EXPECT_EQ(json::parse(whole(record))["uid"], 0);
}

TEST(MembersOf, IsAlwaysOneLineOfValidJsonWhateverTheTextHolds) {
  const std::string nasty[] = {"a\nb",
                               "a\r\nb",
                               "\x1b[31m",
                               std::string("a\0b", 3),
                               "\"},{\"kind\":\"x",
                               "\\",
                               "\xff\xfe",
                               "\xe2\x80\xa8 break",
                               "</script>",
                               "\t",
                               "\xed\xa0\x80",
                               std::string(100'000, '\n')};
  for (const std::string& text : nasty) {
    AuditRecord record = full();
    for (std::string* field :
         {&record.action, &record.app, &record.unit, &record.subject, &record.patient, &record.reason, &record.detail})
      *field = text;
    const std::string line = whole(record);
    EXPECT_TRUE(std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
    const json parsed = json::parse(line, nullptr, false);
    ASSERT_FALSE(parsed.is_discarded()) << line;
    EXPECT_EQ(parsed["kind"], "token");
    EXPECT_EQ(parsed["outcome"], "granted");
  }
}

TEST(MembersOf, KindsAreNamedAsTheMetricsNameThem) {
  const std::pair<AuditKind, std::string> table[] = {{AuditKind::launch, "launch"},
                                                     {AuditKind::token, "token"},
                                                     {AuditKind::refresh, "refresh"},
                                                     {AuditKind::clear, "clear"},
                                                     {AuditKind::session_end, "session_end"},
                                                     {AuditKind::revocation, "revocation"},
                                                     {AuditKind::control, "control"},
                                                     {AuditKind::service, "service"},
                                                     {AuditKind::work, "work"},
                                                     {AuditKind::fhircast, "fhircast"},
                                                     {AuditKind::patient, "patient"},
                                                     {AuditKind::write, "write"},
                                                     {AuditKind::access, "access"},
                                                     {AuditKind::start, "start"},
                                                     {AuditKind::stop, "stop"},
                                                     {AuditKind::rotation, "rotation"},
                                                     {AuditKind::gap, "gap"}};
  for (const auto& [kind, name] : table) EXPECT_EQ(json::parse(whole(test::record_of_kind(kind)))["kind"], name);
}

}  // namespace
}  // namespace wardend
