// Writes before they go: each route by which one could reach another patient's chart, with the right and the wrong
// patient.
#include <future>

#include "tests/integration/second_app.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

class WriteGuard : public Writing {};

json with(const json& base, const json& changes) {
  json merged = base;
  merged.merge_patch(changes);
  return merged;
}

TEST_F(WriteGuard, PermitsAWriteForThisPatientAndRecordsIt) {
  const std::string id = writer();
  ASSERT_EQ(authorized(creation(id, observation("patient-1"))), "permitted") << told;
  EXPECT_EQ(told.at("token_type"), "Bearer");
  EXPECT_FALSE(told.at("access_token").get<std::string>().empty());
  EXPECT_EQ(told.at("expires_in"), 30);
  EXPECT_FALSE(told.contains("if_match"));
  EXPECT_EQ(record(told.at("permit")), "recorded");
  EXPECT_TRUE(eventually([&] {
    return site.audited({R"("kind":"write")", "granted", "patient-1", "create"}) &&
           site.audited({R"("kind":"write")", "outcome", "success", "Observation/9"});
  }));
  EXPECT_DOUBLE_EQ(site.metric(R"(wardend_writes_total{app="vitals",decision="permitted"})"), 1);
}

struct Route {
  const char* name;
  json changes;  // over the question that is permitted
  const char* answer;
};

TEST_F(WriteGuard, RefusesAnotherPatientOnEveryRoute) {
  const std::string id = writer();
  const json other = {{"reference", "Patient/patient-2"}};
  const auto entry = [](const json& resource, const json& request) {
    return json{{"resource", resource}, {"request", request}};
  };
  const auto bundle = [&](const json& second) {
    return json{{"interaction", "transaction"},
                {"resource_type", "Bundle"},
                {"resource",
                 {{"resourceType", "Bundle"},
                  {"status", nullptr},
                  {"code", nullptr},
                  {"subject", nullptr},
                  {"type", "transaction"},
                  {"entry", json::array({entry(observation("patient-1"), {{"method", "POST"}, {"url", "Observation"}}),
                                         second})}}}};
  };
  const std::vector<Route> routes = {
      {"context", {{"patient", "patient-2"}}, "PatientMismatch"},
      {"body", {{"resource", {{"subject", other}}}}, "ResourceRejected"},
      {"version", {{"resource", {{"subject", {{"reference", "Patient/patient-2/_history/1"}}}}}}, "ResourceRejected"},
      {"foreign server",
       {{"resource", {{"subject", {{"reference", "https://elsewhere.example/fhir/Patient/patient-1"}}}}}},
       "ResourceRejected"},
      {"contained",
       {{"resource",
         {{"subject", {{"reference", "#p"}}},
          {"contained", json::array({{{"resourceType", "Patient"}, {"id", "p"}}})}}}},
       "ResourceRejected"},
      {"identifier only",
       {{"resource",
         {{"subject",
           {{"reference", nullptr}, {"type", "Patient"}, {"identifier", {{"system", "urn:x"}, {"value", "1"}}}}}}}},
       "ResourceRejected"},
      {"no subject", {{"resource", {{"subject", nullptr}}}}, "ResourceRejected"},
      {"group", {{"resource", {{"subject", {{"reference", "Group/g"}}}}}}, "ResourceRejected"},
      {"conditional create", {{"target", "subject=Patient/patient-2"}}, "PatientMismatch"},
      {"bundle entry", bundle(entry(observation("patient-2"), {{"method", "POST"}, {"url", "Observation"}})),
       "ResourceRejected"},
      {"bundle entry's condition",
       bundle(entry(observation("patient-1"), {{"method", "PUT"}, {"url", "Observation?subject=Patient/patient-2"}})),
       "PatientMismatch"},
      {"bundle's own", bundle(entry(observation("patient-1"), {{"method", "POST"}, {"url", "Observation"}})),
       "permitted"},
      {"target",
       {{"interaction", "update"}, {"target", "observation-2-1"}, {"resource", {{"id", "observation-2-1"}}}},
       "ResourceRejected"},
      {"own target",
       {{"interaction", "update"}, {"target", "observation-1-1"}, {"resource", {{"id", "observation-1-1"}}}},
       "permitted"},
      {"moved",
       {{"interaction", "update"},
        {"target", "observation-1-1"},
        {"resource", {{"id", "observation-1-1"}, {"subject", other}}}},
       "ResourceRejected"},
      {"deleted",
       {{"interaction", "delete"}, {"target", "observation-2-1"}, {"resource", nullptr}},
       "ResourceRejected"},
      {"own deleted", {{"interaction", "delete"}, {"target", "observation-1-1"}, {"resource", nullptr}}, "permitted"},
      {"patched",
       {{"interaction", "patch"},
        {"target", "observation-2-1"},
        {"resource", nullptr},
        {"patch", json::array({{{"op", "replace"}, {"path", "/status"}, {"value", "amended"}}})}},
       "ResourceRejected"},
      {"own patched",
       {{"interaction", "patch"},
        {"target", "observation-1-1"},
        {"resource", nullptr},
        {"patch", json::array({{{"op", "replace"}, {"path", "/status"}, {"value", "amended"}}})}},
       "permitted"},
      {"patched away",
       {{"interaction", "patch"},
        {"target", "observation-1-1"},
        {"resource", nullptr},
        {"patch", json::array({{{"op", "replace"}, {"path", "/subject/reference"}, {"value", "Patient/patient-2"}}})}},
       "ResourceRejected"},
      {"path",
       {{"interaction", "update"}, {"target", "../Patient/patient-2"}, {"resource", {{"id", "x"}}}},
       "InvalidRequest"},
      {"other type",
       {{"resource_type", "Condition"}, {"resource", {{"resourceType", "Condition"}}}},
       "ScopeNotGranted"},
  };
  for (const Route& route : routes) {
    SCOPED_TRACE(route.name);
    EXPECT_EQ(authorized(with(creation(id, observation("patient-1")), route.changes)), route.answer) << told;
    if (std::string(route.answer) != "permitted") EXPECT_FALSE(told.contains("permit"));
  }
}

TEST_F(WriteGuard, NamesTheVersionThatItJudged) {
  const std::string id = writer();
  lay_down("Observation/mine", observation("patient-1", {{"id", "mine"}}), "17");
  ASSERT_EQ(authorized(creation(id, observation("patient-1", {{"id", "mine"}}),
                                {{"interaction", "update"}, {"target", "mine"}})),
            "permitted")
      << told;
  EXPECT_EQ(told.at("if_match"), "W/\"17\"");
}

TEST_F(WriteGuard, WantsWhatTheSiteSaysAResourceMustHave) {
  const std::string id =
      writer({.more = "[[app.write]]\nresource = \"Observation\"\nrequired = [\"status\", \"value[x]\"]\n"});
  EXPECT_EQ(authorized(creation(id, observation("patient-1"))), "ResourceRejected");
  EXPECT_TRUE(told.at("path").get<std::string>().contains("value[x]")) << told;
  EXPECT_EQ(authorized(creation(id, observation("patient-1", {{"valueQuantity", {{"value", 70}}}}))), "permitted");
}

TEST_F(WriteGuard, APermitEndsWithTheNextOneWithAUseAndWithALock) {
  const std::string id = writer();
  const json question = creation(id, observation("patient-1"));
  EXPECT_EQ(record("no-such-permit"), "InvalidRequest");
  ASSERT_EQ(authorized(question), "permitted");
  const json first = told.at("permit");
  ASSERT_EQ(authorized(question), "permitted");
  const json second = told.at("permit");
  EXPECT_EQ(record(first), "InvalidRequest") << "replaced";
  EXPECT_EQ(record(second), "recorded");
  EXPECT_EQ(record(second), "InvalidRequest") << "used";
  ASSERT_EQ(authorized(question), "permitted");
  const json third = told.at("permit");
  lock();
  EXPECT_EQ(record(third), "InvalidRequest") << "cleared";
  EXPECT_EQ(authorized(question), "WorkstationLocked");
  EXPECT_TRUE(eventually([&] {
    return site.audited({R"("kind":"write")", "outcome", "replaced"}) &&
           site.audited({R"("kind":"write")", "outcome", "ehr_lock"});
  }));
}

TEST_F(WriteGuard, AfterARelaunchTheOldSessionWritesNothing) {
  const std::string first = writer();
  ASSERT_EQ(authorized(creation(first, observation("patient-1"))), "permitted");
  const json permit = told.at("permit");
  ehr.set("config", {{"patient", "patient-2"}});
  const std::string second = site.launched_session();
  EXPECT_EQ(authorized(creation(second, observation("patient-1"))), "PatientMismatch");
  EXPECT_EQ(authorized(creation(second, observation("patient-2"), {{"patient", "patient-2"}})), "permitted") << told;
  EXPECT_EQ(authorized(creation(second, observation("patient-1"), {{"patient", "patient-2"}})), "ResourceRejected");
  EXPECT_EQ(authorized(creation(first, observation("patient-2"))), "ResourceRejected") << "two sessions of one app";
  EXPECT_EQ(record(permit), "recorded") << "each session has its own";
}

TEST_F(WriteGuard, AServerThatIsAwayIsSaidAndNothingIsPermitted) {
  const std::string id = writer();
  ehr.fault({{"at", "fhir"}, {"kind", "status"}, {"status", 503}});
  EXPECT_EQ(authorized(creation(id, observation("patient-1", {{"id", "observation-1-1"}}),
                                {{"interaction", "update"}, {"target", "observation-1-1"}})),
            "ServerUnavailable")
      << told;
  EXPECT_EQ(told.at("advice"), Settings{}.advice);
}

// A lock is told at once to whoever waits for a server that does not answer.
TEST_F(WriteGuard, ALockEndsTheWaitForAServerThatHangs) {
  const std::string id = writer();
  ASSERT_EQ(authorized(creation(id, observation("patient-1"))), "permitted") << "the patient is read";
  ehr.fault({{"at", "fhir"}, {"kind", "hang"}});
  const json question = creation(id, observation("patient-1", {{"id", "observation-1-1"}}),
                                 {{"interaction", "update"}, {"target", "observation-1-1"}});
  auto answer = std::async(std::launch::async, [&] { return authorized(question); });
  ASSERT_TRUE(eventually([&] { return !ehr.asked("/fhir/Observation/observation-1-1").empty(); }));
  EXPECT_EQ(answer.wait_for(300ms), std::future_status::timeout);
  lock();
  ASSERT_EQ(answer.wait_for(2s), std::future_status::ready) << "it would take 8 s to wait for the server";
  EXPECT_EQ(answer.get(), "WorkstationLocked") << told;
}

TEST_F(WriteGuard, AWriteThatNobodyRecordsIsToldOfSlowly) {
  const std::string id = writer();
  ASSERT_EQ(authorized(creation(id, observation("patient-1"))), "permitted");
  EXPECT_TRUE(eventually([&] { return site.audited({R"("kind":"write")", "never_recorded"}); }, 70s));
  EXPECT_TRUE(logged({"warn", "did not say what became of a write"}));
  EXPECT_TRUE(eventually(
      [&] { return site.metric(R"(wardend_write_outcomes_total{app="vitals",outcome="unrecorded"})") == 1; }));
}

}  // namespace
}  // namespace wardend::test
