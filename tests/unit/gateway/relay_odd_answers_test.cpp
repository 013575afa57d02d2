// Answers that no server should give: contradicting lengths, other character sets, another thing than was asked for,
// more than fits.
#include <gtest/gtest.h>

#include "tests/unit/gateway/gateway_world.hpp"

namespace wardend {
namespace {

using test::FakeClient;
using test::GatewayWorld;
using Headers = std::vector<std::pair<std::string, std::string>>;

struct OddAnswers : GatewayWorld {
  OddAnswers() {
    writer();
    store.find("s")->granted = smart::ScopeSet("patient/*.cruds user/*.rs");
    app().gateway.foreign = config::Foreign::enforce;
  }
  // The status that the app sees.
  int status_of(const Request& request) {
    FakeClient one = connected(request.body);
    send(one, request);
    for (int i = 0; i < 100 && !one.took; ++i) clock.advance(100ms);
    clock.advance(10ms);
    last = one.text;
    last_head = one.took.value_or(gateway::ReplyHead{});
    return last_head.status;
  }
  void add(const Headers& more) {
    for (const auto& field : more) upstream.usual.headers.push_back(field);
  }
  [[nodiscard]] std::string last_header(const std::string& name) const {
    for (const auto& [key, value] : last_head.headers)
      if (key == name) return value;
    return {};
  }
  [[nodiscard]] const std::string& noted() const { return audit.records.back().detail; }
  gateway::ReplyHead last_head;
};

TEST(RelayOddAnswers, WhereNobodyKnowsItsEndIsNotPassedOn) {
  OddAnswers world;
  const Headers binary = {{"content-type", "application/pdf"}, {"x-security-context", "Patient/p1"}};
  const struct {
    Headers framing;
    int status;
  } table[] = {
      {{{"content-length", "8"}}, 200},
      {{{"content-length", "8"}, {"content-length", "8"}}, 200},
      {{{"content-length", "8"}, {"content-length", "3"}}, 502},
      {{{"content-length", "3"}, {"content-length", "8"}}, 502},
      {{{"content-length", "8, 3"}}, 502},
      {{{"content-length", "-8"}}, 502},
      {{{"transfer-encoding", "chunked"}}, 200},
      {{{"transfer-encoding", "Chunked"}}, 200},
      {{{"content-length", "8"}, {"transfer-encoding", "chunked"}}, 502},
      {{{"transfer-encoding", "gzip, chunked"}}, 502},
      {{{"transfer-encoding", "chunked"}, {"transfer-encoding", "identity"}}, 502},
  };
  for (const auto& row : table) {
    world.upstream.usual = {.body = "%PDF-1.7", .headers = binary};
    world.add(row.framing);
    EXPECT_EQ(world.status_of({.path = "/Binary/b1"}), row.status) << row.framing.front().second;
    EXPECT_EQ(world.last.contains("PDF"), row.status == 200);
    if (row.status == 502) EXPECT_TRUE(world.last.contains("where it ends")) << world.last;
    world.upstream.usual = {};
    world.add(row.framing);
    EXPECT_EQ(world.status_of({}), row.status) << "a record, " << row.framing.front().second;
  }
}

TEST(RelayOddAnswers, FhirIsInUtf8AndABinaryKeepsItsLabel) {
  OddAnswers world;
  for (const char* charset : {"utf-16", "utf-7", "ISO-8859-1", "\"latin1\"", "utf-8; charset=utf-7"}) {
    const std::string label = "application/fhir+json; charset=" + std::string(charset);
    world.upstream.usual.headers = {{"content-type", label}};
    EXPECT_EQ(world.status_of({}), 502) << charset;
    EXPECT_TRUE(world.last.contains("is not UTF-8")) << world.last;
    world.upstream.usual.status = 404;
    EXPECT_EQ(world.status_of({}), 404) << charset;
    world.upstream.usual.status = 200;
    world.upstream.usual.headers.front().second = "text/plain; charset=" + std::string(charset);
    world.upstream.usual.headers.emplace_back("x-security-context", "Patient/p1");
    EXPECT_EQ(world.status_of({.path = "/Binary/b1"}), 200) << charset;
    EXPECT_EQ(world.last_header("content-type"), "text/plain; charset=" + std::string(charset));
  }
  for (const char* charset : {"utf-8", "UTF-8", "\"utf-8\"", "utf8", "us-ascii"}) {
    world.upstream.usual.headers = {
        {"content-type", "application/fhir+json;fhirVersion=4.0;charset=" + std::string(charset)}};
    EXPECT_EQ(world.status_of({}), 200) << charset;
  }
}

TEST(RelayOddAnswers, WhatAServerSaysOfItselfIsThatAndNoRecord) {
  OddAnswers world;
  const std::string theirs = test::WriteWorld::observation("p2");
  const std::string capabilities = R"({"resourceType":"CapabilityStatement","kind":"instance")";
  const struct {
    const char* path;
    std::string body;
    bool passes;
  } table[] = {
      {"/metadata", capabilities + "}", true},
      {"/metadata", R"({"resourceType":"TerminologyCapabilities"})", true},
      {"/metadata", theirs, false},
      {"/metadata", R"({"resourceType":"Observation","id":"1","valueString":"x"})", false},
      {"/metadata", R"({"resourceType":"Patient","id":"p1"})", false},
      {"/metadata", R"({"resourceType":"Bundle","type":"searchset"})", false},
      {"/metadata", R"({"fhirVersion":"4.0.1"})", false},
      {"/metadata", capabilities + R"(,"contained":[)" + theirs + "]}", false},
      {"/metadata", capabilities + R"(,"contained":[{"resourceType":"SearchParameter","id":"1"}]})", true},
      {"/metadata", "{", false},
      {"/.well-known/smart-configuration", R"({"token_endpoint":"https://ehr.example.org/token"})", true},
      {"/.well-known/smart-configuration", theirs, false},
      {"/.well-known/smart-configuration", R"({"resourceType":"OperationOutcome"})", false},
      {"/.well-known/smart-configuration", R"({"resourceType":["Patient"]})", false},
      {"/.well-known/smart-configuration", R"(["x"])", false},
      {"/ValueSet/1", R"({"resourceType":"ValueSet","id":"1"})", true},
      {"/ValueSet/1", R"({"resourceType":"Observation","id":"1","valueString":"x"})", false},
      {"/ValueSet", R"({"resourceType":"Observation","id":"1","valueString":"x"})", false},
  };
  for (const auto& row : table) {
    world.upstream.usual.body = row.body;
    EXPECT_EQ(world.status_of({.path = row.path}) == 200, row.passes) << row.path << row.body << world.last;
    if (!row.passes) EXPECT_FALSE(world.last.contains("p2") || world.last.contains("valueString")) << world.last;
  }
}

TEST(RelayOddAnswers, AnErrorTellsNothingOfTheRecordInItsHeaders) {
  OddAnswers world;
  world.upstream.usual = {.status = 412,
                          .body = R"({"resourceType":"OperationOutcome","issue":[]})",
                          .headers = {{"content-type", "application/fhir+json"},
                                      {"etag", "W/\"7\""},
                                      {"last-modified", "Mon, 30 Nov 2026 04:00:00 GMT"},
                                      {"location", "https://ehr.example.org/fhir/Observation/9"},
                                      {"content-location", "https://ehr.example.org/fhir/Observation/9/_history/7"},
                                      {"x-security-context", "Patient/p2"},
                                      {"retry-after", "3"}}};
  EXPECT_EQ(world.status_of({.path = "/Observation/9"}), 412);
  for (const char* name : {"etag", "last-modified", "location", "content-location", "x-security-context"})
    EXPECT_EQ(world.last_header(name), "") << name;
  EXPECT_EQ(world.last_header("retry-after"), "3");
}

TEST(RelayOddAnswers, WhatIsTooLargeIsCalledThat) {
  OddAnswers world;
  const std::string large = R"({"resourceType":"Bundle","x":")" + std::string(9UL * 1024 * 1024, 'a') + "\"}";
  world.upstream.usual.body = large;
  EXPECT_EQ(world.asked({.path = "/Observation", .query = "patient=p1"}), "TooLarge");
  EXPECT_TRUE(world.last.contains("_count")) << world.last;
  EXPECT_FALSE(world.last.contains("_elements")) << "which may be refused: " << world.last;
  world.upstream.failure = HttpFailure{.kind = HttpFailure::Kind::too_large};
  EXPECT_EQ(world.status_of({}), 502);
  EXPECT_TRUE(world.last.contains("headers")) << world.last;
  EXPECT_FALSE(world.last.contains("try again")) << "it stays so: " << world.last;
}

TEST(RelayOddAnswers, NotModifiedIsSaidOfWhatWasJudgedAlone) {
  OddAnswers world;
  const Headers version = {{"content-type", "application/fhir+json"},
                           {"etag", "W/\"7\""},
                           {"last-modified", "Mon, 23 Nov 2026 10:00:00 GMT"}};
  GatewayWorld::Request request{.path = "/Observation/9", .if_none_match = "W/\"6\", W/\"7\""};
  world.upstream.usual = {.body = test::WriteWorld::observation("p2", R"(,"id":"9")"), .headers = version};
  EXPECT_EQ(world.status_of(request), 422);
  EXPECT_FALSE(world.upstream.asked.back().headers.contains("If-None-Match"));
  EXPECT_EQ(world.last_header("etag") + world.last_header("last-modified"), "");
  world.upstream.usual.body = test::WriteWorld::observation("p1", R"(,"id":"9")");
  EXPECT_EQ(world.status_of(request), 304);
  EXPECT_EQ(world.last, "");
  EXPECT_EQ(world.last_header("etag"), "W/\"7\"");
  request.if_none_match = "W/\"6\"";
  EXPECT_EQ(world.status_of(request), 200);
  world.upstream.usual = {.status = 304, .body = "", .headers = version};
  EXPECT_EQ(world.status_of(request), 502) << "which nobody asked it";
  request.path = "/Patient/p1";
  EXPECT_EQ(world.status_of(request), 304) << "the address says whose it is: the server compares";
  EXPECT_EQ(world.upstream.asked.back().headers.at("If-None-Match"), "W/\"6\"");
  world.upstream.usual.status = 204;
  EXPECT_EQ(world.status_of({.path = "/Observation/9"}), 502);
  EXPECT_EQ(world.last_header("etag"), "");
}

TEST(RelayOddAnswers, WhatABinaryHoldsMayBeJson) {
  OddAnswers world;
  const struct {
    const char* type;
    std::string body;
  } table[] = {{"application/json", R"({"a": 12})"},
               {"application/json; charset=utf-16", R"({"a": 12})"},
               {"application/json", "[1"},
               {"application/fhir+json", R"({"resourceType":"QuestionnaireResponse","status":"completed"})"}};
  for (const auto& row : table) {
    for (const auto& [whose, status] : {std::pair{"Patient/p1", 200}, {"Patient/p2", 422}, {"", 422}}) {
      world.upstream.usual = {.body = row.body, .headers = {{"content-type", row.type}, {"x-security-context", whose}}};
      EXPECT_EQ(world.status_of({.path = "/Binary/b1"}), status) << row.body << whose << world.last;
      if (status != 200) continue;
      EXPECT_EQ(world.last, row.body);
      EXPECT_EQ(world.last_header("content-type"), row.type);
    }
  }
}

TEST(RelayOddAnswers, ACreateIsDoneWhateverItsAnswerIsCalled) {
  OddAnswers world;
  const GatewayWorld::Request write{
      .method = "POST", .path = "/Observation", .patient = "p1", .body = test::WriteWorld::observation()};
  world.upstream.usual = {
      .status = 201,
      .body = "ok, of Patient/p2",
      .headers = {{"content-type", "text/plain"}, {"location", "https://ehr.example.org/fhir/Observation/9"}}};
  EXPECT_EQ(world.status_of(write), 201) << world.last;
  EXPECT_EQ(world.last, "");
  EXPECT_EQ(world.last_header("location"), "http://wardend/fhir/s/Observation/9");
  EXPECT_EQ(world.last_header("content-type"), "");
  world.upstream.usual.status = 200;
  EXPECT_EQ(world.status_of(write), 502) << "which may be a page of the network";
}

TEST(RelayOddAnswers, AnErrorWithoutWordsIsToldByItsStatus) {
  OddAnswers world;
  const struct {
    int status;
    const char* error;
    const char* words;
  } table[] = {{404, "InvalidRequest", "no such record"}, {412, "InvalidRequest", "read it again"},
               {409, "InvalidRequest", "read it again"},  {400, "InvalidRequest", "correct the request"},
               {403, "NotAuthorized", "administrators"},  {429, "RateLimited", "ask again later"},
               {503, "ServerUnavailable", "when it says"}};
  for (const auto& row : table) {
    world.upstream.usual = {
        .status = row.status, .body = "<html>", .headers = {{"content-type", "text/html"}, {"retry-after", "7"}}};
    EXPECT_EQ(world.status_of({}), row.status);
    EXPECT_TRUE(world.last.contains(row.error)) << world.last;
    EXPECT_TRUE(world.last.contains(row.words)) << world.last;
    const bool waits = row.status == 429 || row.status == 503;
    EXPECT_EQ(world.last_header("Retry-After"), waits ? "7" : "") << row.status;
  }
}

TEST(RelayOddAnswers, TwoWordsOnWhoseABinaryIsMustAgree) {
  OddAnswers world;
  world.upstream.usual = {.body = R"({"resourceType":"Binary","id":"b1","securityContext":{"reference":"Patient/p1"}})",
                          .headers = {{"content-type", "application/fhir+json"}, {"x-security-context", "Patient/p1"}}};
  EXPECT_EQ(world.status_of({.path = "/Binary/b1"}), 200);
  world.upstream.usual.headers.back().second = "Patient/p2";
  EXPECT_EQ(world.status_of({.path = "/Binary/b1"}), 422);
}

TEST(RelayOddAnswers, WhatTheHeadSaysOfWhoseItIsCountsBesideEachAnswer) {
  OddAnswers world;
  const GatewayWorld::Request write{
      .method = "POST", .path = "/Observation", .patient = "p1", .body = test::WriteWorld::observation()};
  const struct {
    GatewayWorld::Request request;
    int status;
    std::string body;
  } answers[] = {
      {{.path = "/Observation/9"}, 200, test::WriteWorld::observation("p1", R"(,"id":"9")")},
      {{.path = "/Observation", .query = "patient=p1"}, 200, R"({"resourceType":"Bundle","type":"searchset"})"},
      {write, 201, ""},
  };
  for (const auto& one : answers) {
    for (const char* whose : {"Patient/p2", "patient/p2", "Patient%2Fp2", "/Patient/p2", "Patient?identifier=x|2",
                              "https://ehr.example.org/fhir/Patient/p2", "https://x.example/Patient/p1"}) {
      world.upstream.usual = {.status = one.status,
                              .body = one.body,
                              .headers = {{"content-type", "application/fhir+json"}, {"x-security-context", whose}}};
      EXPECT_EQ(world.status_of(one.request), 422) << one.request.method << one.request.path << " " << whose;
    }
    for (const char* whose : {"Patient/p1", "https://ehr.example.org/fhir/Patient/p1", "Observation/ob", "Group/g"}) {
      world.upstream.usual.headers.back().second = whose;
      EXPECT_EQ(world.status_of(one.request), one.status) << one.request.path << " " << whose << world.last;
    }
  }
  world.app().gateway.foreign = config::Foreign::audit;
  world.upstream.usual.headers.back().second = "Patient/p2";
  EXPECT_EQ(world.status_of(write), 201);
  EXPECT_TRUE(world.noted().contains("holds another patient")) << world.noted();
}

TEST(RelayOddAnswers, ContentThatCameUnpackedIsNotCalledPacked) {
  OddAnswers world;
  world.upstream.usual = {.body = "%PDF-1.7",
                          .headers = {{"content-type", "application/pdf"},
                                      {"x-security-context", "Patient/p1"},
                                      {"content-encoding", "gzip"},
                                      {"content-length", "5"}}};
  EXPECT_EQ(world.status_of({.path = "/Binary/b1"}), 200);
  EXPECT_EQ(world.last, "%PDF-1.7");
  EXPECT_EQ(world.last_header("content-encoding"), "");
  world.upstream.usual.headers[2].second = "br";
  EXPECT_EQ(world.status_of({.path = "/Binary/b1"}), 200);
  EXPECT_EQ(world.last_header("content-encoding"), "br") << "which daemon/http leaves as it is";
}

}  // namespace
}  // namespace wardend
