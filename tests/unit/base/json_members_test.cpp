#include "base/json_members.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend {
namespace {

using testing::ElementsAre;
using testing::Optional;
using testing::SizeIs;

TEST(JsonMembers, AreAbsentWhereTheTypeIsAnother) {
  const nlohmann::json object = {{"text", "a"}, {"number", 1}, {"null", nullptr}, {"list", {"a", "b"}}};
  EXPECT_EQ(text_member(object, "text"), "a");
  EXPECT_EQ(text_view_member(object, "text").data(), object["text"].get_ref<const std::string&>().data());
  for (const char* name : {"number", "null", "list", "absent"}) EXPECT_EQ(text_member(object, name), "") << name;
  EXPECT_EQ(list_member(object, "list").size(), 2U);
  for (const char* name : {"text", "number", "null", "absent"}) EXPECT_TRUE(list_member(object, name).empty()) << name;
  EXPECT_EQ(find_member(object, "absent"), nullptr);
  for (const nlohmann::json& other : {nlohmann::json(), nlohmann::json("text"), nlohmann::json({1, 2})}) {
    EXPECT_EQ(text_member(other, "text"), "");
    EXPECT_EQ(find_member(other, "text"), nullptr);
    EXPECT_TRUE(list_member(other, "text").empty());
  }
}

TEST(JsonMembers, KeepAFewShortTextsOfAList) {
  const nlohmann::json object = {{"list", {"a", std::string(300, 'x'), "b", "c"}}, {"mixed", {"a", 1}}};
  EXPECT_THAT(texts_member(object, "list"), Optional(ElementsAre("a", "b", "c")));
  EXPECT_THAT(texts_member(object, "list", {.texts = 2}), Optional(ElementsAre("a", "b")));
  EXPECT_EQ(texts_member(object, "mixed"), std::nullopt);
  EXPECT_EQ(texts_member(object, "absent"), std::nullopt);
  const nlohmann::json long_list = {{"list", std::vector<std::string>(10'000, "x")}};
  EXPECT_THAT(texts_member(long_list, "list"), Optional(SizeIs(256)));
  EXPECT_THAT(texts_in({"a", 1, nullptr, "b"}), ElementsAre("a", "b")) << "what is no text is passed over";
}

}  // namespace
}  // namespace wardend
