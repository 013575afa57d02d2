#include "config/table_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.hpp"
#include "config/findings.hpp"

namespace wardend::config {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

struct Written {
  const char* text;
  std::optional<Milliseconds> meant;
};

TEST(DurationText, NeedsAWholeNumberAndAUnit) {
  for (const Written& row : {
           Written{"500ms", 500ms},
           Written{"30s", 30s},
           Written{"15m", 15min},
           Written{"13h", 13h},
           Written{"0s", 0s},
           Written{"1000000000h", 1000000000h},
           Written{"1000000001h", std::nullopt},
           Written{"99999999999999999999s", std::nullopt},
           Written{"", std::nullopt},
           Written{"s", std::nullopt},
           Written{"30", std::nullopt},
           Written{"30 s", std::nullopt},
           Written{" 30s", std::nullopt},
           Written{"+30s", std::nullopt},
           Written{"-30s", std::nullopt},
           Written{"1.5s", std::nullopt},
           Written{"30S", std::nullopt},
           Written{"30sec", std::nullopt},
           Written{"1d", std::nullopt},
           Written{"1h30m", std::nullopt},
       })
    EXPECT_EQ(parse_duration(row.text), row.meant) << row.text;
}

// Reads one table. What it finds stands in errors().
class Reading {
 public:
  explicit Reading(std::string_view text) : table_(parse_document(text).value()) {}
  TableReader reader() { return {table_, "w.toml", "[broker]", findings_}; }
  std::vector<std::string> errors() {
    std::vector<std::string> texts;
    for (const Finding& finding : findings_.take()) texts.push_back(finding.to_string());
    return texts;
  }

 private:
  Node table_;
  Findings findings_{Files::left_alone};
};

TEST(TableReader, TakesWhatIsOfItsKind) {
  Reading reading("a = \"x\"\nb = true\nc = [\"y\", \"z\"]\nd = 2026-05-04\ne = \"5s\"\nf = 7\n[g]\n[[h]]\n[[h]]\n");
  TableReader reader = reading.reader();
  std::string text;
  std::string date;
  bool flag = false;
  std::vector<std::string> texts;
  Milliseconds span{};
  int number = 0;
  reader.text("a", text);
  reader.flag("b", flag);
  reader.texts("c", texts);
  reader.date("d", date);
  reader.duration("e", span, 1s, 10s);
  reader.number("f", number, 0, 7);
  EXPECT_EQ(text, "x");
  EXPECT_TRUE(flag);
  EXPECT_EQ(texts, (std::vector<std::string>{"y", "z"}));
  EXPECT_EQ(date, "2026-05-04");
  EXPECT_EQ(span, 5s);
  EXPECT_EQ(number, 7);
  EXPECT_NE(reader.table("g"), nullptr);
  EXPECT_EQ(reader.tables("h").size(), 2U);
  reader.done();
  EXPECT_THAT(reading.errors(), ElementsAre());
}

TEST(TableReader, LeavesADefaultAloneWhereTheKindIsAnother) {
  Reading reading("a = 1\nb = \"true\"\nc = \"y\"\nd = \"2026-05-04\"\ne = 5\nf = 8\ng = 1\nh = [1]\n");
  TableReader reader = reading.reader();
  std::string text = "kept";
  std::string date = "kept";
  bool flag = true;
  std::vector<std::string> texts{"kept"};
  Milliseconds span = 3s;
  int number = 3;
  reader.text("a", text);
  reader.flag("b", flag);
  reader.texts("c", texts);
  reader.date("d", date);
  reader.duration("e", span, 1s, 10s);
  reader.number("f", number, 0, 7);
  EXPECT_EQ(text + date, "keptkept");
  EXPECT_TRUE(flag);
  EXPECT_EQ(texts, std::vector<std::string>{"kept"});
  EXPECT_EQ(span, 3s);
  EXPECT_EQ(number, 3);
  EXPECT_EQ(reader.table("g"), nullptr);
  EXPECT_TRUE(reader.tables("h").empty());
  EXPECT_THAT(
      reading.errors(),
      ElementsAre("w.toml:1:5: error: a must be text: write it in quotes", "w.toml:2:5: error: b must be true or false",
                  "w.toml:3:5: error: c must be a list: [\"...\"]",
                  "w.toml:4:5: error: d must be a date without quotes: 2026-05-04",
                  "w.toml:5:5: error: e must be a duration with a unit: \"500ms\", \"30s\", \"15m\", \"13h\"",
                  "w.toml:6:5: error: f must be a whole number from 0 to 7",
                  "w.toml:7:5: error: g must be a table: [g]",
                  "w.toml:8:6: error: an entry of h must be a table: [[h]]"));
}

TEST(TableReader, NamesTheBoundsOfADurationInWords) {
  Reading reading("a = \"2h\"\nb = \"2h\"\nc = \"2h\"\n");
  TableReader reader = reading.reader();
  Milliseconds span{};
  reader.duration("a", span, 0s, 500ms);
  reader.duration("b", span, 1s, 90s);
  reader.duration("c", span, 1min, 1h);
  EXPECT_THAT(reading.errors(),
              ElementsAre("w.toml:1:5: error: a must be 0s to 500ms", "w.toml:2:5: error: b must be 1s to 90s",
                          "w.toml:3:5: error: c must be 1m to 1h"));
}

TEST(TableReader, NeedsAKeyThatIsAbsentOrEmpty) {
  Reading reading("empty = \"\"\nnumber = 1\n");
  TableReader reader = reading.reader();
  reader.need("absent", "", "why");
  reader.need("empty", "", "why");
  reader.need("number", "", "why");  // its kind is fault enough
  reader.need("there", "x", "why");
  EXPECT_THAT(reading.errors(), ElementsAre("w.toml:1:1: error: [broker] needs absent: why",
                                            "w.toml:1:9: error: [broker] needs empty: why"));
}

struct Name {
  std::string name;
  bool good;
};

TEST(TableReader, KnowsAShortName) {
  for (const Name& row : {Name{"a", true}, Name{"Vitals-trend_2.0", true}, Name{std::string(64, 'a'), true},
                          Name{std::string(65, 'a'), false}, Name{".a", false}, Name{"..", false}, Name{"a b", false},
                          Name{"a/b", false}, Name{"\xC3\xA9", false}, Name{"a\n", false}}) {
    Reading reading("");
    reading.reader().short_name("id", row.name);
    EXPECT_EQ(reading.errors().empty(), row.good) << row.name;
  }
}

// A secret is sent to its place; the value is never repeated.
TEST(TableReader, RefusesUnknownKeysWithTheNearestKnownOne) {
  Reading reading("sokcet = 1\ncolour = 1\nclient_secret = \"hunter2\"\n");
  TableReader reader = reading.reader();
  std::string value;
  reader.text("socket", value);
  reader.text("credential", value);
  reader.done();
  const auto errors = reading.errors();
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_TRUE(errors[0].contains("unknown key client_secret in [broker]: no secret stands in this file") ||
              errors[2].contains("unknown key client_secret in [broker]: no secret stands in this file"));
  for (const std::string& error : errors) EXPECT_FALSE(error.contains("hunter2")) << error;
}

}  // namespace
}  // namespace wardend::config
