// What stands in the audit trail of requests through the gateway, on the real program: what was asked for, and what
// became of it whatever became of its answer.
#include "tests/integration/gateway_client.hpp"
#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

class GatewayTrail : public RealWrites {
 protected:
  void launch(Settings settings = {}) {
    start(std::move(settings));
    session = launched(first_chart());
    ASSERT_FALSE(session.empty());
  }
  Passed get(const std::string& path) { return through_gateway(site, session, {.method = "GET", .path = path}); }
  Passed post(const std::string& path, const json& body, bool names_patient = true) {
    std::vector<std::string> headers;
    if (names_patient) headers.emplace_back("X-Wardend-Patient: p1");
    return through_gateway(site, session, {.method = "POST", .path = path, .body = body, .headers = headers});
  }
  // The app has its answer before the trail has what became of it.
  bool told(const std::vector<std::string>& words) {
    return eventually([&] { return site.audited(words); });
  }
  std::string session;
};

TEST_F(GatewayTrail, HasTheOutcomeOfAWriteWhoseAnswerIsKeptBack) {
  launch();
  const auto written = [&](int status, const json& body) {
    repository.set(
        "faults",
        {{"path", "/fhir/Observation"}, {"method", "POST"}, {"count", 1}, {"status", status}, {"body", body}});
    return post("Observation", about("p1")).error();
  };
  EXPECT_EQ(written(201, {{"no", "resource"}}), "ServerUnavailable");
  EXPECT_TRUE(told({R"("action":"outcome")", R"("outcome":"granted")", "HTTP 201, and its answer was kept back"}));
  EXPECT_EQ(written(412, "<html>"), "InvalidRequest");
  EXPECT_TRUE(told({R"("action":"outcome")", R"("reason":"failure")", "HTTP 412, and its answer was kept back"}));
  EXPECT_FALSE(site.audited({"nobody said what became of"}));
}

TEST_F(GatewayTrail, NamesTheEntriesOfABundleAndAnAccessWhereAllOfThemRead) {
  launch();
  const auto bundle = [](const char* type, json entry) {
    return json{{"resourceType", "Bundle"}, {"type", type}, {"entry", json::array({std::move(entry)})}};
  };
  const json reads = bundle("batch", {{"request", {{"method", "GET"}, {"url", "Observation?patient=p1&code=8867-4"}}}});
  EXPECT_EQ(post("", reads, false).status, 200) << "it writes nothing";
  EXPECT_TRUE(told({R"("kind":"access")", R"("interaction":"batch")", R"("resource":"Bundle")",
                    ", for GET Observation?patient=p1&code=8867-4"}));
  const json writes =
      bundle("transaction", {{"resource", about("p1")}, {"request", {{"method", "POST"}, {"url", "Observation"}}}});
  EXPECT_EQ(post("", writes, false).error(), "InvalidRequest") << "nobody says whom the app shows";
  EXPECT_EQ(post("", writes).status, 200);
  EXPECT_TRUE(told({R"("kind":"write")", R"("action":"outcome")", "transaction Bundle (POST Observation); HTTP 200"}));
}

TEST_F(GatewayTrail, TellsEachPatientThatARefusedRequestNamed) {
  launch();
  for (const char* patient : {"p2", "p3", "p4"}) {
    EXPECT_EQ(get(std::string("Observation?code=x&patient=") + patient).error(), "PatientMismatch");
    EXPECT_TRUE(told({"it names " + std::string(patient)})) << patient;
  }
  EXPECT_EQ(post("Observation", about("p2")).error(), "ResourceRejected");
  EXPECT_TRUE(told({R"("action":"create")", "; about Patient/p2", R"("request_id":)"}));
  EXPECT_EQ(through_gateway(site, "made-up", {.method = "GET", .path = "Patient/p5"}).error(), "UnknownSession");
  EXPECT_TRUE(told({"UnknownSession", R"("resource":"Patient/p5")"}));
}

TEST_F(GatewayTrail, SaysWhatWasReadForAWriteAndWhichSearchAPageGoesOnWith) {
  launch();
  json mine = about("p1");
  mine["id"] = "mine";
  repository.lay_down(mine);
  EXPECT_EQ(through_gateway(site, session,
                            {.method = "DELETE", .path = "Observation/mine", .headers = {"X-Wardend-Patient: p1"}})
                    .status /
                100,
            2);
  EXPECT_TRUE(told({R"("action":"delete")", "read for it: Observation/mine"}));
  json theirs = about("p2");
  theirs["id"] = "theirs";
  repository.lay_down(theirs);
  EXPECT_EQ(through_gateway(site, session,
                            {.method = "DELETE", .path = "Observation/theirs", .headers = {"X-Wardend-Patient: p1"}})
                .error(),
            "ResourceRejected");
  EXPECT_TRUE(told({R"("action":"delete")", "nothing was sent; read for it: Observation/theirs"}));
  repository.set("config", {{"links", "getpages"}});
  const json found = get("Observation?patient=p1&_count=2").json();
  for (const json& link : found.value("link", json::array()))
    if (link.value("relation", "") == "next")
      EXPECT_EQ(through_gateway_at(site, link.value("url", ""), {.method = "GET", .path = ""}).status, 200);
  EXPECT_TRUE(told({"a page of ", R"("query":"patient=p1&_count=2")"}));
}

// Not the trail's matter, and yet everybody's: what one app asks for must not stop the others.
TEST_F(GatewayTrail, OneRecordThatComesToNothingTakesNoServerDown) {
  launch();
  repository.set("faults", {{"path", "/fhir/Observation/odd"}, {"drop", "before"}});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(get("Observation/odd").error(), "ServerUnavailable");
  const Passed other = get("Patient/p1");
  EXPECT_EQ(other.status, 200) << other.body;
  EXPECT_EQ(other.headers.at("x-wardend-server-state"), "up");
}

TEST_F(GatewayTrail, WhatTwoReadersReadInTwoWaysIsRefused) {
  launch();
  json twice = about("p1");
  twice["Subject"] = {{"reference", "Patient/p2"}};
  EXPECT_EQ(post("Observation", twice).error(), "InvalidRequest");
  EXPECT_EQ(get("Observation?patient=p1&code=x;patient=p2").error(), "InvalidRequest");
  EXPECT_EQ(repository.received("POST"), 0U);
}

}  // namespace
}  // namespace wardend::test
