#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <random>

#include "tests/unit/trail/trails.hpp"
#include "tests/unit/wardctl/wardctl_run.hpp"
#include "trail/moment.hpp"

namespace wardend::wardctl::test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// What somebody did, in the trail's words and in the server's.
struct Done {
  WallTime at = {};
  std::string id, user, patient, interaction, resource;
  std::string detail = {};

  [[nodiscard]] std::string members() const {
    return fmt::format(
        R"("outcome":"granted","app":"vitals","subject":"https://ehr/fhir/{}","patient":"{}","reason":"success",)"
        R"("interaction":"{}","resource":"{}","detail":"{}","done_at":"{}"{})",
        user, patient, interaction, resource, detail, trail::timestamp(at),
        id.empty() ? "" : fmt::format(R"(,"request_id":"{}")", id));
  }
  [[nodiscard]] std::string event() const {
    const bool search = interaction == "search";
    const std::string what =
        search ? R"("query":"R0VUIGh0dHBzOi8vZWhyL2ZoaXIvT2JzZXJ2YXRpb24/Y29kZT0x")"  // GET .../Observation?code=1
               : fmt::format(R"("what":{{"reference":"{}/_history/1"}})", resource);
    return fmt::format(
        R"({{"resourceType":"AuditEvent","type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-event-type","code":"rest"}},)"
        R"("subtype":[{{"system":"http://hl7.org/fhir/restful-interaction","code":"{}"}}],"recorded":"{}",)"
        R"("agent":[{{"requestor":false}},{{"who":{{"reference":"{}"}},"requestor":true}}],"entity":[)"
        R"({{"type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"1"}},"what":{{"reference":"Patient/{}"}}}},)"
        R"({{"type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"2"}},{}}}{}]}})",
        search ? "search-type" : interaction, trail::timestamp(at), user, patient, what,
        id.empty()
            ? ""
            : fmt::format(R"(,{{"type":{{"system":"https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",)"
                          R"("code":"XrequestId"}},"what":{{"identifier":{{"value":"{}"}}}}}})",
                          id));
  }
};

class AuditReconcile : public WardctlRun {
 protected:
  ExitCode reconcile(std::vector<std::string> more = {}) {
    std::string trail_text, lines;
    wardend::test::WrittenTrail trail;
    for (const Done& one : ours) trail.add("access", one.members());
    for (const Done& one : theirs) lines += one.event() + "\n";
    wardend::test::write_file(file, trail.text);
    wardend::test::write_file(events, lines);
    std::vector<std::string> words = {"audit", "reconcile", events, "--file", file};
    words.insert(words.begin(), before.begin(), before.end());
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
  }
  static Done one(int second = 0) {
    return {.at = *trail::parse_moment("2026-11-29T08:00:00Z", {}) + std::chrono::seconds(second),
            .id = "r-1",
            .user = "Practitioner/a",
            .patient = "p1",
            .interaction = "read",
            .resource = "Observation/7"};
  }
  std::string file = folder.file("audit.jsonl"), events = folder.file("events.jsonl");
  std::vector<std::string> before;
  std::vector<Done> ours, theirs;
};

TEST_F(AuditReconcile, EndsWellOnlyWhereNothingDiffers) {
  ours = theirs = {one()};
  EXPECT_EQ(reconcile(), ExitCode::done) << out.str() << err.str();
  EXPECT_TRUE(printed("1 request"));
  theirs[0].patient = "p2";
  EXPECT_EQ(reconcile(), ExitCode::refused);
  EXPECT_TRUE(printed("other patient") && printed("p1 / p2")) << out.str();
  EXPECT_TRUE(err.str().contains("AuditDiffers"));
  theirs.clear();
  EXPECT_EQ(reconcile(), ExitCode::refused);
  EXPECT_TRUE(err.str().contains("EventsNotRead: ")) << "an empty export proves nothing";
}

TEST_F(AuditReconcile, LooksAtTheTimeThatIsAskedFor) {
  ours = {one(0), one(600)};
  ours[1].id = "r-2";
  theirs = {one(3)};
  EXPECT_EQ(reconcile(), ExitCode::refused);
  EXPECT_TRUE(printed("missing at server"));
  EXPECT_EQ(reconcile({"--until", "2026-11-29T08:05:00Z"}), ExitCode::done) << out.str();
  EXPECT_EQ(reconcile({"--since", "2026-11-29T08:00:02Z", "--until", "2026-11-29T08:05:00Z"}), ExitCode::done)
      << "the counterpart may lie just outside";
  EXPECT_EQ(reconcile({"--until", "2026-11-29T08:05:00Z", "--window", "2s"}), ExitCode::refused);
  EXPECT_TRUE(printed("other time"));
  EXPECT_EQ(reconcile({"--window", "2 hours"}), ExitCode::usage);
  EXPECT_EQ(reconcile({"--window", "2h"}), ExitCode::usage);
}

TEST_F(AuditReconcile, WhatIsDoneBesideABundleUnderItsRequestIdIsFound) {
  const auto did = [](const char* interaction, const char* resource) {
    Done done = one();
    done.interaction = interaction, done.resource = resource;
    return done;
  };
  ours = {did("batch", "Bundle")};
  ours[0].detail = "through the gateway: HTTP 200, 115 bytes, for GET Observation?patient=p1, GET Condition/c1";
  theirs = {did("batch", "Bundle"), did("search", "Observation"), did("read", "Condition/c1")};
  EXPECT_EQ(reconcile(), ExitCode::done) << out.str();
  theirs.push_back(did("delete", "Condition/c1"));
  EXPECT_EQ(reconcile(), ExitCode::refused);
  EXPECT_TRUE(printed("missing in trail")) << out.str();
}

constexpr std::size_t many = 10'000;

// A day of a ward. Every other request has an id.
std::vector<Done> a_day(std::mt19937& random) {
  std::vector<Done> day;
  WallTime at = *trail::parse_moment("2026-11-29T00:00:00Z", {});
  const char* interactions[] = {"read", "update", "search", "read"};
  for (std::size_t i = 0; i < many; ++i) {
    at += milliseconds(1 + random() % 16'000);
    const std::string interaction = interactions[random() % 4];
    day.push_back(
        {.at = at,
         .id = i % 2 == 0 ? fmt::format("r-{}", i) : "",
         .user = fmt::format("Practitioner/{}", random() % 40),
         .patient = fmt::format("p{}", random() % 300),
         .interaction = interaction,
         .resource = interaction == "search" ? "Observation" : fmt::format("Observation/{}", random() % 4000)});
  }
  return day;
}

TEST_F(AuditReconcile, FindsTwentyDiscrepanciesAmongTenThousandEventsAndNothingElse) {
  std::mt19937 random(20261129);
  const std::vector<Done> day = a_day(random);
  std::map<std::string, int> seeded;
  int seeds = 0;
  for (std::size_t i = 0; i < many; ++i) {
    Done at_server = day[i];
    at_server.at += milliseconds(static_cast<int>(random() % 4000) - 2000);
    // The searches of one user for one patient are alike: what is changed is a record's.
    const bool seed = seeds < 20 && i > 450 * static_cast<std::size_t>(seeds + 1) && day[i].interaction != "search";
    const int kind = seed ? seeds++ % 6 : -1;
    const bool named = !day[i].id.empty();
    if (kind != 1) ours.push_back(day[i]);
    if (kind == 2) at_server.patient = "p-other";
    if (kind == 3) at_server.user = "Practitioner/other";
    if (kind == 4) at_server.at += std::chrono::minutes(3);
    if (kind != 0) theirs.push_back(at_server);
    if (kind == 5) theirs.push_back(at_server);
    const char* names[] = {"missing_at_server", "missing_in_trail", "other_patient",
                           "other_user",        "other_time",       named ? "duplicate_at_server" : "missing_in_trail"};
    if (seed) ++seeded[names[kind]];
  }
  std::ranges::shuffle(theirs, random);
  ASSERT_EQ(seeds, 20);
  before = {"--json"};
  EXPECT_EQ(reconcile(), ExitCode::refused);
  const json found = json::parse(out.str(), nullptr, false);
  std::map<std::string, int> told;
  for (const json& one : found["discrepancies"]) ++told[one.value("what", "")];
  EXPECT_EQ(told, seeded) << found["discrepancies"];
  EXPECT_EQ(found["discrepancies"].size(), 20U);
  EXPECT_EQ(found["trail"], ours.size());
  EXPECT_EQ(found["server"], theirs.size());
}

}  // namespace
}  // namespace wardend::wardctl::test
