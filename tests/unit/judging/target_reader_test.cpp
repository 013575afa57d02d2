#include "daemon/judging/target_reader.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/writes/write_world.hpp"

namespace wardend {
namespace {

using test::WriteWorld;

struct Target : WriteWorld {
  Result<judging::Stored> read(const std::string& id) {
    auto stored = within(30s, core.target_reader.read({.server = "ehr",
                                                       .what = {.type = "Observation", .id = id},
                                                       .token = Secret("t"),
                                                       .until = clock.now() + 8s}));
    return stored ? std::move(*stored) : fail(test::no_answer("no answer at all"));
  }
  // What a read gives with that status.
  std::string told(int status, const std::string& body = "{}") {
    ehr.records["Observation/x"] = {.body = body, .status = status};
    const auto stored = read("x");
    if (!stored) return std::string(name_of(stored.error().code()));
    return stored->resource ? "there" : stored->gone ? "gone" : "none";
  }
};

TEST(TargetReader, BringsTheResourceAndItsVersion) {
  Target world;
  const auto stored = world.read("o1");
  ASSERT_TRUE(stored) << stored.error().detail();
  ASSERT_TRUE(stored->resource);
  EXPECT_EQ(stored->resource->at("id"), "o1");
  EXPECT_EQ(stored->version, "4");
  EXPECT_EQ(world.ehr.reads.back(), "Observation/o1 Bearer t");
}

// The server's log has it under the id of the write that it was read for.
TEST(TargetReader, AsksUnderTheIdOfTheRequest) {
  Target world;
  ASSERT_TRUE(world.read("o1"));
  EXPECT_TRUE(world.ehr.request_ids.empty());
  const auto stored = world.within(30s, world.core.target_reader.read({.server = "ehr",
                                                                       .what = {.type = "Observation", .id = "o1"},
                                                                       .token = Secret("t"),
                                                                       .until = world.clock.now() + 8s,
                                                                       .request_id = "write-1"}));
  ASSERT_TRUE(stored);
  EXPECT_EQ(world.ehr.request_ids, std::vector<std::string>{"Observation/o1 write-1"});
}

TEST(TargetReader, SaysWhatIsNotThereAndWhatIsNotKnown) {
  Target world;
  EXPECT_EQ(world.told(200), "there");
  const std::string outcome = R"({"resourceType":"OperationOutcome"})";
  EXPECT_EQ(world.told(404, outcome), "none");
  EXPECT_EQ(world.told(410, outcome), "gone");
  for (const char* page : {"<html>", "", "{}", R"({"message":"no Route matched"})"})
    EXPECT_EQ(world.told(404, page), "ServerUnavailable") << "no FHIR server says so: " << page;
  EXPECT_EQ(world.told(401), "ServerUnavailable") << "that is about the token";
  EXPECT_EQ(world.told(403), "ScopeNotGranted");
  for (const int status : {206, 302, 304, 400, 429, 500, 503})
    EXPECT_EQ(world.told(status), "ServerUnavailable") << status;
  EXPECT_EQ(world.told(200, "<html>"), "ServerUnavailable");
  EXPECT_EQ(world.told(200, R"({"id":"a","id":"b"})"), "ServerUnavailable");
}

TEST(TargetReader, RefusesForGoodWhatIsTooLargeToBeJudged) {
  Target world;
  std::string many = "[0";
  for (int i = 0; i < 50'000; ++i) many += ",0";
  EXPECT_EQ(world.told(200, many + "]"), "ResourceRejected");
  const auto refused = world.read("x");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().detail().contains("Observation/x is too much to be judged (more than 50000 values)"))
      << refused.error().detail();
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  EXPECT_EQ(world.told(200, deep), "ResourceRejected") << "another try brings nothing";
}

TEST(TargetReader, NamesWhatItCouldNotRead) {
  Target world;
  for (const int status : {403, 500}) {
    static_cast<void>(world.told(status));
    EXPECT_TRUE(world.read("x").error().detail().contains("Observation/x")) << status;
  }
  world.ehr.down = true;
  EXPECT_TRUE(world.read("x").error().detail().contains("did not answer when it was asked for Observation/x"));
}

TEST(TargetReader, GivesUpAtTheDeadline) {
  Target world;
  world.ehr.slow["Observation/o1"] = 60s;
  const auto stored = world.read("o1");
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code(), Errc::ServerUnavailable);
}

}  // namespace
}  // namespace wardend
