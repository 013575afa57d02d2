#include "daemon/gateway/token_watch.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wardend::gateway {
namespace {

const std::string plain = "4WUFx9-H/u1+Qw2_zR7kT~pL0aS.dE=8";  // of every letter that a token has
const Secret& token() {
  static const Secret known(plain);
  return known;
}

// What an app gets of a body in these parts; "found" behind what had gone before.
std::string seen(const std::vector<std::string>& parts) {
  TokenWatch watch(token());
  std::string text;
  for (const std::string& part : parts) {
    auto passed = watch.pass(Secret(part));
    if (!passed) return text + "|found";
    text += passed->reveal();
  }
  text += watch.rest().reveal();
  return text;
}

std::string each(std::string_view text, const char* format) {
  std::string written;
  for (const char c : text) {
    char one[16];
    (void)std::snprintf(one, sizeof one, format, static_cast<unsigned>(c));
    written += one;
  }
  return written;
}

TEST(Holds, FindsTheTokenAndPartsOfItHoweverTheyAreWritten) {
  const std::string dashes = "4WUFx9\\u002dH\\/u1\\u002BQw2_zR7kT~pL0aS.dE\\u003d8";
  for (const std::string& text :
       {plain, "x" + plain, plain.substr(0, 31), plain.substr(1), plain.substr(0, 16), plain.substr(16),
        plain.substr(7, 16), dashes, std::string("4WUFx9%2DH%2fu1%2BQw2_z"), each(plain, "%%%02x"),
        each(plain, "%%%02X"), each(plain, "\\u%04x"), each(plain, "\\u0025%02x"), std::string("Bearer ") + plain})
    for (std::size_t before = 0; before < 9; ++before)
      EXPECT_TRUE(holds(std::string(before, '\\') + "\"" + text + "\"", token())) << text;
}

TEST(Holds, PassesWhatIsNone) {
  for (const std::string& text :
       {std::string(), plain.substr(0, 15), plain.substr(0, 15) + "x" + plain.substr(16, 15), std::string(10'000, '4'),
        std::string("\\u00"), std::string("%"), std::string("%4"), std::string("\\"), std::string("100 % of a\\n")})
    EXPECT_FALSE(holds(text, token())) << text;
  EXPECT_FALSE(holds("anything", Secret()));
  EXPECT_TRUE(holds("a short one", Secret("short")));
  EXPECT_FALSE(holds("a shor one", Secret("short")));
}

TEST(Holds, KnowsWhatOtherTokensShare) {
  const std::string head = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ";
  const std::string claims = "eyJpc3MiOiJodHRwczovL2Voci5leGFtcGxlLm9yZy9maGlyIiwic3ViIjoiMTIzNDU2In0";
  const std::string signature = "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
  for (const std::string& begins :
       {head, std::string("eyAidHlwIjogIkpXVCIgfQ"), std::string("ewogICJhbGciOiAiUlMyNTYiCn0")}) {
    const Secret jwt(begins + "." + claims + "." + signature);
    EXPECT_FALSE(holds(begins + "." + claims + ".b3RoZXIgc2lnbmF0dXJl", jwt)) << "another JWT of the same server";
    EXPECT_TRUE(holds(signature.substr(0, 16), jwt)) << begins;
    EXPECT_TRUE(holds(jwt.reveal(), jwt)) << begins;
  }
  EXPECT_TRUE(holds("cipher-text-of-16", Secret(head + ".key-of-it.iv.cipher-text-of-16.tag")));
  const Secret uuid("0b0b2d9c-1b7a-11ef-9c4d-0242ac120002");
  EXPECT_FALSE(holds("1c1b2d9c-1b7a-11ef-9c4d-0242ac120002", uuid)) << "an id of the same machine";
  EXPECT_TRUE(holds("x0b0b2d9c-1b7a-11ef-9c4d-0242ac120002", uuid));
  EXPECT_TRUE(holds("0b0b2d9c1b7a11ef9c4d0242ac120002", uuid));
  EXPECT_TRUE(holds("0b0b2d9c%252D1b7a%252D11ef%252D9c4d%252D0242ac120002", uuid)) << "an address in an address";
  EXPECT_TRUE(holds(std::string(20, 'a'), Secret(std::string(4000, 'a')))) << "and quickly";
}

TEST(TokenWatch, FindsATokenWhereverPartsEnd) {
  for (const std::string& text : {plain, each(plain, "%%%02x"), each(plain, "\\u%04x")}) {
    const std::string body = std::string(1200, 'x') + text + std::string(1200, 'y');
    for (std::size_t one = 1190; one <= 1210 + text.size(); one += 7) {
      const std::string got = seen({body.substr(0, one), body.substr(one, 3), body.substr(one + 3)});
      EXPECT_TRUE(got.ends_with("|found")) << one << got;
      EXPECT_FALSE(holds(got, token())) << one << got;
    }
    std::vector<std::string> single;
    for (const char c : body) single.emplace_back(1, c);
    EXPECT_TRUE(seen(single).ends_with("|found"));
  }
}

TEST(TokenWatch, PassesEveryByteOfWhatHoldsNone) {
  std::string body;
  for (int i = 0; i < 100; ++i) body += plain.substr(static_cast<std::size_t>(i) % 16, 15) + "\n";
  for (std::size_t at = 0; at <= body.size(); at += 37)
    EXPECT_EQ(seen({body.substr(0, at), body.substr(at)}), body) << at;
  std::vector<std::string> single;
  for (const char c : body) single.emplace_back(1, c);
  EXPECT_EQ(seen(single), body);
  const Secret none;
  EXPECT_EQ(TokenWatch(none).rest().reveal(), "");
}

TEST(TokenWatch, LooksAtTheHeadersThatAnAppGets) {
  const auto create = *fhir::classify({.method = "POST", .path = "/Observation"});
  const auto told = [&](const char* name) {
    return head_holds({.status = 200, .headers = {{name, "a/" + plain + "/Observation/9"}}}, create, token());
  };
  for (const char* name : {"etag", "content-location", "location", "content-type"}) EXPECT_TRUE(told(name));
  EXPECT_FALSE(told("set-cookie"));
  EXPECT_FALSE(head_holds({.status = 200, .headers = {{"etag", plain.substr(0, 15)}}}, create, token()));
}

}  // namespace
}  // namespace wardend::gateway
