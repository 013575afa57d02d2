#include "daemon/verify/verifier.hpp"

#include "tests/unit/server/server_world.hpp"
#include "tests/unit/verify/comparison.hpp"

namespace wardend::verify::test {
namespace {

using wardend::test::ServerWorld;

struct VerifierWorld : ServerWorld {
  VerifierWorld() {
    documents.at["/smart-configuration"].body = conformant_smart;
    documents.at["/metadata"].body = conformant_metadata;
    app.population = "Nurses of the ward";
    app.consent = "Direct care, implied";
    app.requirements = {{.resource = "Observation", .interactions = {"read"}}};
  }
  asio::awaitable<void> ask(std::optional<Result<Report>>& result, std::string of = "vitals") {
    result = co_await verifier.verify(settings, std::move(of), "ehr");
  }

  config::App& app = settings->apps.front();  // until another is added
  Verifier verifier{clock, documents, directory};
};

TEST(Verifier, AsksForBothDocumentsAndCompares) {
  VerifierWorld world;
  std::optional<Result<Report>> result;
  world.tasks.spawn("verify", world.ask(result));
  world.clock.advance(1s);
  ASSERT_TRUE(result && *result);
  EXPECT_TRUE((*result)->ready()) << **result;
  EXPECT_EQ(world.documents.asked,
            (std::vector<std::string>{"https://ehr.example.org/fhir/.well-known/smart-configuration",
                                      "https://ehr.example.org/fhir/metadata"}));
}

TEST(Verifier, AServerThatDoesNotAnswerIsAReportAndNoError) {
  VerifierWorld world;
  for (const char* document : {"/smart-configuration", "/metadata"}) world.documents.at[document].takes = 60s;
  std::optional<Result<Report>> result;
  world.tasks.spawn("verify", world.ask(result));
  world.clock.advance(7s);
  EXPECT_FALSE(result);
  world.clock.advance(2s);
  ASSERT_TRUE(result && *result);
  EXPECT_FALSE((*result)->ready());
  EXPECT_NE(find(**result, "smart-configuration", "did not answer in time"), nullptr) << **result;
}

TEST(Verifier, AHangingDocumentCostsTheDeadlineAndNoMore) {
  VerifierWorld world;
  world.documents.at["/metadata"].takes = 60s;
  std::optional<Result<Report>> first, second;
  world.tasks.spawn("verify", world.ask(first));
  world.clock.advance(5s);
  world.tasks.spawn("verify", world.ask(second));
  world.clock.advance(3s + 100ms);
  ASSERT_TRUE(first && *first && second && *second) << "whoever asks meanwhile gets the same report";
  EXPECT_NE(find(**first, "metadata", "did not answer in time"), nullptr) << **first;
  EXPECT_EQ(world.documents.asked.size(), 2U) << "each document was asked for once";
  EXPECT_EQ((*first)->findings.size(), (*second)->findings.size());
}

TEST(Verifier, WhoAskedFirstMayLeave) {
  VerifierWorld world;
  world.documents.at["/metadata"].takes = 2s;
  std::optional<Result<Report>> first, second;
  TaskGroup leaving(world.loop.get_executor());
  leaving.spawn("verify", world.ask(first));
  world.clock.advance(1s);
  world.tasks.spawn("verify", world.ask(second));
  world.clock.settle();
  leaving.cancel();
  world.clock.advance(4s);
  EXPECT_FALSE(first);
  ASSERT_TRUE(second && *second);
  EXPECT_TRUE((*second)->ready()) << **second;
}

TEST(Verifier, AFewComparisonsRunAtATimeAndTheNextIsToldUntilWhen) {
  VerifierWorld world;
  world.documents.at["/metadata"].takes = 60s;
  const config::App app = world.app;
  for (const char* id : {"b", "c", "d", "e"}) {
    world.settings->apps.push_back(app);
    world.settings->apps.back().id = id;
  }
  std::vector<std::optional<Result<Report>>> results(5);
  std::size_t next = 0;
  for (const char* id : {"vitals", "b", "c", "d", "e"}) world.tasks.spawn("verify", world.ask(results[next++], id));
  world.clock.advance(1s);
  ASSERT_TRUE(results[4]);
  EXPECT_TRUE(results[4]->error().detail().contains("four other comparisons are under way"))
      << results[4]->error().detail();
  EXPECT_TRUE(results[4]->error().detail().contains("in 8 s")) << results[4]->error().detail();
  world.clock.advance(8s);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(results[i] && *results[i]);
  world.tasks.spawn("verify", world.ask(results[4], "e"));
  world.clock.advance(9s);
  EXPECT_TRUE(*results[4]);
}

}  // namespace
}  // namespace wardend::verify::test
