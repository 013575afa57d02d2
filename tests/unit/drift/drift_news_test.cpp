#include "daemon/drift/drift_news.hpp"

#include <gmock/gmock.h>

#include "base/log.hpp"
#include "tests/unit/drift/drift_world.hpp"

namespace wardend::drift {
namespace {

using test::DriftWorld;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string told(DriftWorld& world, const DriftNews::Drift& drift, log::Level& level) {
  std::string text;
  log::set_sink([&](log::Level of, std::string_view line) {
    text += line;
    level = of;
  });
  world.news.tell(drift);
  log::set_sink([](log::Level, std::string_view) {});
  return text;
}

TEST(DriftNews, WhatBlocksIsAWarningThatNamesAppNeedAndElement) {
  DriftWorld world;
  log::Level level{};
  Difference difference;
  difference.blocking = {{.subject = "Observation: read", .place = "metadata, rest[0].resource[3]"}};
  difference.settled = {{.subject = "PKCE with S256"}};
  const std::string line = told(world, {"ehr", "metadata", {{"vitals", difference}}}, level);
  EXPECT_EQ(level, log::Level::warn);
  EXPECT_THAT(line, AllOf(HasSubstr("server=ehr"), HasSubstr("app=vitals"), HasSubstr("PKCE with S256"),
                          HasSubstr("Observation: read (metadata, rest[0].resource[3])")));
}

TEST(DriftNews, WhatBlocksNothingIsInformation) {
  DriftWorld world;
  log::Level level{};
  Difference difference;
  difference.other = {{.subject = "scope user/*.rs"}};
  EXPECT_THAT(told(world, {"ehr", "metadata", {{"vitals", difference}}}, level), HasSubstr("scope user/*.rs"));
  EXPECT_EQ(level, log::Level::info);
  EXPECT_THAT(told(world, {"ehr", "metadata", {{"vitals", {}}}}, level), HasSubstr("every app stands there as it did"));
  EXPECT_EQ(level, log::Level::info);
  EXPECT_EQ(world.news.counts().at("ehr"), 2U);
}

}  // namespace
}  // namespace wardend::drift
