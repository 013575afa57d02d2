#include "protocol/oauth/token_salvage.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace wardend::oauth {
namespace {

struct Body {
  const char* name;
  std::string text;
  std::string access;
  std::string refresh;
};
class Salvage : public ::testing::TestWithParam<Body> {};
TEST_P(Salvage, FindsWhatWasIssued) {
  const SalvagedTokens found = salvage_tokens(GetParam().text);
  EXPECT_EQ(found.access_token.reveal(), GetParam().access);
  EXPECT_EQ(found.refresh_token.reveal(), GetParam().refresh);
}
INSTANTIATE_TEST_SUITE_P(
    TokenSalvage, Salvage,
    ::testing::Values(
        Body{"WholeJson", R"({"access_token":"a1","refresh_token":"r1"})", "a1", "r1"},
        Body{"WithBlanks", "{ \"access_token\"\n:\t\"a1\" , \"refresh_token\" : \"r1\" }", "a1", "r1"},
        Body{"CutShort", R"({"access_token":"a1","refresh_token":"r1","sco)", "a1", "r1"},
        Body{"CutWithinAToken", R"({"refresh_token":"r1","access_token":"a)", "", "r1"},
        Body{"SomethingBefore", "\xef\xbb\xbf<!-- x -->{\"access_token\":\"a1\"}", "a1", ""},
        Body{"SomethingBehind", R"({"access_token":"a1"} // end)", "a1", ""},
        Body{"NotUtf8", "{\"name\":\"Ren\xe9\",\"access_token\":\"a1\",\"refresh_token\":\"r1\"}", "a1", "r1"},
        Body{"EscapedLetters", R"({"access\u005ftoken":"\u0061\u0031","refresh_token":"r\u002d1"} x)", "a1", "r-1"},
        Body{"Utf16", std::string("{\0\"\0r\0e\0f\0r\0e\0s\0h\0_\0t\0o\0k\0e\0n\0\"\0:\0\"\0r\0001\0\"\0}\0", 42), "",
             "r1"},
        Body{"Nested", R"({"data":{"access_token":"a1"}})", "a1", ""},
        Body{"Twice", R"({"access_token":"a1","access_token":"a2"})", "a1", ""},
        Body{"EscapedSlash", R"({"access_token":"a\/b"})", "a/b", ""},
        Body{"FirstOneIsNoText", R"({"access_token":null,"x":{"access_token":"a1"}})", "a1", ""},
        Body{"AForm", "access_token=a%2Bb&expires_in=3600&refresh_token=r1\n", "a+b", "r1"},
        Body{"AnError", R"({"error":"invalid_grant"})", "", ""},
        Body{"AWordInAPage", "<p>no access_token for you</p>", "", ""},
        Body{"ATokenWithABlank", R"({"access_token":"a b"})", "", ""},
        Body{"ATokenWithAControlCharacter", "{\"access_token\":\"a\nb\"}", "", ""},
        Body{"ATooLongToken", "{\"access_token\":\"" + std::string(16 * 1024 + 1, 'a') + "\"}", "", ""},
        Body{"Nothing", "", "", ""}),
    [](const auto& info) { return info.param.name; });

TEST(TokenSalvage, IsLinearInTheText) {
  std::string hostile;
  while (hostile.size() < 1024 * 1024) hostile += "\"access_token\":\"";
  const auto began = std::chrono::steady_clock::now();
  static_cast<void>(salvage_tokens(hostile));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
}

}  // namespace
}  // namespace wardend::oauth
