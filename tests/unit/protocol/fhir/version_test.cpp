#include "protocol/fhir/version.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace wardend::fhir {
namespace {

TEST(Version, IsWhatATagNames) {
  const std::pair<const char*, const char*> table[] = {
      {"W/\"3\"", "3"},      {"\"3\"", "3"}, {"W/\"a/b=\"", "a/b="}, {"W/\"\"", ""},   {"3", ""},       {"", ""},
      {"W/3", ""},           {"\"", ""},     {"w/\"3\"", ""},        {"\"a\"b\"", ""}, {"\"a b\"", ""}, {"*", ""},
      {"\"1\"\r\nX: \"", ""}};
  for (const auto& [tag, version] : table) EXPECT_EQ(version_in(tag), version) << tag;
}

TEST(Version, MayStandInAHeader) {
  EXPECT_TRUE(is_version("7"));
  EXPECT_TRUE(is_version(std::string(128, '7')));
  for (const std::string& odd : {std::string(), std::string(129, '7'), std::string("a b"), std::string("1\n"),
                                 std::string("\x7f"), std::string("\""), std::string("\xc3\xa9")})
    EXPECT_FALSE(is_version(odd)) << odd;
}

}  // namespace
}  // namespace wardend::fhir
