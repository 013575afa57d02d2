#include "protocol/fhir/references.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace wardend::fhir {
namespace {

using nlohmann::json;

const BaseUrl& base() {
  static const BaseUrl url = *BaseUrl::parse("https://ehr.example.org/fhir/r4");
  return url;
}

std::string_view word_of(Naming naming) {
  switch (naming) {
    case Naming::patient:
      return "patient";
    case Naming::elsewhere:
      return "elsewhere";
    case Naming::by_query:
      return "query";
    case Naming::by_identifier:
      return "by_identifier";
    case Naming::identifier:
      return "identifier";
    case Naming::record:
      return "record";
    case Naming::record_elsewhere:
      return "record_elsewhere";
    case Naming::contained:
      return "contained";
    case Naming::resource:
      return "resource";
    case Naming::entry:
      return "entry";
    case Naming::encounter:
      return "encounter";
    case Naming::malformed:
      return "malformed";
    case Naming::unread:
      return "unread";
  }
  return "unknown";
}

// Every mention of a resource, as "patient p1, encounter e1".
std::string mentions_in(const json& resource) {
  std::string all;
  const auto refused = first_refused(resource, base(), [&](const Mention& mention) {
    all += (all.empty() ? "" : ", ") + std::string(word_of(mention.naming));
    if (!mention.id.empty() && mention.naming != Naming::entry) all += " " + std::string(mention.id);
    if (!mention.value.empty()) all += " " + std::string(mention.system) + "|" + std::string(mention.value);
    return true;
  });
  return refused ? all + "!" + std::string(word_of(refused->naming)) : all;
}

struct Row {
  std::string_view resource;
  std::string_view expected;
};

constexpr Row rows[] = {
    {R"({"subject":{"reference":"Patient/p1"}})", "patient p1"},
    {R"({"subject":{"reference":"https://ehr.example.org/fhir/r4/Patient/p1"}})", "patient p1"},
    {R"({"subject":{"reference":"Patient/p1/_history/2"}})", "patient p1"},
    {R"({"subject":{"reference":"https://other.example.org/fhir/Patient/p1"}})", "elsewhere"},
    {R"({"subject":{"reference":"urn:uuid:1"}})", "entry"},
    {R"({"subject":{"reference":"urn:oid:1.2"}})", "entry"},
    {R"({"subject":{"reference":"Patient?identifier=x"}})", "query"},
    {R"({"subject":{"reference":"patient/p1"}})", "malformed"},
    {R"({"subject":{"reference":["Patient/p1"]}})", "malformed"},
    {R"({"subject":{"reference":7}})", "malformed"},
    {R"({"subject":{"reference":null}})", "malformed"},
    {R"({"subject":[{"reference":"Patient/p1"},[{"reference":"Patient/p2"}]]})", "patient p1, patient p2"},
    {R"({"performer":[{"reference":"Practitioner/d1"},{"reference":"Patient/p2"}]})", "patient p2"},
    {R"({"performer":[{"reference":"Practitioner/d1","type":"Patient"}]})", "malformed"},
    {R"({"performer":[{"reference":"https://x.example.org/1","type":"Patient"}]})", "elsewhere"},
    {R"({"performer":[{"reference":"#p","type":"Patient"}]})", "contained"},
    {R"({"performer":[{"reference":"Practitioner?name=x"}]})", ""},
    {R"({"performer":[{"reference":"https://x.example.org/Organization/1"}]})", ""},
    {R"({"subject":{"type":"Patient","identifier":{"system":"s","value":"1"}}})", "by_identifier s|1"},
    {R"({"author":{"type":"Patient","identifier":{"system":"s","value":"1"}}})", "by_identifier s|1"},
    {R"({"author":{"type":"http://hl7.org/fhir/StructureDefinition/Patient","identifier":{"value":"1"}}})",
     "by_identifier |1"},
    {R"({"subject":{"identifier":{"system":"s","value":"1"}}})", "by_identifier s|1"},
    {R"({"patient":{"display":"Ann Other"}})", "by_identifier"},
    {R"({"author":{"identifier":{"system":"s","value":"1"}}})", "identifier s|1"},
    {R"({"author":{"type":"Organization","identifier":{"system":"s","value":"1"}}})", "identifier s|1"},
    {R"({"author":{"reference":"Practitioner/d","identifier":{"system":"s","value":"1"}}})", "identifier s|1"},
    {R"({"author":{"reference":"Practitioner/d","identifier":"1"}})", "malformed"},
    {R"({"identifier":[{"system":"s","value":"1"}]})", ""},
    {R"({"hasMember":[{"reference":"Observation/o"},{"reference":"Observation/o/_history/2"}]})", "record o, record o"},
    {R"({"basedOn":[{"reference":"https://ehr.example.org/fhir/r4/ServiceRequest/s"}]})", "record s"},
    {R"({"device":{"reference":"Device/d"},"result":[{"reference":"NewInR9/x"}]})", "record d, malformed"},
    {R"({"hasMember":[{"reference":"Observation/o","identifier":{"system":"s","value":"1"}}]})", "record o s|1"},
    {R"({"hasMember":[{"reference":"https://other.example.org/fhir/Observation/o"}]})", "record_elsewhere"},
    {R"({"hasMember":[{"reference":"https://other.example.org/fhir/Observation/o/_history/1"}]})", "record_elsewhere"},
    {R"({"hasMember":[{"reference":"https://ehr.example.org/FHIR/R4/Observation/o/"}]})", "record_elsewhere"},
    {R"({"hasMember":[{"reference":"https://ehr.example.org/%66hir/r4/%4Fbservation/o"}]})", "record_elsewhere"},
    {R"({"hasMember":[{"reference":"https://ehr.example.org/x/../fhir/r4/observation/o?_format=json"}]})",
     "record_elsewhere"},
    {R"({"hasMember":[{"reference":"https://ehr.example.org./fhir/r4/Observation/o;a"}]})", "record_elsewhere"},
    {R"({"hasMember":[{"reference":"https://ehr.example.org/FHIR/R4/Observation/o#x"}]})", "record_elsewhere"},
    {R"({"performer":[{"reference":"https://other.example.org/directory/practitioner/5/"}]})", ""},
    {R"({"content":[{"attachment":{"url":"Binary/b"}}]})", "record b"},
    {R"({"content":[{"attachment":{"url":"./Binary/b"}}]})", "malformed"},
    {R"({"content":[{"attachment":{"url":"/fhir/r4/Binary/b"}}]})", "malformed"},
    {R"({"content":[{"attachment":{"url":"Binary?_id=b"}}]})", "query"},
    {R"({"content":[{"attachment":{"url":"https://ehr.example.org/fhir/r4/Binary/b?_format=json"}}]})", "malformed"},
    {R"({"content":[{"attachment":{"url":"https://ehr.example.org/fhir/r4/DocumentReference/d/$docref"}}]})",
     "malformed"},
    {R"({"content":[{"attachment":{"url":"https://EHR.example.org./FHIR/Binary/b"}}]})", "record_elsewhere"},
    {R"({"content":[{"attachment":{"url":"https://ehr.example.org/documents/7.pdf"}}]})", ""},
    {R"({"content":[{"attachment":{"url":"https://pacs.example.org/media/7"}}]})", ""},
    {R"({"extension":[{"url":"https://x.example/y","extension":[{"url":"condition","valueCode":"a"}]}]})", ""},
    {R"({"hasMember":[{"reference":"Observation?identifier=1"}]})", "query"},
    {R"({"instantiates":[{"reference":"https://other.example.org/form.pdf"},{"reference":"Questionnaire/q"}]})", ""},
    {R"({"subject":{"reference":"Patient/p1","identifier":{"system":"s","value":"2"}}})", "patient p1 s|2"},
    {R"({"contained":[{"resourceType":"Patient","id":"x"}]})", "contained x"},
    {R"({"contained":[{"resourceType":"Practitioner","id":"x","contained":[]}]})", "malformed"},
    {R"({"contained":[{"resourceType":"Observation","subject":{"reference":"Patient/p2"}}]})", "patient p2"},
    {R"({"extension":[{"url":"http://x","valueReference":{"reference":"Patient/p2"}}]})", "patient p2"},
    {R"({"extension":[{"extension":[{"valueUri":"Patient/p2"}]}]})", "patient p2"},
    {R"({"content":[{"attachment":{"url":"https://ehr.example.org/fhir/r4/Patient/p2"}}]})", "patient p2"},
    {R"({"valueString":"Patient/family"})", ""},
    {R"({"extension":[{"url":"http://x","valueString":"Patient/p2"}]})", ""},
    {R"({"parameter":[{"name":"p","valueString":"Patient/p2"}]})", "patient p2"},
    {R"({"parameter":[{"name":"subject","valueString":"p2"}]})", "patient p2"},
    {R"({"parameter":[{"name":"patientId","valueId":"p2"}]})", "patient p2"},
    {R"({"parameter":[{"name":"x","part":[{"name":"beneficiary","valueCode":"p2"}]}]})", "patient p2"},
    {R"({"parameter":[{"name":"code","valueString":"p2"}]})", ""},
    {R"({"parameter":[{"name":"subject","valueString":"two words"}]})", "by_identifier"},
    {R"({"parameter":[{"name":"p","part":[{"name":"q","valueString":"Patient/p2"}]}]})", "patient p2"},
    {R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/Patient"}],"note":[{"text":"Patient/p2"}]})", ""},
    {R"({"encounter":{"reference":"Encounter/e1"}})", "encounter e1"},
    {R"({"context":{"encounter":[{"reference":"Encounter/e1"}]}})", "encounter e1"},
    {R"({"partOf":{"reference":"Encounter/e1"}})", "record e1"},
    {R"({"related":[{"reference":{"system":"s","value":"1"}}]})", ""},
    {R"({"_reference":{"extension":[{"valueReference":{"reference":"Patient/p2"}}]}})", "patient p2"},
    {R"({"resourceType":"Bundle","entry":[{"fullUrl":"https://ehr.example.org/fhir/r4/Patient/p2",
         "resource":{"resourceType":"Patient","id":"p2"}}]})",
     "patient p2, resource p2"},
    {R"({"resourceType":"Bundle","entry":[{"request":{"url":"Patient/p2"}}]})", "patient p2"},
    {R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Bundle","entry":[{"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p2"}}}]}}]})",
     "patient p2"},
    {R"({"resourceType":"Parameters","parameter":[{"name":"p","part":[{"valueReference":{"reference":"Patient/p2"}}]}]})",
     "patient p2"},
    {R"({"resourceType":"Parameters","parameter":[{"name":"p","resource":{"resourceType":"Patient"}}]})", "resource"},
    {R"({"resourceType":"Patient","id":"p1"})", ""},
    {R"([{"op":"add","path":"/subject","value":{"reference":"Patient/p2"}}])", "patient p2"},
    {R"("Patient/p2")", ""},
};

TEST(References, FindsEveryFormOfThem) {
  for (const Row& row : rows) {
    const auto resource = parse_json(row.resource, 4096);
    ASSERT_TRUE(resource) << row.resource;
    EXPECT_EQ(mentions_in(*resource), row.expected) << row.resource;
  }
}

TEST(References, SaysWhereTheFirstOneStands) {
  const json bundle = json::parse(R"({"entry":[{"resource":{"subject":{"reference":"Patient/p1"}}},
      {"resource":{"performer":[{"reference":"Practitioner/1"},{"reference":"Patient/p2"}]}}]})");
  const auto refused = first_refused(bundle, base(), [](const Mention& mention) { return mention.id == "p1"; });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->path, "entry[1].resource.performer[1]");
  EXPECT_EQ(refused->id, "p2");
}

TEST(References, BoundsThePathThatItShows) {
  json deep = {{"reference", "Patient/p2"}};
  for (int i = 0; i < 20; ++i) deep = {{std::string(100, 'n') + "\n", deep}};
  const auto refused = first_refused(deep, base(), [](const Mention&) { return false; });
  ASSERT_TRUE(refused);
  EXPECT_LE(refused->path.size(), 256U);
  EXPECT_FALSE(refused->path.contains('\n'));
}

TEST(References, RefusesWhatIsTooDeepToBeReadWhole) {
  json deep = {{"reference", "Patient/p1"}};
  for (int i = 0; i < 200; ++i) deep = json::array({std::move(deep)});
  EXPECT_EQ(mentions_in(deep), "!unread");
}

TEST(ElementsAt, GoThroughLists) {
  const json visit = {{"participant", {{{"actor", 1}}, {{"actor", {2, 3}}}, "no object", {{"who", 4}}}},
                      {"subject", 5}};
  std::vector<json> found;
  for (const json* one : elements_at(visit, "participant.actor")) found.push_back(*one);
  EXPECT_EQ(json(found), (json{1, 2, 3}));
  EXPECT_EQ(elements_at(visit, "subject").size(), 1U);
  EXPECT_TRUE(elements_at(visit, "subject.reference").empty());
  EXPECT_TRUE(elements_at(visit, "").empty());
}

}  // namespace
}  // namespace wardend::fhir
