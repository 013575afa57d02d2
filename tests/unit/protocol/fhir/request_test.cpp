#include "protocol/fhir/request.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wardend::fhir {
namespace {

std::string as_text(const FhirRequest& request) {
  std::string text(name_of(request.interaction));
  if (!request.compartment.empty()) text += " of " + request.compartment;
  if (!request.type.empty()) text += " " + request.type;
  if (!request.id.empty()) text += "/" + request.id;
  if (!request.version.empty()) text += "@" + request.version;
  if (!request.operation.empty()) text += " " + request.operation;
  for (const QueryParameter& parameter : request.parameters) text += " " + parameter.name;
  if (request.conditional) text += " if";
  return text;
}

std::string classified(std::string_view method, std::string_view path, std::string_view query = {},
                       std::vector<Header> headers = {}) {
  const auto request = classify({.method = method, .path = path, .query = query, .headers = headers});
  return request ? as_text(*request) : "refused: " + request.error();
}

struct Row {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view expected;
};

// Every row of the summary of the HTTP page.
constexpr Row rows[] = {
    {"GET", "/Observation/1", "", "read Observation/1"},
    {"HEAD", "/Observation/1", "", "read Observation/1"},
    {"GET", "/Observation/1", "_format=json&_summary=true", "read Observation/1 _format _summary"},
    {"GET", "/Observation/1/_history/3", "", "vread Observation/1@3"},
    {"PUT", "/Observation/1", "", "update Observation/1"},
    {"PUT", "/Observation", "identifier=a%7Cb", "update Observation identifier if"},
    {"PATCH", "/Observation/1", "", "patch Observation/1"},
    {"PATCH", "/Observation", "identifier=b", "patch Observation identifier if"},
    {"DELETE", "/Observation/1", "", "delete Observation/1"},
    {"DELETE", "/Observation", "identifier=b", "delete Observation identifier if"},
    {"POST", "/Observation", "", "create Observation"},
    {"GET", "", "_type=Observation&_id=1", "search _type _id"},
    {"GET", "/", "", "search"},
    {"GET", "/Observation", "patient=p1", "search Observation patient"},
    {"GET", "/Observation", "", "search Observation"},
    {"POST", "/Observation/_search", "patient=p1", "search Observation patient"},
    {"POST", "/_search", "", "search"},
    {"GET", "/Patient/p1/Observation", "code=x", "search of Patient/p1 Observation code"},
    {"GET", "/Patient/p1/*", "", "search of Patient/p1 *"},
    {"POST", "/Patient/p1/_search", "", "search of Patient/p1 *"},
    {"POST", "/Patient/p1/Observation/_search", "", "search of Patient/p1 Observation"},
    {"GET", "/Encounter/e1/Observation", "", "search of Encounter/e1 Observation"},
    {"GET", "/Observation/1/_history", "_since=2026-01-01", "history Observation/1 _since"},
    {"GET", "/Observation/_history", "", "history Observation"},
    {"GET", "/_history", "_count=5", "history _count"},
    {"POST", "", "", "transaction"},
    {"POST", "/", "", "transaction"},
    {"GET", "/metadata", "mode=full", "capabilities CapabilityStatement mode"},
    {"GET", "/.well-known/smart-configuration", "", "capabilities"},
    {"GET", "/$versions", "", "operation $versions"},
    {"POST", "/$process-message", "", "operation $process-message"},
    {"POST", "/Patient/$match", "", "operation Patient $match"},
    {"GET", "/Patient/p1/$everything", "start=2026", "operation Patient/p1 $everything start"},
    {"GET", "/Patient/p1/%24everything", "", "operation Patient/p1 $everything"},
    {"POST", "/Observation/1/$meta-add", "", "operation Observation/1 $meta-add"},
    {"GET", "/%50atient/p1", "", "read Patient/p1"},
};

TEST(Classify, KnowsEveryRowOfTheHttpPage) {
  for (const Row& row : rows)
    EXPECT_EQ(classified(row.method, row.path, row.query), row.expected) << row.method << " " << row.path;
}

struct Fault {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view words;  // that the refusal holds
};

constexpr Fault faults[] = {
    {"get", "/Patient/p1", "", "\"get\""},
    {"TRACE", "/Patient/p1", "", "\"TRACE\""},
    {"OPTIONS", "", "", "\"OPTIONS\""},
    {"MERGE", "/Patient/p1", "", "\"MERGE\""},
    {"", "/Patient/p1", "", "method"},
    {"GET", "Patient/p1", "", "absolute"},
    {"GET", "https://ehr.example.org/fhir/Patient/p1", "", "absolute"},
    {"GET", "//evil.example.org/Patient/p1", "", "empty segment"},
    {"GET", "/Patient//p1", "", "empty segment"},
    {"GET", "/Patient/p1/", "", "empty segment"},
    {"GET", "/Patient/", "", "empty segment"},
    {"GET", "/Patient/../Observation/1", "", "\"..\""},
    {"GET", "/Patient/%2e%2e/Observation", "", "\"..\""},
    {"GET", "/Patient/./p1", "", "\".\""},
    {"GET", "/Patient%2Fp2", "", "slash"},
    {"GET", "/Patient/p1%2F..%2Fp2", "", "slash"},
    {"GET", "/Patient/p1%5Cp2", "", "slash"},
    {"GET", "/Patient/p%252e", "", "no id"},
    {"GET", "/Patient/p%", "", "escape"},
    {"GET", "/Patient/p%00", "", "escape"},
    {"GET", "/Patient/p+1", "", "no id"},
    {"GET", "/Patient/p1?x=1", "", "query"},
    {"GET", "/Patient/p1#x", "", "fragment"},
    {"GET", "/patient/p1", "", "\"patient\""},
    {"GET", "/Patients/p1", "", "\"Patients\""},
    {"GET", "/Patient;x=1/p1", "", "resource type"},
    {"GET", "/Patient/p 1", "", "no id"},
    {"GET", "/Patient/_bogus", "", "\"_bogus\""},
    {"GET", "/_bogus", "", "\"_bogus\""},
    {"GET", "/Patient/p1/_bogus", "", "\"_bogus\""},
    {"GET", "/Patient/p1/_history/3/$meta", "", "more segments"},
    {"GET", "/Observation/_search", "", "no such request"},
    {"POST", "/Observation/1", "", "no such request"},
    {"POST", "/Observation/1/_history", "", "no such request"},
    {"PUT", "", "", "no such request"},
    {"DELETE", "", "", "no such request"},
    {"DELETE", "/Observation/1/_history/2", "", "no such request"},
    {"PUT", "/Patient/p1/$everything", "", "no such request"},
    {"GET", "/Observation/1/Patient", "", "no such request"},
    {"GET", "/Patient/p1/Observation/1", "", "no such request"},
    {"GET", "/Patient/p1/Bogus", "", "\"Bogus\""},
    {"POST", "/metadata", "", "no such request"},
    {"GET", "/metadata/x", "", "\"metadata\""},
    {"GET", "/$", "", "\"$\""},
    {"GET", "/$a.b", "", "\"$a.b\""},
    {"GET", "/Observation", "_query=mine", "\"_query\""},
    {"GET", "/Observation", "_getpages=x", "\"_getpages\""},
    {"GET", "/Observation", "patient:likes=p1", "\":likes\""},
    {"GET", "/Observation", "_include:all=*", "\":all\""},
    {"GET", "/Observation", "_has=x", "modifier"},
    {"GET", "/Observation", "pat ient=p1", "search parameter"},
    {"GET", "/Observation", "patient=%", "escape"},
    {"GET", "/Observation", "patient=p1#x", "fragment"},
    {"GET", "/Observation/1", "patient=p2", "\"patient\""},
    {"PUT", "/Observation/1", "identifier=x", "\"identifier\""},
    {"POST", "/Observation", "identifier=x", "\"identifier\""},
    {"POST", "", "patient=p2", "\"patient\""},
    {"PUT", "/Observation", "", "without a condition"},
    {"DELETE", "/Observation", "_format=json", "without a condition"},
    {"DELETE", "/Observation", "patient=p1&_include=*", "\"_include\""},
    {"DELETE", "/Observation", "patient=p1&_count=1", "\"_count\""},
};

TEST(Classify, RefusesWhatNoRowNamesAndSaysWhatThatIs) {
  for (const Fault& row : faults) {
    const std::string said = classified(row.method, row.path, row.query);
    EXPECT_TRUE(said.starts_with("refused: ") && said.contains(row.words))
        << row.method << " " << row.path << "?" << row.query << ": " << said;
  }
}

TEST(Classify, BoundsWhatItReads) {
  EXPECT_TRUE(classified("GET", "/" + std::string(longest_path, 'a')).contains("2 KiB"));
  EXPECT_TRUE(classified("GET", "/Observation", std::string(longest_query + 1, 'a')).contains("8 KiB"));
  std::string many;
  for (std::size_t i = 0; i <= most_parameters; ++i) many += "code=x&";
  EXPECT_TRUE(classified("GET", "/Observation", many).contains("64"));
}

TEST(Classify, SaysOfEachInteractionWhetherItReads) {
  const auto reads = [](std::string_view method, std::string_view path) {
    return classify({.method = method, .path = path})->reads;
  };
  EXPECT_TRUE(reads("GET", "/Patient/p1"));
  EXPECT_TRUE(reads("POST", "/Observation/_search"));
  EXPECT_TRUE(reads("GET", "/Patient/p1/$everything"));
  EXPECT_FALSE(reads("POST", "/Patient/p1/$everything"));
  EXPECT_FALSE(reads("POST", "/Observation"));
  EXPECT_FALSE(reads("DELETE", "/Observation/1"));
}

TEST(ClassifyEntry, ReadsAnAddressThatIsRelativeToTheBase) {
  const auto request = classify_entry({.method = "PUT", .url = "Observation/1", .if_match = "W/\"3\""});
  ASSERT_TRUE(request);
  EXPECT_EQ(as_text(*request), "update Observation/1");
  EXPECT_EQ(request->if_match, "3");
  EXPECT_EQ(as_text(*classify_entry({.method = "DELETE", .url = "Observation?identifier=x"})),
            "delete Observation identifier if");
  EXPECT_EQ(as_text(*classify_entry({.method = "POST", .url = "Observation", .if_none_exist = "identifier=x"})),
            "create Observation if");
  EXPECT_EQ(as_text(*classify_entry({.method = "POST", .url = ""})), "transaction");
}

TEST(ClassifyEntry, RefusesAnAddressWithABaseOfItsOwn) {
  for (const std::string_view url :
       {"/Patient/p1", "https://ehr.example.org/fhir/Patient/p1", "//ehr/Patient/p1", "Patient/p1/", "Patient/p1#x"})
    EXPECT_FALSE(classify_entry({.method = "PUT", .url = url})) << url;
}

}  // namespace
}  // namespace wardend::fhir
