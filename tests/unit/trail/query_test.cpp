#include "trail/query.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace wardend::trail {
namespace {

const std::vector<std::string> lines = {
    R"({"sequence":1,"at":"2026-11-29T08:00:00.000Z","kind":"start"})",
    R"({"sequence":2,"at":"2026-11-29T09:00:00.000Z","kind":"token","app":"vitals","uid":1000,"patient":"p1","subject":"https://ehr/fhir/Practitioner/a"})",
    R"({"sequence":3,"at":"2026-11-29T10:00:00.000Z","kind":"token","app":"dosing","uid":1001,"patient":"p2","subject":"Practitioner/b"})",
    "half a li", R"({"sequence":4,"at":"2026-11-29T11:00:00.000Z","kind":"clear","detail":"\"patient\":\"p1\""})"};

std::vector<int> found(const Query& query) {
  std::vector<int> numbers;
  std::size_t at = 0;
  select(
      [&](std::string_view& line) {
        if (at == lines.size()) return false;
        line = lines[at++];
        return true;
      },
      query, [&](const nlohmann::json& entry, std::string_view) { numbers.push_back(entry["sequence"]); });
  return numbers;
}

TEST(Select, GivesWhatIsAskedFor) {
  using Numbers = std::vector<int>;
  EXPECT_EQ(found({}), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(found({.since = "2026-11-29T09:00:00.000Z", .until = "2026-11-29T11:00:00.000Z"}), (Numbers{2, 3}));
  EXPECT_EQ(found({.patient = "p1"}), Numbers{2});
  EXPECT_EQ(found({.app = "dosing"}), Numbers{3});
  EXPECT_EQ(found({.subject = "Practitioner/a"}), Numbers{2}) << "its last parts name it";
  EXPECT_EQ(found({.subject = "titioner/a"}), Numbers{}) << "a part of a word does not";
  EXPECT_EQ(found({.subject = "Practitioner/a", .uid = 1001}), (Numbers{2, 3}));
  EXPECT_EQ(found({.patient = "p2", .uid = 1000}), Numbers{});
}

}  // namespace
}  // namespace wardend::trail
