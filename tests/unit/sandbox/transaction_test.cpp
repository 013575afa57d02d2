#include "tests/sandbox/transaction.hpp"

#include "tests/unit/sandbox/world.hpp"

namespace wardend::sandbox {
namespace {

class Transaction : public World {
 protected:
  Reply send(const json& bundle, const std::string& with) {
    return ehr.handle({.method = "POST",
                       .path = "/fhir",
                       .authorization = "Bearer " + with,
                       .content_type = "application/fhir+json",
                       .body = bundle.dump()},
                      now);
  }
  static json bundle(const std::string& type, const json& entries) {
    return {{"resourceType", "Bundle"}, {"type", type}, {"entry", entries}};
  }
  static json entry(const std::string& method, const std::string& url, const json& resource = nullptr,
                    const json& request = json::object()) {
    json made = {{"request", {{"method", method}, {"url", url}}}};
    made["request"].update(request);
    if (!resource.is_null()) made["resource"] = resource;
    return made;
  }
  static json note(const std::string& text) {
    return {{"resourceType", "Observation"}, {"subject", {{"reference", "Patient/patient-1"}}}, {"valueString", text}};
  }
  json search() { return json::parse(get("/fhir/Observation", "patient=patient-1", token).body); }

  std::string token = tokens("launch/patient patient/*.cruds")["access_token"];
};

TEST_F(Transaction, DoesAllAndFillsInReferences) {
  json first = entry("POST", "Observation", note("first"));
  first["fullUrl"] = "urn:uuid:1";
  json report = {{"resourceType", "DiagnosticReport"}, {"result", json::array({{{"reference", "urn:uuid:1"}}})}};
  const Reply reply = send(bundle("transaction", {entry("POST", "DiagnosticReport", report), first,
                                                  entry("DELETE", "Observation/observation-1-1")}),
                           token);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const json answer = json::parse(reply.body);
  EXPECT_EQ(answer["type"], "transaction-response");
  ASSERT_EQ(answer["entry"].size(), 3U);
  EXPECT_EQ(answer["entry"][0]["response"]["status"], "201");
  EXPECT_EQ(answer["entry"][2]["response"]["status"], "200");
  EXPECT_EQ(answer["entry"][1]["response"]["etag"], "W/\"1\"");
  const std::string location = answer["entry"][0]["response"]["location"];
  const std::string path = location.substr(std::string(origin).size());
  const json written = json::parse(get(path.substr(0, path.find("/_history")), "", token).body);
  const std::string observation = answer["entry"][1]["response"]["location"];
  EXPECT_TRUE(observation.contains(written["result"][0]["reference"].get<std::string>())) << written;
  EXPECT_EQ(search()["total"], 3) << "one more and one less";
}

TEST_F(Transaction, ThatFailsAtOneEntryChangesNothing) {
  const json rows[] = {entry("PUT", "Observation/nobodys", note("x")),
                       entry("DELETE", "Observation/observation-1-2", nullptr, {{"ifMatch", "W/\"9\""}}),
                       entry("POST", "Observation", {{"resourceType", "Patient"}}),
                       entry("POST", "Observation", note("x"), {{"ifNoneExist", "code=1"}}),
                       entry("GET", "Observation/observation-1-1"),
                       entry("POST", "Observation/mine", note("x")),
                       entry("DELETE", "Observation?code=1"),
                       json(1)};
  for (const json& wrong : rows) {
    const Reply reply = send(bundle("transaction", {entry("POST", "Observation", note("first")), wrong}), token);
    EXPECT_GE(reply.status, 400) << wrong;
    EXPECT_EQ(json::parse(reply.body)["resourceType"], "OperationOutcome") << wrong;
    EXPECT_EQ(search()["total"], 3) << wrong;
  }
}

TEST_F(Transaction, OfABatchEachEntryIsForItself) {
  const Reply reply = send(
      bundle("batch", {entry("PUT", "Observation/nobodys", note("x")), entry("POST", "Observation", note("first"))}),
      token);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const json answer = json::parse(reply.body);
  EXPECT_EQ(answer["type"], "batch-response");
  EXPECT_EQ(answer["entry"][0]["response"]["status"], "404");
  EXPECT_EQ(answer["entry"][0]["response"]["outcome"]["resourceType"], "OperationOutcome");
  EXPECT_EQ(answer["entry"][1]["response"]["status"], "201");
  EXPECT_EQ(search()["total"], 4);
}

TEST_F(Transaction, NeedsTheScopesOfEachEntry) {
  const std::string less = tokens("launch/patient patient/Observation.c")["access_token"];
  const json both = {entry("POST", "Observation", note("x")), entry("DELETE", "Observation/observation-1-1")};
  EXPECT_EQ(send(bundle("transaction", both), less).status, 403);
  EXPECT_EQ(search()["total"], 3);
  EXPECT_EQ(send(bundle("transaction", both), "unknown").status, 401);
  EXPECT_EQ(ehr.handle({.method = "POST", .path = "/fhir", .body = "{}"}, now).status, 401);
}

TEST_F(Transaction, HasAHundredEntriesAtMost) {
  json entries = json::array();
  for (int i = 0; i < 101; ++i) entries.push_back(entry("POST", "Observation", note("x")));
  EXPECT_EQ(send(bundle("transaction", entries), token).status, 400);
  entries.erase(0);
  EXPECT_EQ(send(bundle("transaction", entries), token).status, 200);
}

}  // namespace
}  // namespace wardend::sandbox
