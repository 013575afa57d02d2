// What other servers and proxies are known to let through, each with this patient and with another one.
#include <gtest/gtest.h>

#include <string>

#include "base/json.hpp"
#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

struct Vector {
  std::string_view what;
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view body;    // with PATIENT where the patient's id belongs
  std::string_view stored;  // the same
  std::string_view right;
  std::string_view wrong;
};

constexpr std::string_view about =
    R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/PATIENT"}})";

const Vector vectors[] = {
    {"a create", "POST", "/Observation", "",
     R"({"resourceType":"Observation","subject":{"reference":"Patient/PATIENT"}})", "", "pass",
     "ResourceRejected subject"},
    {"an update whose body tells the truth", "PUT", "/Observation/1", "", about, about, "pass",
     "ResourceRejected subject"},
    {"an update whose body lies about whose it was", "PUT", "/Observation/1", "",
     R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"}})", about, "pass",
     "ResourceRejected"},
    {"an update that moves it", "PUT", "/Observation/1", "", about,
     R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"}})", "pass",
     "ResourceRejected subject"},
    {"a patch of what is somebody else's", "PATCH", "/Observation/1", "",
     R"([{"op":"add","path":"/status","value":"x"}])", about, "pass", "ResourceRejected"},
    {"a delete of what is somebody else's", "DELETE", "/Observation/1", "", "", about, "pass", "ResourceRejected"},
    {"a conditional update", "PUT", "/Observation", "patient=PATIENT",
     R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"}})", "", "pass", "PatientMismatch"},
    {"a conditional delete", "DELETE", "/Observation", "subject=Patient/PATIENT", "", "", "pass", "PatientMismatch"},
    {"a conditional patch", "PATCH", "/Observation", "patient=PATIENT",
     R"([{"op":"add","path":"/status","value":"x"}])", "", "pass", "PatientMismatch"},
    {"a condition on what may be two patients'", "DELETE", "/Appointment", "patient=PATIENT&identifier=grp", "", "",
     "ResourceRejected", "PatientMismatch"},
    {"a conditional update of it", "PUT", "/Account", "patient=PATIENT",
     R"({"resourceType":"Account","subject":[{"reference":"Patient/p1"}]})", "", "ResourceRejected", "PatientMismatch"},
    {"a conditional patch of it", "PATCH", "/Appointment", "patient=PATIENT",
     R"([{"op":"remove","path":"/participant/0"}])", "", "ResourceRejected", "PatientMismatch"},
    {"a search for what all patients share", "DELETE", "/Organization", "name=PATIENT", "", "", "ResourceRejected",
     "ResourceRejected"},
    {"one of several parameters only", "DELETE", "/AllergyIntolerance", "patient=p1&recorder=Patient/PATIENT", "", "",
     "pass", "PatientMismatch"},
    {"a parameter in capitals", "DELETE", "/Observation", "patient=p1&Patient=PATIENT", "", "", "ResourceRejected",
     "PatientMismatch"},
    {"a modifier that servers pass over", "DELETE", "/Observation", "patient=p1&patient:exact=PATIENT", "", "",
     "ResourceRejected", "ResourceRejected"},
    {"a modifier that servers drop with its parameter", "DELETE", "/Observation", "patient=PATIENT&code:not=x", "", "",
     "ResourceRejected", "PatientMismatch"},
    {"a modifier that says what the parameter is of", "DELETE", "/Observation",
     "patient=PATIENT&performer:Practitioner=d", "", "", "pass", "PatientMismatch"},
    {"a reference by any parameter", "DELETE", "/Observation", "patient=p1&x=Patient/PATIENT", "", "", "pass",
     "PatientMismatch"},
    {"what a later condition means", "POST", "/SearchParameter", "", R"({"resourceType":"SearchParameter"})", "",
     "ResourceRejected", "ResourceRejected"},
    {"a document of another server", "DELETE", "/Bundle/1", "", "",
     R"({"resourceType":"Bundle","id":"1","type":"document","entry":[{"fullUrl":"https://other.example/Patient/PATIENT",
         "resource":{"resourceType":"Patient","id":"PATIENT"}}]})",
     "ResourceRejected", "ResourceRejected"},
    {"two of one parameter", "DELETE", "/Observation", "patient=p1&patient=PATIENT", "", "", "pass", "PatientMismatch"},
    {"a resource that names this patient too", "POST", "/Observation", "",
     R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[{"reference":"Patient/PATIENT"}]})",
     "", "pass", "ResourceRejected performer[0]"},
    {"a List of things", "POST", "/List", "",
     R"({"resourceType":"List","subject":{"reference":"Patient/p1"},"entry":[{"item":{"reference":"Patient/PATIENT"}}]})",
     "", "pass", "ResourceRejected entry[0].item"},
    {"Patient.link taken for membership", "PUT", "/Patient/p1", "",
     R"({"resourceType":"Patient","id":"p1","link":[{"other":{"reference":"Patient/PATIENT"},"type":"seealso"}]})",
     R"({"resourceType":"Patient","id":"p1","link":[{"other":{"reference":"Patient/p1"},"type":"seealso"}]})", "pass",
     "ResourceRejected link"},
    {"a version of another patient", "POST", "/Observation", "",
     R"({"resourceType":"Observation","subject":{"reference":"Patient/PATIENT/_history/1"}})", "", "pass",
     "ResourceRejected subject"},
    {"an extension", "POST", "/Observation", "",
     R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},
         "_status":{"extension":[{"valueReference":{"reference":"Patient/PATIENT"}}]}})",
     "", "pass", "ResourceRejected _status.extension[0].valueReference"},
    {"a batch", "POST", "", "",
     R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"POST","url":"Observation"},
         "resource":{"resourceType":"Observation","subject":{"reference":"Patient/PATIENT"}}}]})",
     "", "pass", "ResourceRejected entry[0].resource.subject"},
    {"a condition in a transaction", "POST", "", "",
     R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE",
         "url":"Observation?patient=PATIENT"}}]})",
     "", "pass", "PatientMismatch"},
    {"a condition of a create in a transaction", "POST", "", "",
     R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation",
         "ifNoneExist":"patient=PATIENT"},"resource":{"resourceType":"Observation","subject":{"reference":"Patient/p1"}}}]})",
     "", "pass", "PatientMismatch"},
    {"a document in a Bundle in a transaction", "POST", "", "",
     R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Bundle"},"resource":
         {"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Patient","id":"PATIENT"}}]}}]})",
     "", "pass", "ResourceRejected entry[0].resource.entry[0].resource"},
};

std::string filled(std::string_view text, std::string_view patient) {
  std::string all(text);
  for (auto at = all.find("PATIENT"); at != std::string::npos; at = all.find("PATIENT"))
    all.replace(at, std::string_view("PATIENT").size(), patient);
  return all;
}

std::string judged(const Vector& vector, std::string_view patient) {
  const auto request = sent(vector.method, filled(vector.path, patient), filled(vector.query, patient));
  const auto read = [&](std::string_view text) {
    return text.empty() ? json() : parse_json(filled(text, patient), 16UL * 1024).value();
  };
  const json body = read(vector.body);
  if (vector.stored.empty()) return vector.body.empty() ? decided(request) : decided(request, body);
  return decided(request, body, read(vector.stored));
}

TEST(WriteVectors, PassForThisPatientAndNotForAnother) {
  for (const Vector& vector : vectors) {
    EXPECT_EQ(judged(vector, "p1"), vector.right) << vector.what;
    EXPECT_EQ(judged(vector, "p2"), vector.wrong) << vector.what;
    for (const std::string_view like : {"P1", "p1-", "p", "p10"})
      EXPECT_NE(judged(vector, like), "pass") << vector.what << " " << like;
  }
}

TEST(WriteVectors, AMemberThatIsThereTwiceIsNoJson) {
  EXPECT_FALSE(parse_json(R"({"subject":{"reference":"Patient/p1"},"subject":{"reference":"Patient/p2"}})", 4096));
}

TEST(WriteVectors, AConditionIsReadInOneWayAlone) {
  for (const char* condition :
       {"patient=p1&_filter=x", "patient=p1&_in=List/x", "patient=p1&_text=x", "patient=p1&_elements=id", "_id=ob",
        "subject=Patient/p1&subject=Group/g", "patient=p1&subject=Group/g", "patient=p1&subject=x%7C1"}) {
    EXPECT_EQ(decided(sent("DELETE", "/Observation", condition)), "ResourceRejected") << condition;
    EXPECT_EQ(decided(sent("PUT", "/Observation", condition), observation("Patient/p1")), "ResourceRejected")
        << condition;
    const fhir::Header header{"If-None-Exist", condition};
    EXPECT_EQ(decided(sent("POST", "/Observation", {}, {header}), observation("Patient/p1")), "ResourceRejected")
        << condition;
  }
  for (const char* condition :
       {"patient=p1&code=x", "patient=p1&subject=Patient/p1", "patient=p1&patient=p1", "patient=p1&_id=ob"})
    EXPECT_EQ(decided(sent("DELETE", "/Observation", condition)), "pass") << condition;
  EXPECT_FALSE(fhir::classify({.method = "DELETE", .path = "/Observation", .query = "code=x;patient=p1"}));
}

}  // namespace
}  // namespace wardend::guard
