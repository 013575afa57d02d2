#include "daemon/gateway/relay.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/gateway_world.hpp"

namespace wardend {
namespace {

using test::FakeClient;
using test::GatewayWorld;

std::string bundle(const std::string& patient) {
  return R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"https://ehr.example.org/)"
         R"(fhir?_getpages=7"}],"entry":[{"fullUrl":"https://ehr.example.org/fhir/Observation/1","resource":)"
         R"({"resourceType":"Observation","id":"1","valueDecimal":1.50,"subject":{"reference":"Patient/)" +
         patient + R"("}}}]})";
}

struct Relaying : GatewayWorld {
  const Request search{.path = "/Observation", .query = "patient=p1"};
  Relaying() { writer(); }
};

TEST(Relay, TurnsTheAddressesOfABundleAndNothingElse) {
  Relaying world;
  world.upstream.usual.body = bundle("p1");
  EXPECT_EQ(world.asked(world.search), "200");
  EXPECT_TRUE(world.last.contains("\"fullUrl\":\"http://wardend/fhir/s/Observation/1\"")) << world.last;
  EXPECT_TRUE(world.last.contains("\"url\":\"http://wardend/fhir/s/-page/")) << world.last;
  EXPECT_TRUE(world.last.contains("1.50")) << "decimals keep their digits";
  EXPECT_EQ(world.core.pages.size(), 1U);
}

TEST(Relay, ABundleThatHoldsAnotherPatientIsRecordedOrRefused) {
  Relaying world;
  world.upstream.usual.body = bundle("p2");
  EXPECT_EQ(world.asked(world.search), "200");
  EXPECT_TRUE(world.audit.records.back().detail.contains("holds another patient")) << world.audit.records.back().detail;
  world.app().gateway.foreign = config::Foreign::enforce;
  EXPECT_EQ(world.asked(world.search), "ResourceRejected");
  EXPECT_FALSE(world.last.contains("p2")) << world.last;
}

TEST(Relay, WhatCannotBeReadIsNotGiven) {
  Relaying world;
  for (const char* body : {"{", R"({"resourceType":"Bundle","resourceType":"Bundle"})", "null"}) {
    world.upstream.usual.body = body;
    EXPECT_EQ(world.asked(world.search), "ServerUnavailable") << body;
    EXPECT_FALSE(world.last.contains("fullUrl")) << body;
  }
  world.upstream.usual = {.body = "<html>", .headers = {{"content-type", "text/html"}}};
  EXPECT_EQ(world.asked(world.search), "ServerUnavailable");
  EXPECT_EQ(world.asked({}), "ServerUnavailable") << "a record that is a page";
}

TEST(Relay, ARedirectIsNotFollowed) {
  Relaying world;
  world.upstream.usual = {.status = 302, .body = "", .headers = {{"location", "https://login.example.org/"}}};
  EXPECT_EQ(world.asked({}), "ServerUnavailable");
  EXPECT_TRUE(world.last.contains("login.example.org")) << world.last;
  EXPECT_EQ(world.upstream.asked.size(), 1U);
}

TEST(Relay, AServersErrorGoesOnAndAPageOfSomebodyElseDoesNot) {
  Relaying world;
  world.upstream.usual = {.status = 404, .body = R"({"resourceType":"OperationOutcome","issue":[]})"};
  FakeClient app = world.connected();
  world.send(app, {});
  world.clock.advance(1s);
  EXPECT_EQ(app.took->status, 404);
  EXPECT_EQ(app.text, world.upstream.usual.body);
  world.upstream.usual = {.status = 404, .body = "<html>", .headers = {{"content-type", "text/html"}}};
  FakeClient other = world.connected();
  world.send(other, {});
  world.clock.advance(1s);
  EXPECT_EQ(other.took->status, 404);
  EXPECT_FALSE(other.text.contains("html>"));
}

TEST(Relay, AnErrorTellsNothingOfARecordThatMayBeAnybodys) {
  Relaying world;
  const std::string words = R"({"resourceType":"OperationOutcome","issue":[{"diagnostics":"deleted at 2026"}])";
  const auto answer = [&](int status, const std::string& more) {
    world.upstream.usual = {.status = status, .body = words + more + "}"};
    return world.asked({.path = "/Observation/ob"});
  };
  world.app().gateway.foreign = config::Foreign::enforce;
  EXPECT_EQ(answer(404, ""), "404");
  EXPECT_TRUE(world.last.contains("deleted at"));
  for (const auto& [status, more] : {std::pair<int, std::string>{410, ""},
                                     {404, R"(,"contained":[{"resourceType":"Observation","id":"ob"}])"},
                                     {404, R"(,"entry":[{"resource":{"resourceType":"Observation"}}])"}}) {
    EXPECT_EQ(answer(status, more), "InvalidRequest");
    EXPECT_FALSE(world.last.contains("deleted at") || world.last.contains("contained")) << world.last;
  }
}

TEST(Relay, ABinaryComesAsItsContentAndIsJudgedByWhoseItIs) {
  Relaying world;
  world.store.find("s")->granted = smart::ScopeSet("patient/*.cruds");
  world.app().gateway.foreign = config::Foreign::enforce;
  const auto answer = [&](const std::string& of) {
    world.upstream.usual = {.body = "%PDF-1.7",
                            .headers = {{"content-type", "application/pdf"}, {"x-security-context", of}}};
    return world.asked({.path = "/Binary/b1"});
  };
  EXPECT_EQ(answer("Patient/p1"), "200");
  EXPECT_EQ(world.last, "%PDF-1.7");
  EXPECT_EQ(answer("Patient/p2"), "ResourceRejected");
  EXPECT_FALSE(world.last.contains("PDF"));
  for (const char* unsaid : {"", "DocumentReference/d1", "Patient/p1, Patient/p1", "p1"}) {
    EXPECT_EQ(answer(unsaid), "ResourceRejected") << unsaid;
    EXPECT_FALSE(world.last.contains("PDF"));
  }
  world.upstream.usual.headers = {
      {"content-type", "application/pdf"}, {"x-security-context", "Patient/p1"}, {"x-security-context", "Patient/p2"}};
  EXPECT_EQ(world.asked({.path = "/Binary/b1"}), "ResourceRejected");
  world.app().gateway.foreign = config::Foreign::audit;
  EXPECT_EQ(answer(""), "200");
  EXPECT_TRUE(world.audit.records.back().detail.contains("does not say whose")) << world.audit.records.back().detail;
}

TEST(Relay, AnErrorIsAnOperationOutcomeOrNothing) {
  Relaying world;
  const std::string other = test::WriteWorld::observation("p2", R"(,"valueString":"theirs")");
  for (const int status : {400, 403, 404, 409, 410, 412, 422, 500})
    for (const std::string& body : {other, bundle("p2"), std::string("{")}) {
      world.upstream.usual = {.status = status, .body = body};
      FakeClient app = world.connected();
      world.send(app, world.search);
      world.clock.advance(1s);
      ASSERT_TRUE(app.took);
      EXPECT_EQ(app.took->status, status);
      EXPECT_EQ(app.said(), status == 500 ? "ServerUnavailable" : status == 403 ? "NotAuthorized" : "InvalidRequest");
      EXPECT_FALSE(app.text.contains("theirs") || app.text.contains("ehr.example.org")) << app.text;
    }
}

TEST(Relay, AnAnswerToAWriteIsJudgedAndWhatIsRefusedSaysThatItWasDone) {
  Relaying world;
  world.app().gateway.foreign = config::Foreign::enforce;
  const GatewayWorld::Request write{
      .method = "POST", .path = "/Observation", .patient = "p1", .body = test::WriteWorld::observation()};
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const Headers json = {{"content-type", "application/fhir+json"}};
  world.upstream.usual = {.status = 201, .body = test::WriteWorld::observation("p1", R"(,"id":"9")")};
  EXPECT_EQ(world.asked(write), "201");
  for (const Headers& headers : {json, Headers()}) {
    world.upstream.usual = {.status = 201, .body = "", .headers = headers};
    EXPECT_EQ(world.asked(write), "201") << "an answer with nothing in it";
    world.upstream.usual = {.status = 200, .body = test::WriteWorld::observation("p2"), .headers = headers};
    EXPECT_EQ(world.asked(write), "ResourceRejected");
    EXPECT_TRUE(world.last.contains("the write was carried out")) << world.last;
    EXPECT_FALSE(world.last.contains("p2")) << world.last;
  }
  world.app().gateway.foreign = config::Foreign::audit;
  EXPECT_EQ(world.asked(write), "200");
  EXPECT_TRUE(world.audit.records.back().detail.contains("holds another patient")) << world.audit.records.back().detail;
}

TEST(Relay, AReadThatAnswersAnotherRecordIsRecordedOrRefused) {
  Relaying world;
  world.upstream.usual.body = test::WriteWorld::observation("p1", R"(,"id":"8")");
  EXPECT_EQ(world.asked({.path = "/Observation/9"}), "200");
  EXPECT_TRUE(world.audit.records.back().detail.contains("is another record")) << world.audit.records.back().detail;
  world.app().gateway.foreign = config::Foreign::enforce;
  EXPECT_EQ(world.asked({.path = "/Observation/9"}), "ResourceRejected");
  EXPECT_EQ(world.asked({.path = "/Observation/8"}), "200");
  world.upstream.usual.body = R"({"resourceType":"Patient","id":"p2"})";
  EXPECT_EQ(world.asked({}), "ResourceRejected") << "a record that was merged into another";
}

TEST(Relay, NoAnswerGivesTheAppTheToken) {
  Relaying world;
  const std::string token = "at-s.1";
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const struct {
    const char* what;
    int status;
    std::string body;
    Headers headers = {};
  } table[] = {
      {"a record", 200, R"({"resourceType":"Patient","id":"p1","x":"Bearer )" + token + "\"}"},
      {"an error", 400, R"({"resourceType":"OperationOutcome","issue":[{"diagnostics":")" + token + "\"}]}"},
      {"a version", 200, R"({"resourceType":"Patient","id":"p1"})", {{"etag", "W/\"" + token + "\""}}},
      {"a place", 200, R"({"resourceType":"Patient","id":"p1"})", {{"content-location", token + "/Patient/p1"}}},
  };
  for (const auto& row : table) {
    world.upstream.usual = {.status = row.status, .body = row.body, .headers = row.headers};
    world.upstream.usual.headers.emplace_back("content-type", "application/fhir+json");
    EXPECT_EQ(world.asked({}), "ServerUnavailable") << row.what;
    EXPECT_FALSE(world.last.contains(token)) << world.last;
    EXPECT_TRUE(world.last.contains("holds the token")) << world.last;
  }
  world.upstream.usual = {.status = 302, .body = "", .headers = {{"location", "https://login.example.org/" + token}}};
  EXPECT_EQ(world.asked({}), "ServerUnavailable");
  EXPECT_FALSE(world.last.contains(token)) << world.last;
  const std::string link = R"("link":[{"relation":"x","url":"https://other.example.org/?t=)" + token + "\"}]";
  world.upstream.usual = {.body = R"({"resourceType":"Bundle","type":"searchset",)" + link + "}"};
  EXPECT_EQ(world.asked(world.search), "ServerUnavailable");
  EXPECT_FALSE(world.last.contains(token)) << world.last;
  world.upstream.usual = {.body = R"({"resourceType":"Bundle","resourceType":")" + token + "\"}"};
  EXPECT_EQ(world.asked(world.search), "ServerUnavailable");
  EXPECT_FALSE(world.last.contains(token)) << "what cannot be read is not cited: " << world.last;
}

TEST(Relay, AnAppThatLeavesEndsTheAnswer) {
  Relaying world;
  FakeClient app = world.connected();
  app.leaves = true;
  world.upstream.usual = {.body = "%PDF-1.7", .headers = {{"content-type", "application/pdf"}}};
  world.store.find("s")->granted = smart::ScopeSet("patient/*.cruds");
  world.send(app, {.path = "/Binary/b1"});
  world.clock.advance(1s);
  EXPECT_TRUE(world.audit.records.back().detail.contains("cut off")) << world.audit.records.back().detail;
}

TEST(Relay, WhatHasNoBodyIsNoProof) {
  Relaying world;
  world.store.find("s")->granted = smart::ScopeSet("patient/*.cruds");
  world.upstream.usual = {.status = 304, .body = "", .headers = {{"etag", "W/\"1\""}}};
  EXPECT_EQ(world.asked({.path = "/Observation/1"}), "ServerUnavailable") << "nobody asked for a change";
  EXPECT_EQ(world.asked({.path = "/Patient/p1"}), "ServerUnavailable");
  world.upstream.usual = {.body = "", .headers = {{"content-type", "application/fhir+json"}, {"etag", "W/\"1\""}}};
  EXPECT_EQ(world.asked({.method = "HEAD", .path = "/Observation/1"}), "ResourceRejected");
  EXPECT_EQ(world.asked({.method = "HEAD", .path = "/Patient/p1"}), "200");
}

}  // namespace
}  // namespace wardend
