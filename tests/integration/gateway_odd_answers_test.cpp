// What the app sees when the FHIR server answers oddly: nothing that was not judged, and the cause by its name.
#include "tests/integration/gateway_client.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class GatewayOddAnswers : public Scenario {
 protected:
  void launch() {
    start({.app = "token_access = \"gateway\"\n[app.gateway]\nforeign = \"enforce\""});
    session = site.launched_session();
  }
  Passed get(const std::string& path, std::vector<std::string> headers = {}) {
    return through_gateway(site, session, {.method = "GET", .path = path, .headers = std::move(headers)});
  }
  // The answer to `path` while that fault is on.
  Passed faulty(json fault, const std::string& path, std::vector<std::string> headers = {}) {
    if (!fault.contains("at")) fault["at"] = "fhir";
    ehr.fault(fault);
    Passed passed = get(path, std::move(headers));
    ehr.no_faults();
    return passed;
  }
  std::string session;
};

TEST_F(GatewayOddAnswers, AreRefusedWithTheirCause) {
  launch();
  const std::string search = "Observation?patient=patient-1";
  ASSERT_EQ(get(search).status, 200);
  const std::string theirs = R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p2"}})";
  const struct {
    const char* what;
    json fault;
    std::string path;
    int status;
    const char* words;
  } table[] = {
      {"UTF-7", {{"kind", "dress"}, {"content_type", "application/fhir+json; charset=utf-7"}}, search, 502, "UTF-8"},
      {"UTF-16",
       {{"kind", "dress"}, {"content_type", "application/fhir+json; charset=utf-16"}, {"encoding", "utf16"}},
       search,
       502,
       "UTF-8"},
      {"another length",
       {{"kind", "set_headers"}, {"members", {{"Transfer-Encoding", "gzip, chunked"}}}},
       search,
       502,
       ""},
      {"a record for metadata",
       {{"at", "metadata"},
        {"kind", "status"},
        {"status", 200},
        {"body", theirs},
        {"content_type", "application/fhir+json"}},
       "metadata",
       502,
       "no CapabilityStatement"},
      {"too much", {{"kind", "big"}, {"bytes", 9'000'000}}, search, 502, "_count"},
      {"another place",
       {{"kind", "redirect"}, {"location", "https://login.example.org/Patient/p2"}},
       search,
       502,
       "https://login.example.org,"},
      {"a record that is not there",
       {{"kind", "status"}, {"status", 404}, {"body", "<p>"}, {"content_type", "text/html"}},
       search,
       404,
       "no such record"},
  };
  for (const auto& row : table) {
    const Passed passed = faulty(row.fault, row.path);
    EXPECT_EQ(passed.status, row.status) << row.what << passed.body;
    EXPECT_FALSE(passed.error().empty()) << row.what << passed.body;
    EXPECT_TRUE(passed.body.contains(row.words)) << row.what << passed.body;
    EXPECT_FALSE(passed.body.contains("p2")) << row.what << passed.body;
  }
  ehr.fault({{"at", "fhir"}, {"kind", "set_headers"}, {"members", {{"X-Large", std::string(65'450, 'a')}}}});
  const Passed head = get(search);
  EXPECT_EQ(head.status, 502) << head.body;
  EXPECT_TRUE(head.body.contains("more headers than wardend takes")) << head.body;
  ehr.no_faults();
  EXPECT_EQ(get(search).status, 200) << "and none of them for long";
}

TEST_F(GatewayOddAnswers, AnErrorAndANotModifiedTellOfNoRecord) {
  launch();
  const json outcome = {{"resourceType", "OperationOutcome"}, {"issue", json::array()}};
  const json told = {{"ETag", "W/\"7\""}, {"Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT"}};
  ehr.fault({{"at", "fhir"}, {"kind", "set_headers"}, {"members", told}});
  const Passed missing = get("Observation/nobody");
  EXPECT_EQ(missing.status, 404) << missing.body;
  EXPECT_FALSE(missing.headers.contains("etag") || missing.headers.contains("last-modified")) << missing.body;
  ehr.no_faults();
  const Passed unchanged = faulty({{"kind", "status"}, {"status", 304}}, "Observation/9", {"If-None-Match: W/\"7\""});
  EXPECT_EQ(unchanged.status, 502) << unchanged.body;
  EXPECT_EQ(get("Patient/patient-1", {"If-Match: W/\"1\""}).error(), "InvalidRequest");
}

TEST_F(GatewayOddAnswers, TheHeadSaysOfNobodyElseWhoseTheyAre) {
  launch();
  for (const auto& [whose, status] :
       {std::pair{"Patient/patient-1", 200}, {"Patient/p2", 422}, {"patient/p2", 422}, {"Patient%2Fp2", 422}}) {
    const Passed passed = faulty({{"kind", "set_headers"}, {"members", {{"X-Security-Context", whose}}}},
                                 "Observation?patient=patient-1");
    EXPECT_EQ(passed.status, status) << whose << passed.body;
    EXPECT_FALSE(passed.body.contains("p2")) << passed.body;
  }
}

TEST_F(GatewayOddAnswers, RelativeLinksLeadThroughTheGateway) {
  launch();
  for (const char* next :
       {"?page=2", "Observation?patient=patient-1&_count=1", "/fhir/Observation?patient=patient-1"}) {
    const json bundle = {{"resourceType", "Bundle"},
                         {"type", "searchset"},
                         {"link", json::array({{{"relation", "next"}, {"url", next}}})}};
    const Passed first = faulty(
        {{"kind", "status"}, {"status", 200}, {"body", bundle.dump()}, {"content_type", "application/fhir+json"}},
        "Observation?patient=patient-1&_count=1");
    ASSERT_EQ(first.status, 200) << first.body;
    const std::string url = first.json().value("/link/0/url"_json_pointer, "");
    EXPECT_TRUE(url.starts_with("http://wardend/fhir/" + session + "/")) << next << " became " << url;
    const Passed second = through_gateway_at(site, url, {.method = "GET", .path = ""});
    EXPECT_NE(second.status, 0) << next;
    EXPECT_EQ(second.error(), "") << "the server answers it, and not wardend: " << next << second.body;
  }
}

TEST_F(GatewayOddAnswers, FormatsAreRefusedInPlainWords) {
  launch();
  const Passed xml = get("Patient/patient-1", {"Accept: application/fhir+xml"});
  EXPECT_EQ(xml.status, 406);
  EXPECT_TRUE(xml.body.contains("wardend handles JSON alone: ask for application/fhir+json")) << xml.body;
  const Passed asked = get("Patient/patient-1?_format=xml");
  EXPECT_EQ(asked.status, 406) << asked.body;
  const Passed sent =
      through_gateway(site, session,
                      {.method = "POST",
                       .path = "Observation",
                       .body = "<Observation/>",
                       .headers = {"X-Wardend-Patient: patient-1", "Content-Type: application/fhir+xml"}});
  EXPECT_EQ(sent.status, 415) << sent.body;
  EXPECT_TRUE(sent.body.contains("send application/fhir+json")) << sent.body;
}

}  // namespace
}  // namespace wardend::test
