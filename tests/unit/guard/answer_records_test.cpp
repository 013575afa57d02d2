#include "daemon/guard/answer_records.hpp"

#include <gtest/gtest.h>

#include <string>

#include "daemon/guard/proof_rule.hpp"
#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

std::string taken(const fhir::FhirRequest& request, const json& answer) {
  const AnswerRecords records = records_of(request, answer, facts_of_p1());
  std::string all;
  for (const AnswerRecord& one : records.found)
    all += one.path + (one.included ? "(included)" : "") + (one.elsewhere ? "(elsewhere)" : "") +
           (one.in != nullptr ? "(in)" : "") + " ";
  for (const AnswerRecords::Told& one : records.counts) all += "counts " + one.path + " ";
  return all;
}

TEST(AnswerRecords, AreFoundInBundlesAndParametersInTheirOrder) {
  const auto search = sent("GET", "/Observation", "patient=p1");
  EXPECT_EQ(taken(search, json::parse(R"({"resourceType":"Bundle","total":2,"entry":[
      {"resource":{"resourceType":"Observation"}},{"resource":{"resourceType":"Bundle","total":1,"entry":[
      {"resource":{"resourceType":"Patient"}}]}},
      {"resource":{"resourceType":"Device"},"search":{"mode":"include"}},
      {"resource":{"resourceType":"Observation"},"response":{"status":"201 Created"}}]})")),
            "entry[0].resource entry[1].resource.entry[0].resource entry[2].resource(included) entry[3].resource ")
      << "a search makes nothing";
  EXPECT_EQ(taken(sent("GET", "/Encounter/e/$everything"), json::parse(R"({"resourceType":"Parameters","parameter":[
      {"resource":{"resourceType":"Device"}},{"part":[{"resource":{"resourceType":"Observation"}}]}]})")),
            "parameter[0].resource parameter[1].part[0].resource ");
  EXPECT_EQ(taken(search, json::parse(R"({"resourceType":"Parameters","parameter":[]})")), " ")
      << "a record like others";
  EXPECT_EQ(taken(search, json::parse(R"({"resourceType":"Bundle","entry":[{"resource":{"id":"1"}}],"entries":[
      {"resourceType":"Observation","contained":[{"resourceType":"Device"}],"x":{"resourceType":"Patient"}}]})")),
            "entries[0] entries[0].contained[0](in) entries[0].x entry[0].resource ");
  EXPECT_EQ(taken(search, json::parse(R"([{"resourceType":"Observation"}])")), " [0] ");
}

TEST(AnswerRecords, TellATotalOfWhatIsNotShown) {
  const auto search = sent("GET", "/Device", "type=x");
  const struct {
    const char* members;
    bool counts;
  } table[] = {
      {R"("total":0)", false},
      {R"("total":null)", false},
      {R"("total":3)", true},
      {R"("total":"3")", true},
      {R"("total":-1)", true},
      {R"("total":3,"link":[{"relation":"next"}])", true},
      {R"("total":1,"entry":[{}])", false},
      {R"("total":2,"entry":[{},{"search":{"mode":"include"}}])", true},
      {R"("total":2,"entry":[{}],"link":[{"relation":"next"}])", false},
      {R"("total":2,"entry":[{}],"link":[{"relation":"self"}])", true},
  };
  for (const auto& row : table) {
    const json answer = json::parse(std::string(R"({"resourceType":"Bundle",)") + row.members + "}");
    EXPECT_EQ(taken(search, answer).contains("counts total"), row.counts) << row.members;
  }
}

TEST(AnswerRecords, ADocumentOfAnotherServerNamesAnotherPatientByTheSameId) {
  const auto reply = [](std::string_view at, std::string_view type) {
    return json{{"resourceType", "Bundle"},
                {"id", "1"},
                {"type", type},
                {"entry", json::array({{{"fullUrl", std::string(at) + "Observation/9"},
                                        {"resource", observation("Patient/p1", "9")}}})}};
  };
  const auto foreign = [&](std::string_view path, std::string_view query, const json& answer) {
    const auto found = first_doubt(sent("GET", path, query), answer, enforced());
    return found && found->what == Unproved::foreign;
  };
  EXPECT_TRUE(foreign("/Bundle/1", "", reply("https://other.example/fhir/", "document")));
  EXPECT_TRUE(foreign("/Bundle/1", "", reply("https://other.example/fhir/", "searchset"))) << "a record all the same";
  EXPECT_FALSE(foreign("/Bundle/1", "", reply("https://ehr.example.org/fhir/r4/", "document")));
  EXPECT_FALSE(foreign("/Observation", "patient=p1", reply("http://hapi:8080/fhir/", "searchset")))
      << "as a server writes that does not know its own front";
}

TEST(AnswerRecords, ThatStandInEachOtherDeeperThanFhirHasThemProveNothing) {
  const auto nested = [](unsigned records) {
    json one = {{"resourceType", "Medication"}, {"id", "m"}};
    for (unsigned i = 1; i < records; ++i) one = {{"resourceType", "Medication"}, {"inner", one}};
    one["id"] = "m";
    return first_doubt(sent("GET", "/Medication/m"), one, enforced());
  };
  EXPECT_FALSE(nested(4));
  ASSERT_TRUE(nested(5));
  EXPECT_EQ(nested(5)->path, "inner.inner.inner.inner");
}

}  // namespace
}  // namespace wardend::guard
