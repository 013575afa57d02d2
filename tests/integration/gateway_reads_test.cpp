// Reads through the gateway before a repository that gives whatever it is asked for, in a session of each of two
// patients whose charts lead into one another.
#include <fstream>

#include "tests/integration/gateway_client.hpp"
#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

// One way to read. THEIRS is the patient that is tried: once the session's own, and once the other one.
struct Read {
  const char* path;
  bool right = true;           // whether the session's own patient is shown so
  const char* form = nullptr;  // of a POST
};

constexpr Read reads[] = {
    {"Patient/THEIRS"},
    // The first one's record names the one that it has replaced, which is another patient's where its link is looked
    // at.
    {"Patient/THEIRS/_history", false},
    {"Patient?_id=THEIRS", false},
    {"Patient?_id=OWN,THEIRS", false},
    {"Patient?identifier=urn:mrn|THEIR_NUMBER", false},
    {"Patient?name=Okafor", false},
    {"Patient?birthdate=1964-02-11", false},
    {"Patient", false},
    {"Patient?link=Patient/THEIRS", false},
    {"Patient?_has:Observation:subject:code=8867-4", false},
    {"Patient?_id=OWN&_revinclude=Observation:performer", false},
    {"Patient/THEIRS/$everything", false},
    {"Observation/THEIRS-hr-01"},
    {"Observation/THEIRS-hr-01/_history"},
    {"Observation/THEIRS-hr-01?_elements=valueQuantity", false},
    {"Observation/THEIRS-hr-01?_summary=text", false},
    {"Observation/THEIRS-hr-01/_history?_elements=valueQuantity", false},
    {"Observation?patient=THEIRS&_elements=code&_count=2"},
    {"Observation?patient=OWN&_include=Observation:has-member&_elements=code&_count=100", false},
    {"Device?_elements=deviceName", false},
    {"Device", false},
    {"Binary", false},
    {"Observation?patient=THEIRS&code=8867-4&_count=100", false},
    {"Observation?patient=THEIRS&_count=2"},
    {"Observation?patient=Patient/THEIRS&_count=2"},
    {"Observation?subject=Patient/THEIRS&_count=2"},
    {"Observation?subject:Patient=THEIRS&_count=2", false},
    {"Observation?patient=OWN,THEIRS&_count=2"},
    {"Observation?patient=OWN&subject=Patient/THEIRS&_count=2"},
    {"Observation?patient.identifier=urn:mrn|THEIR_NUMBER", false},
    {"Observation?subject:Patient.name=Okafor", false},
    {"Observation?performer=Patient/THEIRS", false},
    {"Observation?patient=OWN&_include=Observation:performer&_count=100", false},
    {"Observation?patient=OWN&_include=Observation:has-member&_count=100", false},
    {"Observation?_id=THEIRS-hr-01", false},
    {"Observation?encounter=Encounter/THEIR_ENCOUNTER"},
    {"Observation?patient=OWN&focus=Patient/THEIRS", false},
    {"Task?owner=Patient/THEIRS&_count=00", false},
    {"Task?encounter=Encounter/THEIR_ENCOUNTER", false},
    {"Slot?schedule.actor=THEIRS", false},
    {"ResearchStudy?enrollment.member=THEIRS", false},
    {"Observation?code=8867-4", false},
    {"Observation", false},
    {"Observation?_query=everybody", false},
    {"Condition?patient=THEIRS"},
    {"Condition?subject=Patient/THEIRS&_count=2"},
    {"Device?patient=THEIRS"},
    {"Task?patient=THEIRS"},
    {"Schedule?actor=Practitioner/dr1"},
    {"Medication?_has:MedicationRequest:medication:patient=THEIRS", false},
    {"Medication?_has:MedicationRequest:medication:subject=Patient/THEIRS&_summary=count", false},
    {"Practitioner?_has:Observation:performer:patient=THEIRS", false},
    {"MedicationRequest?patient=THEIRS&_include=MedicationRequest:medication"},
    {"DocumentReference/THEIRS-d1"},
    {"Binary/THEIRS-b1"},
    {"Encounter/THEIR_ENCOUNTER"},
    {"List/trap-list", false},
    {"Group/trap-group", false},
    {"Group?member=Patient/THEIRS", false},
    {"Appointment/trap-both", false},
    {"Appointment?patient=THEIRS", false},
    {"?_type=Patient,Observation", false},
    {"_history", false},
    {"Observation/_search", true, "patient=THEIRS&_count=2"},
    {"Observation/_search?patient=OWN", true, "subject=Patient/THEIRS&_count=2"},
    {"Observation/_search", true, "patient=THEIRS&_elements=code&_count=2"},
    {"Medication/_search", false, "_has:MedicationRequest:medication:patient=THEIRS"},
    {"Patient/_search", false, "name=Okafor"},
};

class GatewayReads : public RealWrites {
 protected:
  Passed ask_for_one(const std::string& session, const Read& read, const Chart& own, const Chart& theirs) {
    json words = {{"path", read.path}, {"form", read.form == nullptr ? json() : json(read.form)}};
    words = filled({.name = read.path, .question = words}, session, repository.fhir_base(), own, theirs);
    Sent asked{.method = read.form == nullptr ? "GET" : "POST", .path = words.at("path")};
    if (read.form != nullptr) {
      asked.body = words.at("form");
      asked.headers = {"Content-Type: application/x-www-form-urlencoded"};
    }
    return through_gateway(site, session, asked);
  }
  // Whether a text has something of that patient.
  static bool shows(const std::string& text, const Chart& chart) {
    const std::string& id = chart.patient;
    return text.contains("Patient/" + id + "\"") || text.contains("\"" + id + "\"") || text.contains("\"" + id + "-") ||
           text.contains("letter of " + id) || text.contains(id == "p1" ? "\"Ada\"" : "\"Per\"");
  }
  // Lines of the audit trail that say that an answer held another patient, or what may be another one's.
  [[nodiscard]] std::size_t foreign_answers() const {
    std::ifstream trail(site.audit());
    std::size_t count = 0;
    for (std::string line; std::getline(trail, line);)
      count += line.contains("holds another patient") || line.contains("does not say whose it is") ? 1 : 0;
    return count;
  }
};

TEST_F(GatewayReads, NothingOfAnotherPatientIsShownWhereThatIsEnforced) {
  start({.app = "[app.gateway]\nforeign = \"enforce\""});
  const std::pair<const Chart&, const Chart&> pairs[] = {{first_chart(), second_chart()},
                                                         {second_chart(), first_chart()}};
  for (const auto& [own, other] : pairs) {
    const std::string session = launched(own);
    for (const Read& read : reads) {
      SCOPED_TRACE(std::string(read.path) + ", in a session of " + own.patient);
      const Passed wrong = ask_for_one(session, read, own, other);
      EXPECT_FALSE(shows(wrong.body, other)) << wrong.body.substr(0, 1000);
      EXPECT_NE(wrong.status, 0);
      const Passed right = ask_for_one(session, read, own, own);
      EXPECT_FALSE(shows(right.body, other)) << right.body.substr(0, 1000);
      if (read.right) EXPECT_EQ(right.status, 200) << right.body.substr(0, 1000);
      if (right.status >= 400) EXPECT_FALSE(right.error().empty()) << right.body.substr(0, 1000);
    }
  }
}

// Who measures, writes and pays is somebody else than who the record is about; and what an app names in a record of the
// patient's does not become the patient's.
TEST_F(GatewayReads, WhoseARecordIsItsSubjectSays) {
  start({.app = "[app.gateway]\nforeign = \"enforce\""});
  const json by_number = {{"identifier", {{"system", "urn:mrn"}, {"value", second_chart().record_number}}}};
  const json text = {{"contentType", "text/plain"}, {"url", "Binary/silent"}};
  const auto measured = [](const char* id, const json& whose) {
    return json{{"resourceType", "Observation"},
                {"id", id},
                {"status", "final"},
                {"code", {{"text", "secret"}}},
                {"subject", whose},
                {"performer", json::array({{{"reference", "Patient/p1"}}})}};
  };
  const json resources = {
      measured("of-number", by_number),
      measured("of-name", {{"display", "Per Okafor"}}),
      measured("own", {{"reference", "Patient/p1"}}),
      {{"resourceType", "Binary"}, {"id", "silent"}, {"contentType", "text/plain"}, {"data", "c2VjcmV0"}},
      {{"resourceType", "DocumentReference"},
       {"id", "of-silent"},
       {"status", "current"},
       {"subject", {{"reference", "Patient/p1"}}},
       {"content", json::array({{{"attachment", text}}})}}};
  const std::string session = launched(first_chart());
  for (const json& resource : resources) repository.lay_down(resource);
  const auto passes = [&](const Sent& sent) {
    const Passed passed = through_gateway(site, session, sent);
    EXPECT_TRUE(passed.status == 200 || passed.status == 422) << sent.path << passed.body;
    EXPECT_EQ(passed.body.contains("secret") || passed.body.contains("c2VjcmV0"), passed.status == 200) << passed.body;
    return passed.status == 200;
  };
  EXPECT_TRUE(passes({.method = "GET", .path = "Observation/own"}));
  for (const char* path :
       {"Observation/of-number", "Observation/of-name", "Observation?performer=Patient/p1", "Binary/silent"})
    EXPECT_FALSE(passes({.method = "GET", .path = path})) << path;
  const json batch = {
      {"resourceType", "Bundle"},
      {"type", "batch"},
      {"entry", json::array({entry("GET", "DocumentReference/of-silent"), entry("GET", "Binary/silent")})}};
  EXPECT_FALSE(passes({.method = "POST", .path = "", .body = batch, .headers = {"X-Wardend-Patient: p1"}}));
  json naming = resources.back();
  naming.erase("id");
  const auto received = repository.received("POST");
  EXPECT_EQ(through_gateway(
                site, session,
                {.method = "POST", .path = "DocumentReference", .body = naming, .headers = {"X-Wardend-Patient: p1"}})
                .status,
            422);
  EXPECT_EQ(repository.received("POST"), received) << "never sent";
}

TEST_F(GatewayReads, AnAnswerWithoutABodyTellsNothingOfAnybody) {
  start({.app = "[app.gateway]\nforeign = \"enforce\""});
  const std::string session = launched(first_chart());
  const auto status_of = [&](const char* path, std::vector<std::string> headers = {}) {
    return through_gateway(site, session, {.method = "HEAD", .path = path, .headers = std::move(headers)}).status;
  };
  EXPECT_EQ(status_of("Patient/p1"), 200);
  EXPECT_EQ(status_of("Observation/p1-hr-01"), 422);
  EXPECT_EQ(status_of("Observation/p2-hr-01"), 422);
  const Passed changed = through_gateway(site, session,
                                         {.method = "GET",
                                          .path = "Observation/p2-hr-01",
                                          .headers = {"If-Modified-Since: Mon, 30 Nov 2099 09:00:00 GMT"}});
  const Passed own = through_gateway(site, session, {.method = "GET", .path = "Observation/p1-hr-01"});
  const Passed same = through_gateway(
      site, session,
      {.method = "GET", .path = "Observation/p1-hr-01", .headers = {"If-None-Match: " + own.headers.at("etag")}});
  EXPECT_EQ(same.status, 304);
  EXPECT_NE(changed.status, 304);
  EXPECT_NE(changed.status, 200);
}

TEST_F(GatewayReads, EachAnswerThatHoldsAnotherPatientIsRecorded) {
  start();
  const std::string session = launched(first_chart());
  std::size_t shown = 0;
  for (const Read& read : reads) {
    const std::size_t before = foreign_answers();
    const Passed wrong = ask_for_one(session, read, first_chart(), second_chart());
    if (wrong.status != 200 || !shows(wrong.body, second_chart())) continue;
    ++shown;
    EXPECT_TRUE(eventually([&] { return foreign_answers() == before + 1; })) << read.path << wrong.body.substr(0, 500);
  }
  EXPECT_GT(shown, 3U);
}

}  // namespace
}  // namespace wardend::test
