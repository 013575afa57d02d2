// Whole charts at a repository that writes whatever it is sent: each type of record, the records of two people that
// lead into one another, pages, and what changes between the permit and the write.
#include <functional>

#include "tests/integration/gateway_client.hpp"
#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

class RealCharts : public RealWrites, public ::testing::WithParamInterface<Way> {
 protected:
  // The session's records of a type, by Type/id, read page by page as an app does; `read` opens a whole address.
  using Read = std::function<json(const std::string&)>;
  std::map<std::string, json> pages_of(const std::string& first, const Read& read) {
    std::map<std::string, json> found;
    pages = 0;
    for (std::string address = first; !address.empty(); ++pages) {
      const json page = read(address);
      for (const json& one : page.value("entry", json::array()))
        found["Observation/" + one.at("resource").value("id", "")] = one.at("resource");
      address.clear();
      for (const json& link : page.value("link", json::array()))
        if (link.value("relation", "") == "next") address = link.value("url", "");
    }
    return found;
  }
  // What the repository shows to the session's token: whatever is asked for.
  std::map<std::string, json> pages_of(const std::string& search, const std::string& session) {
    const std::string token = ask(broker(), "Broker.GetToken", {{"session", session}}).value("access_token", "");
    return pages_of(repository.fhir_base() + "/" + search, [&](const std::string& address) {
      return with_token(address, {.method = "GET", .path = {}}, token).json();
    });
  }
  std::map<std::string, json> pages_through_gateway(const std::string& search, const std::string& session) {
    return pages_of("http://wardend/fhir/" + session + "/" + search, [&](const std::string& address) {
      return through_gateway_at(site, address, {.method = "GET", .path = {}}).json();
    });
  }
  // What a session of `chart` is told about a write to a record as it stands, with `changes` laid over it.
  std::string amended(const std::string& session, const Chart& chart, json resource,
                      const json& changes = {{"language", "en"}}) {
    resource.merge_patch(changes);
    json question = updated(resource.value("resourceType", "") + "/" + resource.value("id", ""), resource);
    question.update({{"session", session}, {"patient", chart.patient}});
    return write(GetParam(), question);
  }
  int pages = 0;
};
INSTANTIATE_TEST_SUITE_P(By, RealCharts, ::testing::Values(Way::guard, Way::gateway),
                         [](const auto& of) { return of.param == Way::guard ? "Permit" : "Gateway"; });
using RealPermits = RealWrites;

json asked(const std::string& session, json question) {
  question.update({{"session", session}, {"patient", first_chart().patient}});
  return question;
}

struct Place {
  const char* type;
  const char* path;  // of the element that says whose the record is
  bool list = false;
};
// Spec: FHIR R4, the element that says whose a resource is
const Place places[] = {
    {"Account", "subject", true},
    {"AdverseEvent", "subject"},
    {"AllergyIntolerance", "patient"},
    {"AppointmentResponse", "actor"},
    {"Basic", "subject"},
    {"BodyStructure", "patient"},
    {"CarePlan", "subject"},
    {"CareTeam", "subject"},
    {"ChargeItem", "subject"},
    {"Claim", "patient"},
    {"ClaimResponse", "patient"},
    {"ClinicalImpression", "subject"},
    {"Communication", "subject"},
    {"CommunicationRequest", "subject"},
    {"Composition", "subject"},
    {"Condition", "subject"},
    {"Consent", "patient"},
    {"Contract", "subject", true},
    {"Coverage", "beneficiary"},
    {"CoverageEligibilityRequest", "patient"},
    {"CoverageEligibilityResponse", "patient"},
    {"DetectedIssue", "patient"},
    {"Device", "patient"},
    {"DeviceRequest", "subject"},
    {"DeviceUseStatement", "subject"},
    {"DiagnosticReport", "subject"},
    {"DocumentManifest", "subject"},
    {"DocumentReference", "subject"},
    {"Encounter", "subject"},
    {"EnrollmentRequest", "candidate"},
    {"EpisodeOfCare", "patient"},
    {"ExplanationOfBenefit", "patient"},
    {"FamilyMemberHistory", "patient"},
    {"Flag", "subject"},
    {"Goal", "subject"},
    {"GuidanceResponse", "subject"},
    {"ImagingStudy", "subject"},
    {"Immunization", "patient"},
    {"ImmunizationEvaluation", "patient"},
    {"ImmunizationRecommendation", "patient"},
    {"Invoice", "subject"},
    {"List", "subject"},
    {"MeasureReport", "subject"},
    {"Media", "subject"},
    {"MedicationAdministration", "subject"},
    {"MedicationDispense", "subject"},
    {"MedicationRequest", "subject"},
    {"MedicationStatement", "subject"},
    {"MolecularSequence", "patient"},
    {"NutritionOrder", "patient"},
    {"Procedure", "subject"},
    {"Provenance", "target", true},
    {"QuestionnaireResponse", "subject"},
    {"RelatedPerson", "patient"},
    {"RequestGroup", "subject"},
    {"ResearchSubject", "individual"},
    {"RiskAssessment", "subject"},
    {"Schedule", "actor", true},
    {"ServiceRequest", "subject"},
    {"Specimen", "subject"},
    {"SupplyDelivery", "patient"},
    {"SupplyRequest", "deliverTo"},
    {"Task", "for"},
    {"VisionPrescription", "patient"},
};

TEST_P(RealCharts, EveryTypeOfRecordSaysWhoseItIs) {
  start();
  const std::string session = launched(first_chart());
  auto before = repository.records();
  for (const Place& place : places) {
    SCOPED_TRACE(place.type);
    const auto question = [&](const std::string& whose) {
      json said = {{"reference", "Patient/" + whose}};
      if (place.list) said = json::array({said});
      return asked(session, created({{"resourceType", place.type}, {place.path, said}}));
    };
    EXPECT_EQ(write(GetParam(), question("p2")), "ResourceRejected") << told;
    EXPECT_EQ(write(GetParam(), asked(session, created({{"resourceType", place.type}}))), "ResourceRejected") << told;
    EXPECT_EQ(write(GetParam(), question("p1")), "written") << told << answer.body;
    auto after = repository.records();
    const auto records = changed(before, after);
    EXPECT_EQ(records.size(), 1U) << "what was refused was not sent";
    EXPECT_TRUE(only_of(first_chart(), records, before, after));
    before = std::move(after);
  }
}

// What the seed has of two people of one name and birth date.
TEST_P(RealCharts, RecordsThatLeadIntoAnotherChartAreJudged) {
  start();
  const std::string first = launched(first_chart());
  const std::string second = launched(second_chart());
  const json for_nobody = {{"performer", nullptr}};
  const auto records = repository.records();
  const std::tuple<const char*, const char*, const char*> rows[] = {
      {"Observation/trap-performer", "ResourceRejected", "ResourceRejected"},  // the other one measured
      {"Observation/trap-member", "written", "ResourceRejected"},
      {"Observation/trap-absolute", "written", "ResourceRejected"},
      {"Observation/trap-old", "ResourceRejected", "ResourceRejected"},  // the record that p1's has replaced
      {"Observation/trap-logical", "written", "ResourceRejected"},       // by the number that is the first one's
      {"Observation/trap-nobody", "ResourceRejected", "ResourceRejected"},
      {"Appointment/trap-both", "ResourceRejected", "ResourceRejected"},
      {"List/trap-list", "ResourceRejected", "ResourceRejected"},
      {"Group/trap-group", "ResourceRejected", "ResourceRejected"},
      {"RelatedPerson/rp1", "written", "ResourceRejected"},
      {"Binary/p1-b1", "written", "ResourceRejected"},
      {"Binary/p2-b1", "ResourceRejected", "written"},
      {"DocumentReference/p2-d1", "ResourceRejected", "written"},
  };
  for (const auto& [record, by_first, by_second] : rows) {
    SCOPED_TRACE(record);
    EXPECT_EQ(amended(first, first_chart(), records.at(record)), by_first) << told;
    EXPECT_EQ(amended(second, second_chart(), records.at(record)), by_second) << told;
  }
  EXPECT_EQ(amended(first, first_chart(), records.at("Observation/trap-performer"), for_nobody), "written")
      << "without the other one in it: " << told;
}

TEST_P(RealCharts, AChartOfSeveralPagesIsAmendedAndNoOther) {
  start();
  const std::string session = launched(first_chart());
  repository.set("config", {{"page", 7}});
  const auto by_query = pages_of("Observation?patient=Patient/p1", session);
  repository.set("config", {{"links", "getpages"}});
  const auto own = pages_of("Observation?patient=Patient/p1", session);
  EXPECT_GE(pages, 7);
  EXPECT_GE(own.size(), 45U);
  EXPECT_EQ(own, by_query) << "whatever the links look like";
  const auto others = pages_of("Observation?patient=Patient/p2", session);
  EXPECT_GE(others.size(), 25U) << "the repository shows whatever is asked for";
  if (GetParam() == Way::gateway) {
    EXPECT_EQ(pages_through_gateway("Observation?patient=Patient/p1", session), own) << "by its own links, to the end";
    EXPECT_GE(pages, 7);
    EXPECT_TRUE(pages_through_gateway("Observation?patient=Patient/p2", session).empty())
        << "it shows the session's patient";
  }
  const auto before = repository.records();
  std::size_t written = 0;
  for (const auto& [record, resource] : own) written += amended(session, first_chart(), resource) == "written" ? 1 : 0;
  EXPECT_EQ(written, own.size() - 1) << "but the one that the other patient measured";
  for (const auto& [record, resource] : others) {
    EXPECT_NE(amended(session, first_chart(), resource), "written") << record;
    EXPECT_FALSE(told.contains("permit")) << record;
  }
  const auto records = changed(before, repository.records());
  EXPECT_EQ(records.size(), written);
  for (const std::string& record : records) EXPECT_TRUE(own.contains(record)) << record;
  EXPECT_EQ(pages_of("Observation?patient=Patient/p2", session), others);
}

TEST_F(RealPermits, WhatChangedSinceThePermitIsNotOverwritten) {
  start();
  const std::string session = launched(first_chart());
  const json status = json::array({{{"op", "replace"}, {"path", "/status"}, {"value", "amended"}}});
  for (const json& question :
       {asked(session, updated("Observation/p1-hr-01", about("p1"))),
        asked(session, patched("Observation/p1-hr-01", status)), asked(session, deleted("Observation/p1-hr-01"))}) {
    SCOPED_TRACE(question.at("interaction"));
    for (const char* whose : {"p1", "p2"}) {
      repository.reset();
      ASSERT_EQ(ask_for(question), "permitted") << told;
      EXPECT_TRUE(told.contains("if_match"));
      repository.lay_down(about(whose, {{"id", "p1-hr-01"}, {"valueString", "somebody else's"}}));
      const json before = repository.read("Observation/p1-hr-01");
      const Page page = repository.send(request_for(question), told.at("access_token").get<std::string>());
      EXPECT_EQ(page.status, 412) << page.body;
      EXPECT_EQ(repository.read("Observation/p1-hr-01"), before);
      static_cast<void>(ask(broker(), "Broker.RecordWrite", {{"permit", told.at("permit")}, {"outcome", "denied"}}));
      EXPECT_EQ(ask_for(question), std::string(whose) == "p1" ? "permitted" : "ResourceRejected") << "asked again";
    }
  }
  EXPECT_EQ(site.metric(R"(wardend_write_outcomes_total{app="vitals",outcome="denied"})"), 6);
}

TEST_P(RealCharts, AVersionThatTheAppNamesIsCompared) {
  start();
  const std::string session = launched(first_chart());
  const auto bundle = [&](const std::string& version) {
    json put = entry("PUT", "Observation/p1-hr-01", about("p1", {{"id", "p1-hr-01"}}));
    put["request"]["ifMatch"] = "W/\"" + version + "\"";
    return asked(session, bundled(json::array({put})));
  };
  EXPECT_EQ(write(GetParam(), bundle("1")), "ResourceRejected") << told;
  const std::string version = repository.read("Observation/p1-hr-01").value("/meta/versionId"_json_pointer, "");
  EXPECT_EQ(write(GetParam(), bundle(version)), "written") << told << answer.body;
  EXPECT_EQ(write(GetParam(), bundle(version)), "ResourceRejected") << "it has changed by that: " << told;
  if (GetParam() == Way::gateway) return;
  // An app that sends no If-Match is not stopped: nothing changed, and the write is the one that was judged.
  const json question = asked(session, updated("Observation/p1-hr-02", about("p1")));
  ASSERT_EQ(ask_for(question), "permitted");
  Sent bare = request_for(question);
  bare.headers.clear();
  EXPECT_EQ(repository.send(bare, told.at("access_token").get<std::string>()).status, 200);
}

TEST_F(RealPermits, APermitFromBeforeALockWritesNothing) {
  start();
  const std::string session = launched(first_chart());
  const json question = asked(session, created(about("p1")));
  ASSERT_EQ(ask_for(question), "permitted") << told;
  const std::string token = told.at("access_token").get<std::string>();
  auto control = site.control();
  static_cast<void>(ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}}));
  EXPECT_TRUE(eventually([&] { return provider.revocations() > 0; }));
  const auto before = repository.records();
  EXPECT_EQ(repository.send(request_for(question), token).status, 401) << "the repository asks about each token";
  EXPECT_TRUE(changed(before, repository.records()).empty());
  EXPECT_EQ(ask_for(question), "WorkstationLocked") << told;
}

}  // namespace
}  // namespace wardend::test
