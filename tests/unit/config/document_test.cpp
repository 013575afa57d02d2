#include "config/document.hpp"

#include <gtest/gtest.h>

namespace wardend::config {
namespace {

using Kind = Node::Kind;

TEST(Document, GivesEachValueItsKindAndItsPlace) {
  const auto document = parse_document(
      "text = \"a\"\nnumber = 0x10\nflag = true\n  date = 2026-05-04\nlist = [1, \"b\"]\n[table]\ninner = 1.5\n");
  ASSERT_TRUE(document) << document.error().description;
  EXPECT_TRUE(document->is(Kind::table));
  EXPECT_EQ(document->children.size(), 6U);
  EXPECT_TRUE(document->get("text")->is(Kind::text));
  EXPECT_EQ(document->get("text")->text, "a");
  EXPECT_EQ(document->get("number")->number, 16);
  EXPECT_TRUE(document->get("flag")->is(Kind::flag) && document->get("flag")->flag);
  const Node* date = document->get("date");
  EXPECT_TRUE(date->is(Kind::date));
  EXPECT_EQ(date->text, "2026-05-04");
  EXPECT_EQ(date->key, "date");
  EXPECT_EQ(std::pair(date->key_at.line, date->key_at.column), std::pair(std::size_t{4}, std::size_t{3}));
  EXPECT_EQ(std::pair(date->at.line, date->at.column), std::pair(std::size_t{4}, std::size_t{10}));
  const Node* list = document->get("list");
  ASSERT_EQ(list->children.size(), 2U);
  EXPECT_TRUE(list->children[1].is(Kind::text));
  EXPECT_EQ(list->children[1].at.column, 12U);
  EXPECT_TRUE(document->get("table")->get("inner")->is(Kind::other)) << "no key of wardend is a float";
  EXPECT_EQ(document->get("absent"), nullptr);
}

TEST(Document, KnowsNoMemberOfAList) {
  const auto document = parse_document("list = [{a = 1}]");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->get("list")->get("a"), nullptr);
  EXPECT_EQ(document->get("list")->get(""), nullptr) << "its entries have no keys";
}

TEST(Document, ThatIsNoTomlSaysWhere) {
  const auto broken = parse_document("[broker]\nloopback_port = = 1\n");
  ASSERT_FALSE(broken);
  EXPECT_EQ(std::pair(broken.error().at.line, broken.error().at.column), std::pair(std::size_t{2}, std::size_t{17}));
  for (const std::string& text : {std::string("\x7f\x45LF\0\0", 6), std::string("a = \"\xff\xfe\""),
                                  std::string(4096, '\0'), std::string("a = 1\na = 2\n"), std::string("[a]\n[a]\n")})
    EXPECT_FALSE(parse_document(text)) << text.substr(0, 20);
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(HostileNesting, IsRefusedBeforeItCanExhaustTheStack) {
  for (const std::string& text :
       {"a = " + std::string(500'000, '['), "a = " + repeated("{a=", 200'000), "[" + repeated("a.", 400'000) + "a]\n",
        repeated("a.", 400'000) + "a = 1\n", "a = {" + repeated("a.", 400'000) + "a = 1}\n",
        "[[" + repeated("a . ", 200'000) + "a]]\n", repeated("\"a\".", 200'000) + "a = 1\n"}) {
    const auto document = parse_document(text);
    ASSERT_FALSE(document) << text.substr(0, 20);
    EXPECT_EQ(document.error().at.line, 1U) << text.substr(0, 20);
  }
}

TEST(HostileNesting, OfManyHeadersOneBelowTheOtherIsRefusedToo) {
  std::string text;
  std::string header = "a";
  for (int depth = 0; depth < 500; ++depth) {
    text += "[" + header + "]\n";
    header += ".a";
  }
  EXPECT_FALSE(parse_document(text));
}

}  // namespace
}  // namespace wardend::config
