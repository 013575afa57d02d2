#include "daemon/gateway/token_watch.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wardend::gateway {
namespace {

// What an app gets of a body in these parts; "found" behind what had gone before.
std::string seen(const Secret& token, const std::vector<std::string>& parts) {
  TokenWatch watch(token);
  std::string text;
  for (const std::string& part : parts) {
    auto passed = watch.pass(Secret(part));
    if (!passed) return text + "|found";
    text += passed->reveal();
  }
  text += watch.rest().reveal();
  return text;
}

TEST(TokenWatch, FindsATokenWhereverPartsEnd) {
  const Secret token("abcabd");
  const std::string body = "xxabcabcabdyy";
  for (std::size_t one = 0; one <= body.size(); ++one)
    for (std::size_t two = one; two <= body.size(); ++two) {
      const std::string got = seen(token, {body.substr(0, one), body.substr(one, two - one), body.substr(two)});
      EXPECT_TRUE(got.ends_with("|found")) << one << " " << two << got;
      EXPECT_TRUE(std::string("xxabc|found").starts_with(got.substr(0, got.size() - 6))) << got;
    }
}

TEST(TokenWatch, PassesEveryByteOfWhatHoldsNone) {
  const Secret token("aab");
  const std::string body = "aaaacaabaa";
  std::string other = body;
  other[7] = 'c';
  for (std::size_t at = 0; at <= other.size(); ++at)
    EXPECT_EQ(seen(token, {other.substr(0, at), other.substr(at)}), other) << at;
  std::vector<std::string> single;
  for (const char c : other) single.emplace_back(1, c);
  EXPECT_EQ(seen(token, single), other);
  EXPECT_EQ(seen(Secret(), {"a", "b"}), "ab") << "no token";
  EXPECT_EQ(seen(Secret("a"), {"b", "a"}), "b|found") << "a token of one letter";
}

TEST(TokenWatch, LooksAtTheHeadersThatAnAppGets) {
  const Secret token("secret");
  const auto told = [&](const char* name) {
    return head_holds({.status = 200, .headers = {{name, "W/\"a-secret-b\""}}}, token);
  };
  for (const char* name : {"etag", "content-location", "location", "warning", "content-type"}) EXPECT_TRUE(told(name));
  EXPECT_FALSE(told("set-cookie"));
  EXPECT_FALSE(head_holds({.status = 200, .headers = {{"etag", "secre"}}}, token));
}

}  // namespace
}  // namespace wardend::gateway
