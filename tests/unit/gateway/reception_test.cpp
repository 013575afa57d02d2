#include "daemon/gateway/reception.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/gateway/gateway_world.hpp"

namespace wardend {
namespace {

using test::FakeClient;
using test::GatewayWorld;

TEST(Reception, AWriteNamesThePatientThatTheAppShows) {
  GatewayWorld world;
  world.writer();
  const std::string body = test::WriteWorld::observation();
  EXPECT_EQ(world.asked({.method = "POST", .path = "/Observation", .body = body}), "InvalidRequest");
  EXPECT_TRUE(world.last.contains("X-Wardend-Patient")) << world.last;
  EXPECT_EQ(world.asked({.method = "POST", .path = "/Observation", .patient = "p2", .body = body}), "PatientMismatch");
  EXPECT_TRUE(world.upstream.asked.empty());
}

TEST(Reception, JudgesABodyBeforeItGoes) {
  GatewayWorld world;
  world.writer();
  const struct {
    const char* what;
    std::string body;
    std::string said;
  } table[] = {
      {"another patient's", test::WriteWorld::observation("p2"), "ResourceRejected"},
      {"no JSON", "{", "InvalidRequest"},
      {"a member twice", R"({"resourceType":"Observation","resourceType":"Patient"})", "InvalidRequest"},
      {"no resource", "[]", "ResourceRejected"},
  };
  for (const auto& row : table)
    EXPECT_EQ(world.asked({.method = "POST", .path = "/Observation", .patient = "p1", .body = row.body}), row.said)
        << row.what;
  EXPECT_TRUE(world.upstream.asked.empty());
}

TEST(Reception, ReadsNoBodyOfWhatItsAddressRefuses) {
  GatewayWorld world;
  world.writer().granted = smart::ScopeSet("patient/Patient.r");
  FakeClient app = world.connected(test::WriteWorld::observation());
  world.send(app, {.method = "POST", .path = "/Observation", .patient = "p1", .body = "x"});
  world.clock.advance(1s);
  EXPECT_EQ(app.said(), "ScopeNotGranted");
  EXPECT_EQ(app.bodies_read, 0);
}

TEST(Reception, NoAddressOfTheGatewayGoesToAServer) {
  GatewayWorld world;
  world.writer();
  const std::string own = "http://wardend/fhir/s/";
  const auto note = [&](const std::string& address) {
    return R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"derivedFrom":[{"reference":")" +
           address + "\"}]}";
  };
  for (const std::string& address :
       {own + "Observation/o1", std::string(R"(http:\/\/wardend\/fhir\/s\/Observation\/o1)")})
    EXPECT_EQ(world.asked({.method = "POST", .path = "/Observation", .patient = "p1", .body = note(address)}),
              "InvalidRequest");
  EXPECT_TRUE(world.last.contains("as Observation/o1")) << world.last;
  for (const char* query :
       {"patient=http://wardend/fhir/s/Patient/p1", "patient=http%3A%2F%2Fwardend%2Ffhir%2Fs%2FPatient%2Fp1"})
    EXPECT_EQ(world.asked({.path = "/Observation", .query = query}), "InvalidRequest") << query;
  EXPECT_EQ(world.asked({.method = "POST",
                         .path = "/Observation/_search",
                         .body = "patient=http://wardend/fhir/s/Patient/p1",
                         .content_type = "application/x-www-form-urlencoded"}),
            "InvalidRequest");
  EXPECT_TRUE(world.upstream.asked.empty());
}

TEST(Reception, JudgesTheFormOfASearch) {
  GatewayWorld world;
  world.writer();
  world.upstream.usual.body = R"({"resourceType":"Bundle","type":"searchset"})";
  const auto search = [&](const std::string& form) {
    return world.asked({.method = "POST",
                        .path = "/Observation/_search",
                        .body = form,
                        .content_type = "application/x-www-form-urlencoded"});
  };
  EXPECT_EQ(search("patient=p1"), "200");
  EXPECT_EQ(world.upstream.asked.back().body, "patient=p1");
  EXPECT_EQ(world.audit.records.back().query, "patient=p1") << "the trail says what was looked for";
  EXPECT_EQ(search("patient=p2"), "PatientMismatch");
  EXPECT_EQ(search("patient=p1&_format=xml"), "InvalidRequest");
  EXPECT_EQ(world.status, 406) << "as in the query";
}

TEST(Reception, ARequestWithoutABodyBringsNone) {
  GatewayWorld world;
  world.writer();
  EXPECT_EQ(world.asked({.body = "{}"}), "InvalidRequest");
}

TEST(Reception, InADryRunTheGuardsWordIsNotedAndPasses) {
  GatewayWorld world;
  world.writer();
  world.app().gateway.guard = config::GatewayGuard::warn;
  world.upstream.answers = {{.status = 201}};
  EXPECT_EQ(
      world.asked(
          {.method = "POST", .path = "/Observation", .patient = "p1", .body = test::WriteWorld::observation("p2")}),
      "201");
  EXPECT_EQ(world.upstream.asked.size(), 1U);
  const auto is_noted = [](const AuditRecord& record) { return record.detail.contains("the guard would refuse it: "); };
  EXPECT_EQ(std::ranges::count_if(world.audit.records, is_noted), 1) << "the write's entry says so";
  EXPECT_EQ(world.asked({.path = "/Patient/p2"}), "200");
  EXPECT_TRUE(is_noted(world.audit.records.back())) << world.audit.records.back().detail;
  EXPECT_EQ(world.asked({.method = "PUT", .path = "/Observation/o1", .patient = "p1", .body = "{"}), "InvalidRequest")
      << "what cannot be read is no word of the guard";
  world.logind.at("c1").locked = true;
  world.workstation.read_picture({});
  EXPECT_EQ(world.asked({}), "WorkstationLocked") << "nor is a lock";
}

TEST(Reception, APageThatIsNotKeptIsSearchedAgain) {
  GatewayWorld world;
  world.writer();
  gateway::RequestHead head = GatewayWorld::head_of({.path = ""});
  head.page = "gone";
  FakeClient app = world.connected();
  world.tasks.spawn("request", world.core.gateway.answer(std::move(head), app));
  world.clock.advance(1s);
  ASSERT_TRUE(app.took);
  EXPECT_EQ(app.took->status, 404);
  EXPECT_TRUE(app.text.contains("search again")) << app.text;
  EXPECT_TRUE(world.audit.records.back().detail.ends_with("(GET -page/gone)")) << world.audit.records.back().detail;
}

// What would make it another request than the one that is kept.
TEST(Reception, APageHasTheHeadersOfARead) {
  GatewayWorld world;
  world.writer();
  world.upstream.usual.body = R"({"resourceType":"Bundle","type":"searchset"})";
  const auto page = [&](std::string name, std::string value) {
    gateway::RequestHead head = GatewayWorld::head_of({.path = ""});
    head.page = world.core.pages.keep(
        "s",
        {.url = "https://ehr.example.org/p2",
         .asked = *fhir::classify({.method = "GET", .path = "/Observation", .query = "patient=p1"})},
        world.clock.now());
    head.forwarded.emplace_back(std::move(name), std::move(value));
    FakeClient app = world.connected();
    world.tasks.spawn("request", world.core.gateway.answer(std::move(head), app));
    world.clock.advance(1s);
    return app.took ? app.took->status : 0;
  };
  EXPECT_EQ(page("If-None-Exist", "identifier=x"), 400);
  EXPECT_EQ(page("Prefer", "respond-async"), 400);
  EXPECT_TRUE(world.upstream.asked.empty());
  EXPECT_EQ(page("Prefer", "handling=lenient"), 200);
}

}  // namespace
}  // namespace wardend
