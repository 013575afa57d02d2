#include "protocol/fhir/json_patch.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace wardend::fhir {
namespace {

using nlohmann::json;

const json document =
    json::parse(R"({"status":"final","code":{"text":"x"},"note":[{"text":"a"},{"text":"b"}],"n":null})");

struct Row {
  std::string_view patch;
  std::string_view expected;  // the member that changed, or what the fault says
};

TEST(JsonPatch, AppliesEachOperation) {
  const Row rows[] = {
      {R"([{"op":"replace","path":"/status","value":"amended"}])", R"({"status":"amended"})"},
      {R"([{"op":"add","path":"/note/-","value":{"text":"c"}}])",
       R"({"note":[{"text":"a"},{"text":"b"},{"text":"c"}]})"},
      {R"([{"op":"add","path":"/note/0","value":{"text":"c"}}])",
       R"({"note":[{"text":"c"},{"text":"a"},{"text":"b"}]})"},
      {R"([{"op":"remove","path":"/note/0"}])", R"({"note":[{"text":"b"}]})"},
      {R"([{"op":"copy","from":"/code","path":"/value"}])", R"({"value":{"text":"x"}})"},
      {R"([{"op":"move","from":"/code","path":"/value"}])", R"({"value":{"text":"x"}})"},
      {R"([{"op":"test","path":"/status","value":"final"},{"op":"add","path":"/a~1b","value":1}])", R"({"a/b":1})"},
  };
  for (const Row& row : rows) {
    const auto result = patched(document, json::parse(row.patch));
    ASSERT_TRUE(result) << row.patch << ": " << result.error().reason;
    const json expected = json::parse(row.expected);
    EXPECT_EQ((*result)[expected.begin().key()], *expected.begin()) << row.patch;
  }
}

TEST(JsonPatch, RefusesWhatCannotBeCarriedOut) {
  const Row rows[] = {
      {R"({"resourceType":"Parameters"})", "FHIRPath"},
      {R"({"op":"add"})", "list of operations"},
      {R"([])", "without an operation"},
      {R"(["add"])", "\"op\""},
      {R"([{"op":"merge","path":"/status"}])", "does not have"},
      {R"([{"op":"Add","path":"/status","value":1}])", "does not have"},
      {R"([{"op":"add","value":1}])", "\"path\""},
      {R"([{"op":"add","path":7,"value":1}])", "\"path\""},
      {R"([{"op":"add","path":"/status"}])", "\"value\""},
      {R"([{"op":"move","path":"/status"}])", "\"from\""},
      {R"([{"op":"remove","path":"status"}])", "pointer"},
      {R"([{"op":"remove","path":"/a~2"}])", "pointer"},
      {R"([{"op":"remove","path":"/a~"}])", "pointer"},
      {R"([{"op":"remove","path":"/absent"}])", "not in the resource"},
      {R"([{"op":"remove","path":""}])", "whole resource"},
      {R"([{"op":"remove","path":"/status/x"}])", "not in the resource"},
      {R"([{"op":"add","path":"/status/x","value":1}])", "not in the resource"},
      {R"([{"op":"add","path":"/n/x","value":1}])", "not in the resource"},
      {R"([{"op":"add","path":"/absent/x","value":1}])", "not in the resource"},
      {R"([{"op":"add","path":"/note/3","value":1}])", "not in the resource"},
      {R"([{"op":"add","path":"/note/01","value":1}])", "not in the resource"},
      {R"([{"op":"add","path":"/note/x","value":1}])", "not in the resource"},
      {R"([{"op":"remove","path":"/note/-"}])", "not in the resource"},
      {R"([{"op":"replace","path":"/absent","value":1}])", "not in the resource"},
      {R"([{"op":"copy","from":"/absent","path":"/x"}])", "not in the resource"},
      {R"([{"op":"move","from":"/code","path":"/code/x"}])", "into itself"},
      {R"([{"op":"move","from":"","path":"/x"}])", "whole resource"},
      {R"([{"op":"test","path":"/status","value":"draft"}])", "test of the patch fails"},
      {R"([{"op":"test","path":"/absent","value":null}])", "test of the patch fails"},
  };
  for (const Row& row : rows) {
    const auto result = patched(document, json::parse(row.patch));
    ASSERT_FALSE(result) << row.patch;
    EXPECT_TRUE(result.error().reason.contains(row.expected)) << row.patch << ": " << result.error().reason;
  }
}

TEST(JsonPatch, NamesTheOperationThatFails) {
  const auto result = patched(document, json::parse(R"([{"op":"test","path":"/status","value":"final"},
      {"op":"remove","path":"/absent"}])"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().path, "patch[1]");
}

TEST(JsonPatch, BoundsWhatCopiesComeTo) {
  json doubling = json::array();
  for (int i = 0; i < 40; ++i)
    doubling.push_back({{"op", "copy"}, {"from", "/code"}, {"path", "/code/" + std::to_string(i)}});
  EXPECT_FALSE(patched(document, doubling));
  json nesting = json::array();
  for (int i = 0; i < 70; ++i) nesting.push_back({{"op", "copy"}, {"from", ""}, {"path", "/code"}});
  EXPECT_FALSE(patched(document, nesting));
  const json many(most_patch_operations + 1, json{{"op", "test"}, {"path", ""}, {"value", 1}});
  EXPECT_TRUE(read_patch(many).error().reason.contains("128"));
  const json text = {{{"op", "add"}, {"path", "/text"}, {"value", std::string(most_patched_bytes + 1, 'x')}}};
  EXPECT_TRUE(patched(document, json::array({text[0]})).error().reason.contains("too large"));
}

TEST(JsonPatch, LeavesTheDocumentAsItWas) {
  const json before = document;
  static_cast<void>(patched(document, json::parse(R"([{"op":"remove","path":"/code"},{"op":"remove","path":"/x"}])")));
  EXPECT_EQ(document, before);
}

}  // namespace
}  // namespace wardend::fhir
