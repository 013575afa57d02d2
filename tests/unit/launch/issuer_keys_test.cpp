// The keys of an issuer: asked for once for all, for no longer than the deadline, and only where they may lie.
#include "daemon/launch/issuer_keys.hpp"

#include "tests/support/test_issuer.hpp"
#include "tests/unit/server/server_world.hpp"

namespace wardend {
namespace {

using launch::IssuerKeys;
using launch::KeysPtr;
using Need = IssuerKeys::Need;

struct KeysWorld : test::ServerWorld {
  IssuerKeys keys{clock, documents, config};
  IssuerKeys::Issuer issuer{"ehr", "https://ehr.example.org", *http::Url::parse("https://ehr.example.org/jwks")};
  using Answer = std::expected<KeysPtr, std::string>;

  KeysWorld() { documents.at["/jwks"] = {.body = std::string(test::issuer_public_keys)}; }
  ~KeysWorld() {
    tasks.cancel();
    clock.settle();
  }

  // "" or the word of the failure; `after` is how long it took.
  std::string code(Need need = Need::known, Duration patience = 8s) {
    const BootTime began = clock.now();
    const auto outcome = start(keys.get(issuer, need, began + patience));
    while (!*outcome && clock.now() < began + 60s) clock.advance(1ms);
    after = clock.now() - began;
    return !*outcome ? "never_answered" : (**outcome ? "" : (**outcome).error());
  }
  Duration after{};
};

TEST(IssuerKeys, AreKeptForAnHourAndRenewedOnceAMinute) {
  KeysWorld world;
  EXPECT_EQ(world.code(), "");
  EXPECT_EQ(world.code(), "");
  EXPECT_EQ(world.documents.asked.size(), 1U);
  EXPECT_EQ(world.code(Need::renewed), "");
  EXPECT_EQ(world.documents.asked.size(), 1U) << "renewed within the last minute";
  world.clock.advance(61s);
  EXPECT_EQ(world.code(Need::renewed), "");
  EXPECT_EQ(world.documents.asked.size(), 2U);
  world.clock.advance(61min);
  EXPECT_EQ(world.code(), "");
  EXPECT_EQ(world.documents.asked.size(), 3U);
}

TEST(IssuerKeys, OfAnotherAddressAreFetchedAnew) {
  KeysWorld world;
  EXPECT_EQ(world.code(), "");
  world.documents.at["/other"] = {.body = std::string(test::issuer_public_keys)};
  world.issuer.jwks_uri = *http::Url::parse("https://ehr.example.org/other");
  EXPECT_EQ(world.code(), "");
  EXPECT_EQ(world.documents.asked.back(), "https://ehr.example.org/other");
}

TEST(IssuerKeys, AreAskedForOnceForAllWhoAskTogether) {
  KeysWorld world;
  std::vector<std::shared_ptr<std::optional<KeysWorld::Answer>>> all;
  for (int i = 0; i < 5; ++i)
    all.push_back(world.start(world.keys.get(world.issuer, Need::known, world.clock.now() + 8s)));
  world.clock.advance(1s);
  for (const auto& one : all) EXPECT_TRUE(*one && **one);
  EXPECT_EQ(world.documents.asked.size(), 1U);
}

struct SlowKeys {
  const char* name;
  bool located;  // discovery said where they are
  Duration openid_takes;
  Duration patience;
};
class SlowIssuer : public ::testing::TestWithParam<SlowKeys> {};
TEST_P(SlowIssuer, IsWaitedForNoLongerThanTheDeadline) {
  KeysWorld world;
  if (!GetParam().located) world.issuer.jwks_uri.reset();
  world.documents.at["/openid-configuration"] = {
      .body = R"({"issuer":"https://ehr.example.org","jwks_uri":"https://ehr.example.org/jwks"})",
      .takes = GetParam().openid_takes};
  world.documents.at["/jwks"].takes = 1h;
  EXPECT_EQ(world.code(Need::known, GetParam().patience), "jwks_timeout");
  EXPECT_LE(world.after, GetParam().patience);
}
INSTANTIATE_TEST_SUITE_P(IssuerKeys, SlowIssuer,
                         ::testing::Values(SlowKeys{"Located", true, 0s, 8s}, SlowKeys{"Searched", false, 7900ms, 8s},
                                           SlowKeys{"SearchedInVain", false, 1h, 8s},
                                           SlowKeys{"AlmostOutOfTime", true, 0s, 1ms},
                                           SlowKeys{"OutOfTime", true, 0s, 0s}),
                         [](const auto& info) { return info.param.name; });

TEST(IssuerKeys, AWaiterLeavesASlowRequestOfSomebodyElseAtItsDeadline) {
  KeysWorld world;
  world.documents.at["/jwks"].takes = 1h;
  const auto other = world.start(world.keys.get(world.issuer, Need::known, world.clock.now() + 60s));
  EXPECT_EQ(world.code(Need::known, 2s), "jwks_timeout");
  EXPECT_LE(world.after, 2s);
  EXPECT_FALSE(*other);
}

struct Odd {
  const char* name;
  void (*change)(KeysWorld&);
  std::string code;
};
class OddIssuer : public ::testing::TestWithParam<Odd> {};
TEST_P(OddIssuer, IsRefusedByTheTable) {
  KeysWorld world;
  world.documents.at["/openid-configuration"].body =
      R"({"issuer":"https://ehr.example.org","jwks_uri":"https://ehr.example.org/jwks"})";
  GetParam().change(world);
  EXPECT_EQ(world.code(), GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    IssuerKeys, OddIssuer,
    ::testing::Values(Odd{"FoundByItsOpenidConfiguration", [](KeysWorld& world) { world.issuer.jwks_uri.reset(); }, ""},
                      Odd{"WithAnError", [](KeysWorld& world) { world.documents.at["/jwks"].status = 500; },
                          "jwks_status HTTP 500"},
                      Odd{"ThatRedirects", [](KeysWorld& world) { world.documents.at["/jwks"].status = 308; },
                          "jwks_redirect answers HTTP 308, and nothing else"},
                      Odd{"WhoseConfigurationIsNotThere",
                          [](KeysWorld& world) {
                            world.issuer.jwks_uri.reset();
                            world.documents.at["/openid-configuration"].status = 404;
                          },
                          "openid_status HTTP 404"},
                      Odd{"Unreachable",
                          [](KeysWorld& world) {
                            world.documents.at["/jwks"].failure =
                                HttpFailure{HttpFailure::Kind::network, false, "refused"};
                          },
                          "jwks_unreachable"},
                      Odd{"Untrusted",
                          [](KeysWorld& world) {
                            world.documents.at["/jwks"].failure = HttpFailure{HttpFailure::Kind::tls, false, "expired"};
                          },
                          "jwks_tls"},
                      Odd{"OnAForeignHost",
                          [](KeysWorld& world) {
                            world.issuer.jwks_uri.reset();
                            world.issuer.name = "https://evil.example";
                          },
                          "jwks_foreign_host"},
                      Odd{"WithKeysOnAForeignHost",
                          [](KeysWorld& world) {
                            world.issuer.jwks_uri.reset();
                            world.documents.at["/openid-configuration"].body =
                                R"({"issuer":"https://ehr.example.org","jwks_uri":"https://evil.example/jwks"})";
                          },
                          "jwks_foreign_host"},
                      Odd{"OfNoServer", [](KeysWorld& world) { world.issuer.server = "other"; }, "unknown_server"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace wardend
