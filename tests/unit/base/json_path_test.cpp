#include "base/json_path.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend {
namespace {

struct Step {
  const nlohmann::json* node;
  nlohmann::json::const_iterator next;
};

TEST(JsonPath, IsTheMembersAndPlacesThatLeadThere) {
  const auto json = nlohmann::json::parse(R"({"entry": [1, {"a\nb": 2}]})");
  const auto& list = json.at("entry");
  std::vector<Step> steps = {{&json, std::next(json.begin())}, {&list, std::next(list.begin(), 2)}};
  EXPECT_EQ(json_path(steps), "entry[1]");
  steps.push_back({&list[1], list[1].begin()});
  EXPECT_EQ(json_path(steps), "entry[1]") << "nothing of the last one is being read";
  steps.back().next = list[1].end();
  EXPECT_EQ(json_path(steps).find("entry[1].a"), 0U);
  EXPECT_FALSE(json_path(steps).contains('\n'));
  EXPECT_EQ(json_path(std::vector<Step>()), "");
}

TEST(JsonPath, IsBounded) {
  const nlohmann::json json = {{std::string(1000, 'x'), 1}};
  const std::vector<Step> steps(10, {&json, json.end()});
  EXPECT_LT(json_path(std::vector<Step>{steps.front()}).size(), 100U);
  EXPECT_LT(json_path(steps).size(), 300U);
}

}  // namespace
}  // namespace wardend
