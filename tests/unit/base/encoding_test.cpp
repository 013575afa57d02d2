#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

TEST(Base64Url, RoundTripsWithoutPadding) {
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(from_base64url("Zg=="), std::nullopt);
  EXPECT_EQ(from_base64url("A"), std::nullopt);
}

TEST(Sha256, GivesTheVectorOfRfc7636) {
  EXPECT_EQ(base64url(sha256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Form, EncodesReservedCharactersAndReadsThemBack) {
  const auto body = form_encode({{"a", "x y&z=%"}, {"b", ""}});
  EXPECT_EQ(body, "a=x+y%26z%3D%25&b=");
  const auto fields = parse_form(body);
  ASSERT_TRUE(fields);
  EXPECT_EQ((*fields)[0].second, "x y&z=%");
}

TEST(Form, RefusesBrokenEscapesNulsAndFloods) {
  EXPECT_FALSE(parse_form("a=%4"));
  EXPECT_FALSE(parse_form("a=%zz"));
  EXPECT_FALSE(parse_form("a=%00"));
  EXPECT_FALSE(parse_form(std::string_view("a=b\0c", 5)));
  EXPECT_FALSE(parse_form(std::string_view("a\0=b", 4)));
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += "a=1&";
  EXPECT_FALSE(parse_form(flood));
}

}  // namespace
}  // namespace wardend
