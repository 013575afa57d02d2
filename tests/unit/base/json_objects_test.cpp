#include "base/json_objects.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend {
namespace {

std::size_t count_in(const char* text) { return objects_in(nlohmann::json::parse(text)).size(); }

TEST(JsonObjects, AreFoundHoweverDeep) {
  EXPECT_EQ(count_in(R"({"a":{"b":[{"c":1},[{}]]},"d":"{}"})"), 4U);
  EXPECT_EQ(count_in(R"([[],[{}]])"), 1U);
  EXPECT_EQ(count_in("{}"), 1U);
  EXPECT_EQ(count_in("7"), 0U);
}

}  // namespace
}  // namespace wardend
