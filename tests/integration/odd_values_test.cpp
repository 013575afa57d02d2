// Values that servers write otherwise than their specifications have it: lives, codings, encodings and codes of any
// size.
#include "base/encoding.hpp"
#include "tests/integration/cookies.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class OddValues : public Scenario {
 protected:
  void lay_over(const json& members) const {
    ehr.fault({{"at", "token"}, {"kind", "set_members"}, {"members", members}});
  }
};

// What a launch makes of a life: whether its token is served, and for how long it is thought to live.
TEST_F(OddValues, ALifeThatIsNoNumberOfSecondsIsFiveMinutesOrNone) {
  start();
  const std::tuple<const char*, const char*, int> lives[] = {
      {"-1e400", "ServerUnavailable", 0},
      {"1e400", "token", 300},
      {"1e-400", "ServerUnavailable", 0},
      {"-0", "ServerUnavailable", 0},
      {"\"-60\"", "ServerUnavailable", 0},
      {"\"3600abc\"", "token", 300},
      {"\"3600\"", "token", 3600},
      {"9223372036854775808", "token", 300},
      {"{\"s\":3600}", "token", 300},
      {"[3600]", "token", 300},
      {"true", "token", 300},
      {"3599.9", "token", 3599},
  };
  ehr.set("config", {{"token_members", {{"expires_in", nullptr}}}});
  for (const auto& [life, answered, seconds] : lives) {
    SCOPED_TRACE(life);
    ehr.no_faults();
    ehr.fault({{"at", "token"}, {"kind", "dress"}, {"insert", "\"expires_in\":" + std::string(life)}});
    const std::string id = site.launched_session();
    const json wish = {{"session", id}, {"min_validity", 0}};
    const std::string got = answer(wish);
    if (std::string(answered) != "token") {
      EXPECT_NE(got, "token") << reply;
      continue;
    }
    EXPECT_EQ(got, "token") << reply;
    EXPECT_LE(reply.value("expires_in", 0), seconds);
    EXPECT_GE(reply.value("expires_in", 0), seconds - 10);
    if (seconds == 300) EXPECT_TRUE(logged({"expires_in is missing or makes no sense"}));
  }
}

TEST_F(OddValues, AnIdTokenThatIsLooselyWrittenIsRefusedWithTheCause) {
  start();
  const std::string head = base64url(R"({"alg":"RS256","kid":"x"})");
  const std::string claims = base64url(R"({"iss":"x","sub":"y"})");
  const std::pair<std::string, const char*> rows[] = {
      {head + "=." + claims + ".AAAA", "its header is not base64url: it has padding"},
      {head + "." + claims + "=." + "AAAA", "its payload is not base64url: it has padding"},
      {head + "." + claims + ".AA==", "its signature is not base64url: it has padding"},
      {head + "." + claims + ".A+/A", "its signature is not base64url: it has a + or a /"},
      {head + "." + claims + ".AA AA", "its signature is not base64url: it has a blank or a line break"},
      {head + "." + claims + ".AAAA\n", "its signature is not base64url: it has a blank or a line break"},
      {head + "." + claims + ".AAAAA", "its signature is not base64url: it is cut off"},
      {head + "." + claims, "it has 2 parts in place of three"},
      {base64url("[]") + "." + claims + ".AAAA", "its header is no JSON object"},
  };
  for (const auto& [token, why] : rows) {
    lay_over({{"id_token", token}});
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains("identity") && told.contains(why)) << why << "\n" << told;
    ehr.no_faults();
  }
  EXPECT_TRUE(logged({"its header is not base64url: it has padding"}));
  // A refresh goes on without it, and says why.
  const std::string id = site.launched_session();
  ASSERT_EQ(answer({{"session", id}}), "token");
  lay_over({{"id_token", head + "." + claims + ".AA=="}});
  EXPECT_EQ(answer({{"session", id}, {"rejected", hex(sha256(reply.value("access_token", "")))}}), "token") << reply;
  EXPECT_TRUE(logged({"the id_token cannot be read: its signature is not base64url: it has padding"}));
}

TEST_F(OddValues, ACodingThatNobodyAskedForIsNamedInTheJournal) {
  start();
  const std::string id = site.launched_session();
  ASSERT_EQ(answer({{"session", id}}), "token");
  ehr.fault({{"at", "token"}, {"grant_type", "refresh_token"}, {"kind", "dress"}, {"encoding", "br"}, {"count", 1}});
  (void)answer({{"session", id}, {"rejected", hex(sha256(reply.value("access_token", "")))}});
  EXPECT_TRUE(eventually([&] { return logged({"a refresh's answer cannot be used", "Content-Encoding: br"}); }))
      << site.wardend().output();
}

// A code is as long as its server makes it, up to what a browser's request may hold.
TEST_F(OddValues, CodesAreTakenUpToALimitThatIsSaid) {
  start();
  for (const int size : {8'000, 16'000, 32'000, 47'000}) {
    SCOPED_TRACE(size);
    ehr.set("config", {{"code_padding", size}});
    const Begun begun = begin();
    const std::string back = browser.step(begun.address).address;
    EXPECT_GT(back.size(), static_cast<std::size_t>(size));
    // As a browser does: curl leaves its cookies out where the address is this long.
    EXPECT_EQ(request(back, {}, {cookies_in(site.folder() / "steps")}).status, 200) << site.wardend().output();
  }
  ehr.set("config", {{"code_padding", 52'000}});
  const Begun begun = begin();
  Page page = request(browser.step(begun.address).address, {}, {cookies_in(site.folder() / "steps")});
  EXPECT_TRUE(page.body.contains("too_long") && page.body.contains("48 KiB")) << page.body;
  EXPECT_TRUE(logged({"too_long"}));
  page = request(site.loopback() + "/callback?state=x&code=" + std::string(62'000, 'c'));
  EXPECT_EQ(page.status, 431);
  EXPECT_TRUE(page.body.contains("an address of more than 60 KiB")) << page.body;
  EXPECT_FALSE(page.body.contains("cookies")) << page.body;
  EXPECT_TRUE(eventually([&] { return logged({"a browser's address is longer than wardend takes"}); }));
  EXPECT_EQ(request(site.loopback() + "/callback", {}, {"Cookie: a=" + std::string(62'000, 'c')}).status, 431);
  EXPECT_TRUE(eventually([&] { return logged({"a browser's headers are longer than wardend takes"}); }));
}

}  // namespace
}  // namespace wardend::test
