// Records through the gateway before a repository that gives and takes whatever it is asked for: slots that somebody
// has taken, documents that keep their source's ids and its copy of the patient.
#include "tests/integration/gateway_client.hpp"
#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

class GatewayRecords : public RealWrites {
 protected:
  void launch() {
    start({.app = "[app.gateway]\nforeign = \"enforce\"\n",
           .more = "[[identifier]]\nsystem = \"urn:mrn\"\nkind = \"opaque\"\n"});
    session = launched(first_chart());
    ASSERT_FALSE(session.empty());
  }
  Passed get(const std::string& path) { return through_gateway(site, session, {.method = "GET", .path = path}); }
  Passed put(const std::string& path, const json& body) {
    return through_gateway(site, session,
                           {.method = "PUT", .path = path, .body = body, .headers = {"X-Wardend-Patient: p1"}});
  }
  Passed take_away(const std::string& path) {
    return through_gateway(site, session, {.method = "DELETE", .path = path, .headers = {"X-Wardend-Patient: p1"}});
  }
  std::string session;
};

TEST_F(GatewayRecords, ASlotThatSomebodyElseHasIsNotWritten) {
  launch();
  json slot = {{"resourceType", "Slot"},
               {"id", "free"},
               {"schedule", {{"reference", "Schedule/s"}}},
               {"status", "free"},
               {"start", "2026-12-01T08:00:00Z"},
               {"end", "2026-12-01T08:30:00Z"}};
  repository.lay_down(slot);
  json taken = slot;
  taken["id"] = "taken";
  taken["status"] = "busy";
  taken["extension"] = json::array({{{"url", "urn:booked-by"}, {"valueReference", {{"reference", "Patient/p2"}}}}});
  repository.lay_down(taken);
  const json kept = repository.read("Slot/taken");
  slot["status"] = "busy";
  EXPECT_EQ(put("Slot/free", slot).status / 100, 2);
  EXPECT_EQ(repository.read("Slot/free").value("status", ""), "busy");
  slot["id"] = "taken";
  slot["status"] = "free";
  EXPECT_EQ(put("Slot/taken", slot).error(), "ResourceRejected");
  EXPECT_EQ(take_away("Slot/taken").error(), "ResourceRejected");
  EXPECT_EQ(repository.read("Slot/taken"), kept);
}

TEST_F(GatewayRecords, ADocumentIsOfThePatientWhoseNumberItHas) {
  launch();
  const auto document = [](const std::string& id, const std::string& number) {
    const json patient = {{"resourceType", "Patient"},
                          {"id", "p1"},
                          {"identifier", json::array({{{"system", "urn:mrn"}, {"value", number}}})}};
    const json composition = {{"resourceType", "Composition"},
                              {"status", "final"},
                              {"subject", {{"reference", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}}}};
    return json{{"resourceType", "Bundle"},
                {"id", id},
                {"type", "document"},
                {"entry",
                 json::array({{{"fullUrl", "urn:uuid:1c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}, {"resource", composition}},
                              {{"fullUrl", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}, {"resource", patient}}})}};
  };
  repository.lay_down(document("ours", first_chart().record_number));
  repository.lay_down(document("theirs", second_chart().record_number));
  EXPECT_EQ(get("Bundle/ours").status, 200) << get("Bundle/ours").body;
  const Passed refused = get("Bundle/theirs");
  EXPECT_EQ(refused.error(), "ResourceRejected") << refused.body;
  EXPECT_FALSE(refused.body.contains(second_chart().record_number)) << refused.body;
}

// Spec: IHE MHD, ITI-65
TEST_F(GatewayRecords, ADocumentMayHoldThePatientAsItsSourceKnewThem) {
  launch();
  const auto published = [&](const Chart& chart, const char* author) {
    const json copy = {{"resourceType", "Patient"},
                       {"id", "source"},
                       {"identifier", json::array({{{"system", "urn:mrn"}, {"value", chart.record_number}}})}};
    const json document = {
        {"resourceType", "DocumentReference"},
        {"status", "current"},
        {"subject", {{"reference", "Patient/p1"}}},
        {"author", json::array({{{"reference", author}}})},
        {"context", {{"sourcePatientInfo", {{"reference", "#source"}}}}},
        {"contained", json::array({copy})},
        {"content", json::array({{{"attachment", {{"contentType", "text/plain"}, {"data", "b2s="}}}}})}};
    return through_gateway(
        site, session,
        {.method = "POST", .path = "DocumentReference", .body = document, .headers = {"X-Wardend-Patient: p1"}});
  };
  const Passed own = published(first_chart(), "Practitioner/d1");
  EXPECT_EQ(own.status, 201) << own.body;
  EXPECT_EQ(get("DocumentReference?patient=p1").status, 200);
  EXPECT_EQ(published(second_chart(), "Practitioner/d1").error(), "ResourceRejected");
  EXPECT_EQ(published(first_chart(), "#source").error(), "ResourceRejected");
}

}  // namespace
}  // namespace wardend::test
