#include "trail/link.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "tests/unit/trail/trails.hpp"

namespace wardend::trail {
namespace {

TEST(Sealed, ALineIsJsonThatNamesTheOneBeforeAndItself) {
  Link last;
  const std::string one = sealed(test::members("start"), last);
  const std::string two = sealed(test::members("stop"), last);
  EXPECT_EQ(one.back(), '\n');
  const auto first = nlohmann::json::parse(one);
  const auto second = nlohmann::json::parse(two);
  EXPECT_EQ(first["sequence"], 1);
  EXPECT_EQ(first["previous"], std::string(64, '0'));
  EXPECT_EQ(second["sequence"], 2);
  EXPECT_EQ(second["previous"], first["hash"]);
  EXPECT_EQ(last, (Link{2, second["hash"]}));
  EXPECT_EQ(first["hash"], hex(sha256(one.substr(0, one.find(R"(,"hash")"))))) << "as docs/audit.md says";
}

TEST(ReadEntry, ReadsWhatWasSealed) {
  Link last{41, std::string(64, 'a')};
  std::string line = sealed(test::members("token", R"("detail":"x\"}")"), last);
  line.pop_back();
  const auto entry = read_entry(line);
  ASSERT_TRUE(entry.has_value()) << entry.error();
  EXPECT_EQ(entry->sequence, 42U);
  EXPECT_EQ(entry->previous, std::string(64, 'a'));
  EXPECT_EQ(entry->kind, "token");
  EXPECT_EQ(entry->members, test::members("token", R"("detail":"x\"}")"));
  EXPECT_EQ(entry->link(), last);
}

TEST(ReadEntry, RefusesWhatIsNone) {
  for (const std::string line : {"", "{}", R"({"sequence":0,"previous":"")", R"({"sequence":-1,)", "x",
                                 R"({"sequence":99999999999999999999999,"previous":")", R"({"action":"before"})"})
    EXPECT_EQ(read_entry(line).error(), "the line is not an entry of the trail") << line;
  Link last;
  std::string line = sealed(test::members("token"), last);
  line.pop_back();
  line[line.find("token")] = 'T';
  EXPECT_EQ(read_entry(line).error(), "the entry was changed: its hash is not that of its bytes");
}

}  // namespace
}  // namespace wardend::trail
