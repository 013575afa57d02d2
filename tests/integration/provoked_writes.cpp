#include "tests/integration/provoked.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

Refusal refused_write(Errors& test, const json& question) {
  json whole = question;
  whole["session"] = test.id;
  return test.call("Broker.AuthorizeWrite", whole);
}

void launch_writer(Errors& test) {
  test.start({.scopes = writing_scopes()});
  test.id = test.launch();
}

const std::vector<Provoked> rows = {
    {"Broker.EncounterMismatch",
     [](Errors& test) {
       test.ehr.set("config", {{"token_members", {{"encounter", "encounter-1"}}}});
       launch_writer(test);
       return refused_write(test, creation("", observation("patient-1"), {{"encounter", "another"}}));
     },
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("session"), test.id);
       EXPECT_EQ(members.at("requested"), "another");
     }},
    {"Broker.PatientUnverified",
     [](Errors& test) {
       test.ehr.set("records",
                    {{"path", "Patient/patient-1"}, {"resource", patient("patient-1", {{"active", false}})}});
       launch_writer(test);
       return refused_write(test, creation("", observation("patient-1")));
     },
     [](Errors&, const json& members) { EXPECT_EQ(members.at("findings").size(), 1U) << members; }},
    {"Broker.NotSupported",
     [](Errors& test) {
       launch_writer(test);
       const json search = {{"request", {{"method", "GET"}, {"url", "Observation/by-an-id"}}}};
       const json bundle = {{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", json::array({search})}};
       return refused_write(test, creation("", bundle, {{"interaction", "transaction"}, {"resource_type", "Bundle"}}));
     },
     [](Errors&, const json& members) { EXPECT_FALSE(members.at("what").get<std::string>().empty()); }},
    {"Broker.ResourceRejected",
     [](Errors& test) {
       launch_writer(test);
       return refused_write(test, creation("", observation("patient-2")));
     },
     [](Errors&, const json& members) {
       EXPECT_FALSE(members.at("path").get<std::string>().empty());
       EXPECT_FALSE(members.at("reason").get<std::string>().empty());
     }},
};

}  // namespace

const std::vector<Provoked>& all_provoked() {
  static const std::vector<Provoked> all = [] {
    std::vector<Provoked> list = provoked_calls();
    list.insert(list.end(), rows.begin(), rows.end());
    return list;
  }();
  return all;
}

}  // namespace wardend::test
