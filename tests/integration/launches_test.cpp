// The launch matrix: what the EHR's answer says reaches the app, each combination has its outcome and its sentence, and
// `wardctl launches` shows them all.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Launches : public Scenario {
 protected:
  // Lays these members over every token response from now on.
  void say(const json& members) const { ehr.set("config", {{"token_members", members}}); }
  [[nodiscard]] json rows(const std::vector<std::string>& arguments = {}) const {
    std::vector<std::string> words = {"--json", "launches"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return json::parse(site.wardctl(words).out, nullptr, false).value("launches", json::array());
  }
  [[nodiscard]] std::string kept() const {
    std::string text;
    std::getline(std::ifstream(site.folder() / "state" / "launches.json"), text);
    return text;
  }
};

struct Combination {
  const char* name;
  json says;            // of the token response; null: left out
  const char* outcome;  // in the matrix
  std::vector<const char*> came;
  const char* page;  // the sentence
};

TEST_F(Launches, EachCombinationHasItsOutcomeAndItsSentence) {
  start();
  const Combination table[] = {
      {"patient alone", json::object(), "ok", {"patient", "user", "fhirUser"}, "patient-1"},
      {"encounter and intent", {{"encounter", "e-9"}, {"intent", "order"}}, "ok", {"encounter", "intent"}, "patient-1"},
      {"tenant, style, banner shown",
       {{"tenant", "t-7"}, {"smart_style_url", "https://x.example.org/s.json"}, {"need_patient_banner", false}},
       "ok",
       {"tenant", "smart_style_url", "banner_shown"},
       "patient-1"},
      {"banner wanted", {{"need_patient_banner", true}}, "ok", {"banner_wanted"}, "patient-1"},
      {"fhirContext", {{"fhirContext", {{{"reference", "ImagingStudy/7"}}}}}, "ok", {"fhirContext"}, "patient-1"},
      {"another patient in fhirContext",
       {{"fhirContext", {{{"reference", "Patient/patient-2"}}}}},
       "ok",
       {"patient", "left_out"},
       "patient-1"},
      {"an id that is none",
       {{"patient", "a/b"}, {"encounter", "e-9"}},
       "LaunchFailed/token/bad_context_id",
       {"encounter", "unusable_id"},
       "does not say clearly which patient is meant"},
      {"scopes that are not named", {{"scope", nullptr}}, "ok", {"patient"}, "The EHR did not allow the app to"},
      {"no patient", {{"patient", nullptr}}, "PatientContextMissing", {"user"}, "The EHR named no patient."},
      {"an encounter without a patient",
       {{"patient", nullptr}, {"encounter", "e-9"}},
       "PatientContextMissing",
       {"encounter"},
       "The EHR named no patient."},
      {"nobody",
       {{"id_token", nullptr}},
       "LaunchFailed/identity/no_id_token",
       {"patient"},
       "The EHR did not say who signed in."},
      {"fewer scopes", {{"scope", "openid fhirUser"}}, "ok", {"patient"}, "The EHR did not allow the app to"},
  };
  for (const Combination& row : table) {
    say(row.says);
    const Page page = click("patient=patient-1");
    EXPECT_THAT(page.body, HasSubstr(row.page)) << row.name;
    const json all = rows({"vitals", "ehr"});
    EXPECT_TRUE(std::ranges::any_of(
        all,
        [&](const json& of) {
          const auto came = of.at("came").get<std::vector<std::string>>();
          return of.at("outcome") == row.outcome && of.at("mode") == "ehr" && of.at("tokens") == true &&
                 of.at("missing_scopes") == row.says.contains("scope") &&
                 std::ranges::all_of(row.came,
                                     [&](const char* word) { return std::ranges::find(came, word) != came.end(); });
        }))
        << row.name << all.dump(1);
  }
}

TEST_F(Launches, WhatTheEhrSaidReachesTheApp) {
  start();
  say({{"intent", "order"},
       {"fhirContext", {{{"reference", "ImagingStudy/7"}}}},
       {"tenant", "t-7"},
       {"need_patient_banner", false}});
  const std::string id = site.launched_session();
  ASSERT_EQ(answer({{"session", id}}), "token");
  for (const json& context : {reply.at("context"), session(id).at("context")}) {
    EXPECT_EQ(context.value("intent", ""), "order");
    EXPECT_EQ(context.value("tenant", ""), "t-7");
    EXPECT_EQ(context.value("need_patient_banner", true), false);
    EXPECT_EQ(context.at("fhir_context"), json::parse(R"([{"reference":"ImagingStudy/7"}])"));
  }
}

TEST_F(Launches, AreShownToPeopleAndInTheVerification) {
  start();
  EXPECT_THAT(site.wardctl({"launches"}).out, HasSubstr("no launch so far"));
  static_cast<void>(click("patient=patient-1"));
  say({{"patient", nullptr}});
  static_cast<void>(click("patient=patient-1"));
  const std::string text = site.wardctl({"launches", "vitals"}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("patient, smart_style_url"), HasSubstr("PatientContextMissing"),
                          HasSubstr("The EHR named no patient."), Not(HasSubstr("patient-1"))));
  const auto file = site.folder() / "report.md";
  EXPECT_THAT(site.wardctl({"verify", "vitals", "ehr", "--markdown", file}).out, HasSubstr("launches so far"));
  std::stringstream report;
  report << std::ifstream(file).rdbuf();
  EXPECT_THAT(report.str(), AllOf(HasSubstr("## Launches so far"), HasSubstr("PatientContextMissing")));
  EXPECT_EQ(site.wardctl({"launches"}, 65534).exit_code, 77) << "role observer";
  EXPECT_THAT(site.wardctl({"launches", "nope"}).err, HasSubstr("UnknownApp"));
  EXPECT_TRUE(site.audited({"\"Launches\"", "vitals at all"}));
}

TEST_F(Launches, OutlastARestartAndHoldNoPatientAndNoUser) {
  start();
  static_cast<void>(click("patient=patient-1"));
  EXPECT_EQ(site.stop(), 0);
  EXPECT_THAT(kept(), AllOf(HasSubstr("\"ok\""), Not(HasSubstr("patient-1")), Not(HasSubstr("Practitioner"))));
  start();
  static_cast<void>(click("patient=patient-1"));
  const json all = rows();
  ASSERT_EQ(all.size(), 1U) << all;
  EXPECT_EQ(all[0].at("count"), 2);
}

TEST_F(Launches, ADamagedFileBeginsAnewAndIsTold) {
  std::filesystem::create_directories(site.folder() / "state");
  std::ofstream(site.folder() / "state" / "launches.json") << "{\"launches\":[{";
  start();
  EXPECT_TRUE(eventually([&] { return logged({"the launch matrix begins anew", "it is damaged"}); }));
  EXPECT_TRUE(rows().empty());
}

}  // namespace
}  // namespace wardend::test
