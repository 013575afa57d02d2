#include "systemd/message_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace wardend::systemd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Names = std::set<std::string>;

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string catalog() { return text_of(WARDEND_SOURCE_DIR "/systemd/units/wardend.catalog"); }

TEST(MessageCatalog, ExplainsEachMessageOnceAndNoOther) {
  Names ids;
  for (const KnownMessage& message : known_messages()) {
    EXPECT_TRUE(std::regex_match(std::string(message.id), std::regex("[0-9a-f]{32}"))) << message.id;
    EXPECT_TRUE(ids.emplace(message.id).second) << message.id << " stands twice";
  }
  const std::string text = catalog();
  const std::regex entry(R"(-- (\w+)\nSubject: [^\n]+\nDefined-By: wardend\n)");
  Names explained;
  for (std::sregex_iterator at(text.begin(), text.end(), entry), end; at != end; ++at) explained.insert((*at)[1]);
  EXPECT_EQ(explained, ids);
}

TEST(MessageCatalog, KnowsOnlyLinesThatAreWritten) {
  std::string sources;
  for (const auto& file : std::filesystem::recursive_directory_iterator(WARDEND_SOURCE_DIR "/daemon"))
    if (file.path().extension() == ".cpp") sources += text_of(file.path());
  for (const KnownMessage& message : known_messages())
    EXPECT_TRUE(sources.contains("\"" + std::string(message.text) + "\"")) << message.text;
}

TEST(MessageCatalog, ReadsTheFieldsOfALineAsTheyWereMeant) {
  EXPECT_THAT(read_line("cleared what=session reason=ehr_lock note=\"a \\\"b\\\" c\" none=\"\" left-out=2").fields,
              ElementsAre(Pair("WARDEND_WHAT", "session"), Pair("WARDEND_REASON", "ehr_lock"),
                          Pair("WARDEND_NOTE", "a \"b\" c"), Pair("WARDEND_NONE", ""), Pair("WARDEND_LEFT_OUT", "2")));
  EXPECT_THAT(read_line("wardend started").fields, IsEmpty());
  EXPECT_NE(read_line("wardend started").id, "");
}

TEST(MessageCatalog, TakesNoOtherLineForAKnownOne) {
  for (const char* line : {"clearedness", "something else server=ehr", "", "server", "server states x=1"}) {
    EXPECT_EQ(read_line(line).id, "") << line;
    EXPECT_THAT(read_line(line).fields, IsEmpty()) << line;
  }
}

TEST(MessageCatalog, StandsWhatNoLineShouldBe) {
  for (const char* line :
       {"cleared ", "cleared x", "cleared x=\"", "cleared x=\"\\", "cleared =", "cleared a= b=", "cleared  "})
    EXPECT_NE(read_line(line).id, "") << line;
  std::string many = "cleared";
  for (int i = 0; i < 1000; ++i) many += " a=b";
  EXPECT_EQ(read_line(many).fields.size(), 16U);
}

}  // namespace
}  // namespace wardend::systemd
