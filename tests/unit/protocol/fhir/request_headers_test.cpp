#include "protocol/fhir/request_headers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wardend::fhir {
namespace {

std::expected<FhirRequest, std::string> with(std::string_view method, std::string_view path,
                                             const std::vector<Header>& headers) {
  return classify({.method = method, .path = path, .headers = headers});
}

struct Fault {
  std::string_view method;
  std::string_view path;
  std::vector<Header> headers;
  std::string_view words;
};

TEST(RequestHeaders, RefusesTwoOfOneAndWhatMakesAnotherRequest) {
  const Fault faults[] = {
      {"PUT", "/Observation/1", {{"If-Match", "W/\"1\""}, {"if-match", "W/\"2\""}}, "twice"},
      {"POST", "/Observation", {{"If-None-Exist", "identifier=a"}, {"If-None-Exist", "identifier=b"}}, "twice"},
      {"PUT", "/Observation/1", {{"Content-Type", "application/json"}, {"Content-Type", "text/xml"}}, "twice"},
      {"GET", "/Observation/1", {{"Prefer", "a"}, {"PREFER", "b"}}, "twice"},
      {"POST", "/Observation/_search", {{"X-HTTP-Method-Override", "DELETE"}}, "refused"},
      {"POST", "/Observation", {{"x-http-method", "PUT"}}, "refused"},
      {"POST", "/Observation", {{"X-Provenance", "{}"}}, "refused"},
      {"GET", "/Observation", {{"Prefer", "respond-async"}}, "later"},
      {"PUT", "/Observation/1", {{"If-Match", "*"}}, "version"},
      {"PUT", "/Observation/1", {{"If-Match", "\"1\", \"2\""}}, "version"},
      {"PUT", "/Observation/1", {{"If-Match", "3"}}, "version"},
      {"PUT", "/Observation/1", {{"If-None-Exist", "identifier=a"}}, "belongs to a create"},
      {"POST", "/Observation", {{"If-None-Exist", ""}}, "without a condition"},
      {"POST", "/Observation", {{"If-None-Exist", "Observation?identifier=a"}}, "If-None-Exist"},
      {"POST", "/Observation", {{"If-None-Exist", "_format=json"}}, "without a condition"},
      {"POST", "/Observation", {{"Content-Type", "application/fhir+xml"}}, "application/fhir+xml"},
      {"PATCH", "/Observation/1", {{"Content-Type", "application/fhir+json"}}, "FHIRPath Patch"},
      {"PATCH", "/Observation/1", {{"Content-Type", "application/xml-patch+xml"}}, "JSON Patch"},
      {"PATCH", "/Observation/1", {{"Content-Type", "application/json"}}, "JSON Patch"},
      {"POST", "/Observation/_search", {{"Content-Type", "application/json"}}, "application/json"},
  };
  for (const Fault& row : faults) {
    const auto request = with(row.method, row.path, row.headers);
    ASSERT_FALSE(request) << row.words;
    EXPECT_TRUE(request.error().contains(row.words)) << request.error();
  }
}

TEST(RequestHeaders, ReadsWhatTheyMean) {
  EXPECT_EQ(with("PUT", "/Observation/1", {{"If-Match", "W/\"3\""}})->if_match, "3");
  EXPECT_EQ(with("DELETE", "/Observation/1", {{"If-Match", "\"3-a\""}})->if_match, "3-a");
  const auto create = with("POST", "/Observation", {{"IF-NONE-EXIST", "identifier=a&patient=p1"}});
  ASSERT_TRUE(create);
  EXPECT_TRUE(create->conditional);
  EXPECT_EQ(create->if_none_exist.size(), 2U);
  EXPECT_TRUE(create->parameters.empty());
  EXPECT_TRUE(with("GET", "/Observation/1", {{"Accept", "a"}, {"Accept", "b"}, {"If-None-Match", "W/\"1\""}}));
}

TEST(RequestHeaders, TellsWhatABodyIs) {
  const std::vector<Header> json = {{"Content-Type", "application/fhir+json; charset=utf-8"}};
  EXPECT_EQ(with("POST", "/Observation", json)->body, BodyKind::resource);
  EXPECT_EQ(with("POST", "", json)->body, BodyKind::resource);
  EXPECT_EQ(with("PATCH", "/Observation/1", {{"Content-Type", "application/json-patch+json"}})->body,
            BodyKind::json_patch);
  EXPECT_EQ(with("POST", "/Observation/_search", {{"content-type", "application/x-www-form-urlencoded"}})->body,
            BodyKind::search_form);
  EXPECT_EQ(with("POST", "/Observation/_search", {})->body, BodyKind::search_form);
  EXPECT_EQ(with("POST", "/Patient/p1/$everything", json)->body, BodyKind::resource);
  EXPECT_EQ(with("GET", "/Patient/p1/$everything", {})->body, BodyKind::none);
  EXPECT_EQ(with("DELETE", "/Observation/1", {})->body, BodyKind::none);
}

}  // namespace
}  // namespace wardend::fhir
