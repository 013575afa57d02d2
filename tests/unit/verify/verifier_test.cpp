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
  asio::awaitable<void> ask(std::optional<Result<Report>>& result) {
    result = co_await verifier.verify(settings, "vitals", "ehr");
  }

  config::App& app = settings->apps.front();
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
  world.clock.advance(34s);
  EXPECT_FALSE(result);
  world.clock.advance(2s);
  ASSERT_TRUE(result && *result);
  EXPECT_FALSE((*result)->ready());
  EXPECT_NE(find(**result, "smart-configuration", "did not answer in time"), nullptr) << **result;
}

TEST(Verifier, OneComparisonRunsAtATimeAndTheOthersWait) {
  VerifierWorld world;
  world.documents.at["/metadata"].takes = 15s;
  std::optional<Result<Report>> first, second, third;
  world.tasks.spawn("verify", world.ask(first));
  world.tasks.spawn("verify", world.ask(second));
  world.tasks.spawn("verify", world.ask(third));
  world.clock.advance(16s);
  EXPECT_TRUE(first && *first);
  EXPECT_FALSE(second);
  world.clock.advance(5s);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->error().code(), Errc::InvalidTarget);
  world.clock.advance(20s);
  EXPECT_TRUE(second && *second);
}

}  // namespace
}  // namespace wardend::verify::test
