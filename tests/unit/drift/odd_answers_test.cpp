// What is no change of what a server declares, however it looks.
#include <gmock/gmock.h>

#include "daemon/drift/drift_watch.hpp"
#include "tests/unit/drift/drift_world.hpp"

namespace wardend::drift {
namespace {

using test::DriftWorld;
using verify::test::conformant_metadata;
using verify::test::conformant_smart;

struct Odd {
  const char* name;
  void (*happens)(DriftWorld&);
};

std::string html() { return "<html><body>Sign in to the hotel</body></html>"; }

const Odd harmless[] = {
    {"another date", [](DriftWorld& world) { world.publish(R"({"date": "2027-03-01T12:00:00Z"})"); }},
    {"another id, meta and text",
     [](DriftWorld& world) {
       world.publish(R"({"id": "7", "meta": {"lastUpdated": "2027-01-01"}, "text": {"div": "<div>x</div>"}})");
     }},
    {"members in another order",
     [](DriftWorld& world) {
       const std::string text = verify::test::json::parse(conformant_metadata).dump();
       world.metadata().body = R"({"kind":"instance",)" + text.substr(1);
       world.metadata().body.erase(world.metadata().body.rfind(R"("kind":"instance",)"), 18);
     }},
    {"list entries in another order",
     [](DriftWorld& world) {
       auto document = verify::test::json::parse(conformant_metadata);
       std::ranges::reverse(document["rest"][0]["resource"]);
       for (auto& resource : document["rest"][0]["resource"]) std::ranges::reverse(resource["interaction"]);
       world.metadata().body = document.dump();
     }},
    {"capabilities in another order",
     [](DriftWorld& world) {
       auto document = verify::test::json::parse(conformant_smart);
       std::ranges::reverse(document["capabilities"]);
       world.smart().body = document.dump();
     }},
    {"other whitespace",
     [](DriftWorld& world) { world.metadata().body = verify::test::json::parse(conformant_metadata).dump(7); }},
    {"null for a member that was not there",
     [](DriftWorld& world) {
       auto document = verify::test::json::parse(conformant_metadata);
       document["software"] = nullptr;
       world.metadata().body = document.dump();
     }},
    {"a Bundle around it",
     [](DriftWorld& world) {
       world.metadata().body = R"({"resourceType":"Bundle","timestamp":"2027","entry":[{"resource":)" +
                               std::string(conformant_metadata) + "}]}";
     }},
    {"a page of a captive portal",
     [](DriftWorld& world) {
       for (auto* document : {&world.smart(), &world.metadata()}) document->body = html(), document->type = "text/html";
     }},
    {"a page for the statement alone", [](DriftWorld& world) { world.metadata().body = html(); }},
    {"an error object for the configuration",
     [](DriftWorld& world) { world.smart().body = R"({"error": "maintenance"})"; }},
    {"an OperationOutcome",
     [](DriftWorld& world) { world.metadata().body = R"({"resourceType":"OperationOutcome"})"; }},
    {"an empty body", [](DriftWorld& world) { world.metadata().body.clear(); }},
    {"half a document", [](DriftWorld& world) { world.metadata().body.resize(world.metadata().body.size() / 2); }},
    {"HTTP 503", [](DriftWorld& world) { world.smart().status = world.metadata().status = 503; }},
    {"HTTP 404", [](DriftWorld& world) { world.smart().status = world.metadata().status = 404; }},
    {"HTTP 401 for the statement", [](DriftWorld& world) { world.metadata().status = 401; }},
    {"HTTP 429", [](DriftWorld& world) { world.metadata().status = 429; }},
    {"a 304 that nobody asked for", [](DriftWorld& world) { world.metadata().status = 304; }},
    {"no connection",
     [](DriftWorld& world) {
       for (auto* document : {&world.smart(), &world.metadata()})
         document->failure = HttpFailure{HttpFailure::Kind::network, false, "connection refused"};
     }},
    {"no end", [](DriftWorld& world) { world.smart().takes = world.metadata().takes = 600s; }},
    {"a statement without end", [](DriftWorld& world) { world.metadata().takes = 600s; }},
    {"too large",
     [](DriftWorld& world) {
       world.metadata().failure = HttpFailure{HttpFailure::Kind::too_large, true, "more than 20 MiB"};
     }},
};

TEST(OddAnswers, RaiseNothing) {
  for (const Odd& odd : harmless) {
    DriftWorld world;
    world.begin_and_look();
    odd.happens(world);
    world.clock.advance(96h);
    EXPECT_EQ(world.count(), 0U) << odd.name;
    EXPECT_TRUE(world.audit.records.empty()) << odd.name;
    EXPECT_LT(world.documents.asked.size(), 24U) << odd.name;
  }
}

TEST(OddAnswers, ChangeIsSeenWhenTheServerIsBack) {
  DriftWorld world;
  world.begin_and_look();
  world.metadata().status = 503;
  world.clock.advance(48h);
  world.metadata().status = 200;
  world.publish_without_search();
  world.pass_a_look();
  EXPECT_EQ(world.count(), 1U);
}

TEST(OddAnswers, TwoDocumentsByTurnsRaiseNothing) {
  DriftWorld world;
  world.begin_and_look();
  unsigned request = 0;
  world.documents.before = [&](const HttpRequest& asked) {
    if (!asked.url.ends_with("/metadata")) return;
    if (request++ % 2 == 0) return world.publish_without_search();
    world.publish("{}");
  };
  world.clock.advance(30 * 24h);
  EXPECT_EQ(world.count(), 0U);
  EXPECT_TRUE(world.audit.records.empty());
  EXPECT_LT(world.documents.asked.size(), 200U);
}

TEST(OddAnswers, ADateOfEachRequestIsNoChange) {
  DriftWorld world;
  unsigned request = 0;
  world.documents.before = [&](const HttpRequest&) {
    world.publish((R"({"date": "2027-01-01T00:00:)" + std::to_string(++request) + "\"}").c_str());
  };
  world.begin_and_look();
  world.clock.advance(72h);
  EXPECT_EQ(world.count(), 0U);
}

TEST(OddAnswers, AnEtagSparesTheDocument) {
  for (const char* etag : {"\"v1\"", "W/\"v1\""}) {
    DriftWorld world;
    world.smart().etag = world.metadata().etag = etag;
    world.begin_and_look();
    unsigned conditional = 0;
    world.documents.before = [&](const HttpRequest& request) {
      for (const auto& [name, value] : request.headers) conditional += name == "If-None-Match" && value == etag ? 1 : 0;
    };
    world.clock.advance(5 * 24h);
    EXPECT_GE(conditional, 6U) << etag;
    EXPECT_EQ(world.count(), 0U);
  }
}

TEST(OddAnswers, AnEtagThatStaysThroughAChangeIsFoundOutInAWeek) {
  DriftWorld world;
  world.smart().etag = world.metadata().etag = "W/\"1\"";
  world.begin_and_look();
  world.publish_without_search();
  world.clock.advance(48h);
  EXPECT_EQ(world.count(), 0U) << "the server says that nothing has changed";
  world.clock.advance(9 * 24h);
  EXPECT_EQ(world.count(), 1U);
}

TEST(OddAnswers, AnEtagThatChangesWithoutTheDocumentIsNoChange) {
  DriftWorld world;
  unsigned request = 0;
  world.documents.before = [&](const HttpRequest&) {
    world.smart().etag = world.metadata().etag = "\"" + std::to_string(++request) + "\"";
  };
  world.begin_and_look();
  world.clock.advance(72h);
  EXPECT_EQ(world.count(), 0U);
}

TEST(OddAnswers, AServerThatIsDownAtFirstIsBegunWithLater) {
  DriftWorld world;
  world.metadata().status = 503;
  world.begin();
  world.clock.advance(5h);
  EXPECT_EQ(world.memory.of("ehr").base, "");
  world.metadata().status = 200;
  world.clock.advance(30h);
  EXPECT_NE(world.memory.of("ehr").base, "");
  EXPECT_EQ(world.count(), 0U);
}

TEST(OddAnswers, AStatementThatOpensToAllIsAChange) {
  DriftWorld world;
  world.metadata().status = 401;
  world.begin();
  world.clock.advance(5h);
  ASSERT_NE(world.memory.of("ehr").base, "");
  world.metadata().status = 200;
  world.publish_without_search();
  world.pass_a_look();
  EXPECT_EQ(world.count(), 1U);
  EXPECT_EQ(world.watch.notices().size(), 1U) << "what nobody could tell before is contradicted now";
}

}  // namespace
}  // namespace wardend::drift
