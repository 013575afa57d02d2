#include "daemon/gateway/link_scanner.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/support/json_shapes.hpp"

namespace wardend::gateway {
namespace {

// "kind:text kind:text", or the fault.
std::string found(std::string_view text) {
  const auto links = scan_links(text);
  if (!links) return "fault: " + links.error();
  std::string all;
  for (const LinkSpan& link : *links) {
    constexpr std::string_view kinds = "pefl";
    if (!all.empty()) all += " ";
    all += kinds[static_cast<std::size_t>(link.kind)];
    all.append(":").append(text.substr(link.begin, link.size));
  }
  return all;
}

TEST(LinkScanner, FindsTheAddressesOfABundle) {
  EXPECT_EQ(found(R"({"resourceType":"Bundle","link":[{"relation":"self","url":"a"},{"relation":"next","url":"b"}],
    "entry":[{"fullUrl":"c","link":[{"url":"d"}],"resource":{"resourceType":"Patient","id":"1"},
              "response":{"status":"201","location":"e","etag":"W/\"1\""}}]})"),
            "p:a p:b f:c e:d l:e");
}

TEST(LinkScanner, FindsThemWhereverTheBundleSaysThatItIsOne) {
  EXPECT_EQ(found(R"({"entry":[{"fullUrl":"c"}],"link":[{"url":"a"}],"resourceType":"Bundle"})"), "f:c p:a");
  EXPECT_EQ(found(R"({"entry":[{"fullUrl":"c"}],"resource\u0054ype":"\u0042undle"})"), "f:c");
  EXPECT_EQ(found(R"({"entry":[{"fullUrl":"c"}],"link":[{"url":"a"}]})"), "");
  EXPECT_EQ(found(R"({"resourceType":"List","entry":[{"fullUrl":"c"}],"link":[{"url":"a"}]})"), "");
  EXPECT_EQ(found(R"({"resourceType":["Bundle"],"link":[{"url":"a"}]})"), "");
  EXPECT_EQ(found(R"([{"resourceType":"Bundle","link":[{"url":"a"}]}])"), "");
  EXPECT_EQ(found(R"("Bundle")"), "");
  EXPECT_EQ(found("17"), "");
}

TEST(LinkScanner, FindsNothingElseOfThatName) {
  EXPECT_EQ(found(R"({"resourceType":"Bundle","url":"x","fullUrl":"x","location":"x","meta":{"link":[{"url":"x"}]},
    "link":{"url":"x"},"link2":[{"url":"x"}],"entry":[{"url":"x","location":"x","response":{"url":"x","fullUrl":"x",
    "outcome":{"location":"x"}},"link":[[{"url":"x"}],"x",{"link":[{"url":"x"}]}],
    "resource":{"resourceType":"Bundle","link":[{"url":"x"}],"entry":[{"fullUrl":"x"}],"text":{"div":"\"url\":\"x\""}},
    "request":{"url":"x"},"search":{"fullUrl":"x"},"fullUrl":["x"]},[{"fullUrl":"x"}],"x"]})"),
            "");
}

TEST(LinkScanner, PassesOverAByteOrderMark) {
  const std::string_view text = "\xef\xbb\xbf{\"resourceType\":\"Bundle\",\"link\":[{\"url\":\"a\"}]}";
  EXPECT_EQ(found(text), "p:a");
}

TEST(LinkScanner, ReadsNamesThatAreEscaped) {
  EXPECT_EQ(found(R"({"resourceType":"Bundle","l\u0069nk":[{"\u0075rl":"a\/b"}],"entr\u0079":[{"full\u0055rl":"c"}]})"),
            "p:a\\/b f:c");
}

TEST(LinkScanner, RefusesAMemberThatIsThereTwiceOnTheWay) {
  for (const std::string_view text :
       {R"({"resourceType":"Patient","resourceType":"Bundle"})", R"({"link":[],"link":[{"url":"a"}]})",
        R"({"entry":[],"\u0065ntry":[]})", R"({"link":[{"url":"a","url":"b"}]})",
        R"({"entry":[{"fullUrl":"a","fullUrl":1}]})", R"({"entry":[{"response":{},"response":{"location":"a"}}]})",
        R"({"entry":[{"response":{"location":"a","location":"b"}}]})",
        R"({"entry":[{"link":[{"url":"a","url":"b"}]}]})"})
    EXPECT_TRUE(found(text).ends_with("is there twice")) << text << ": " << found(text);
  EXPECT_EQ(found(R"({"resourceType":"Bundle","link":[{"url":"a"},{"url":"b"}]})"), "p:a p:b");
}

TEST(LinkScanner, RefusesWhatIsNoJson) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[",
                                      "{]",
                                      "[}",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{,}",
                                      "[1,]",
                                      "[,1]",
                                      "[1 2]",
                                      "{\"a\" 1}",
                                      "{\"a\":1 \"b\":2}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "{\"a\":1}}",
                                      "{} {}",
                                      "{}x",
                                      "nul",
                                      "{\"a\":\"b}",
                                      "[\"a\"",
                                      "{\"a\":01}",
                                      "<html>",
                                      "\xef\xbb\xbf",
                                      "{}\xef\xbb\xbf",
                                      "\xef\xbb{}",
                                      "{\"a\":\"\xff\"}",
                                      "{\"a\":\"\n\"}",
                                      "// c\n{}",
                                      "{\"resourceType\":\"Bundle\""})
    EXPECT_EQ(found(text), "fault: not valid JSON") << text;
}

TEST(LinkScanner, IsBounded) {
  const auto lists = [](std::size_t deep) { return std::string(deep, '[') + std::string(deep, ']'); };
  EXPECT_EQ(found(lists(max_json_depth)), "");
  EXPECT_EQ(found(lists(max_json_depth + 1)), "fault: nested deeper than 64 levels");
  EXPECT_TRUE(found(std::string(100'000, '[')).starts_with("fault: nested"));
  std::string links = R"({"resourceType":"Bundle","link":[{"url":"a"})";
  for (std::size_t i = 1; i < most_page_links; ++i) links += R"(,{"url":"a"})";
  EXPECT_TRUE(scan_links(links + "]}"));
  EXPECT_EQ(found(links + R"(,{"url":"a"}]})"), "fault: more than 64 links to pages");
  std::string entries = R"({"resourceType":"Bundle","entry":[{"fullUrl":"a"})";
  for (std::size_t i = 0; i < most_links; ++i) entries += R"(,{"fullUrl":"a"})";
  EXPECT_EQ(found(entries + "]}"), "fault: more than 200000 links");
}

TEST(LinkScanner, TakesWhatTheJsonDoorTakes) {
  for (const auto& shape : test::json_shapes(20'000)) {
    const bool taken = parse_json(shape.text, {.bytes = shape.text.size(), .values = any_number_of_values}).has_value();
    if (taken) EXPECT_TRUE(scan_links(shape.text)) << shape.name;
  }
}

}  // namespace
}  // namespace wardend::gateway
