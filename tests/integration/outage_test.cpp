// What an app hears while its server gives no token: at once, the true cause, and when to ask again. And what a reply
// that is lost costs.
#include <algorithm>

#include "base/encoding.hpp"
#include "tests/integration/hub.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using Now = std::chrono::steady_clock;

struct Outage {
  std::string name;
  json fault;          // at the token endpoint; null: every connection is reset
  std::string reason;  // a part of it
};
void PrintTo(const Outage& outage, std::ostream* out) { *out << outage.name; }

class OutageOf : public Scenario {
 protected:
  // Asks until the token of `id` is over, then thrice more: each answer comes at once and says the same.
  void expect_told(const std::string& id, const std::string& reason) {
    const json wish = {{"session", id}, {"min_validity", 1}};
    ASSERT_TRUE(eventually([&] { return answer(wish) == "ServerUnavailable" && told(reason); }, 20s)) << reply;
    for (int i = 0; i < 3; ++i) {
      const auto asked = Now::now();
      EXPECT_EQ(answer(wish), "ServerUnavailable") << reply;
      EXPECT_LT(Now::now() - asked, 500ms) << "nobody waits for what is known";
      EXPECT_TRUE(told(reason)) << reply;
      EXPECT_GE(reply.value("retry_after", 0), 1) << reply;
      EXPECT_LE(reply.value("retry_after", 999), 60) << reply;
      EXPECT_EQ(reply.value("server", ""), "ehr");
      EXPECT_EQ(reply.value("advice", ""), "Use the EHR's own flowsheet until this clears.");
    }
  }
  bool told(const std::string& reason) { return reply.value("reason", "").contains(reason); }
};

class TokenOutage : public OutageOf, public ::testing::WithParamInterface<Outage> {};

TEST_P(TokenOutage, IsToldAtOnceWithItsCauseAndWhenToAskAgain) {
  ehr.set("config", {{"token_life", 4}});
  start({.health = "interval = \"1h\""});  // no probe: what the refreshes meet is all that is known
  const std::string id = site.launched_session();
  json fault = GetParam().fault;
  if (fault.is_null()) {
    ehr.set("down", {{"down", true}});
  } else {
    fault["at"] = "token";
    ehr.fault(fault);
  }
  expect_told(id, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Server, TokenOutage,
    ::testing::Values(
        Outage{"RetryAfterForty", {{"kind", "status"}, {"status", 503}, {"retry_after", "40"}}, "HTTP 503"},
        Outage{"RetryAfterADate", {{"kind", "status"}, {"status", 429}, {"retry_after_date", 40}}, "HTTP 429"},
        Outage{"RetryAfterAYear", {{"kind", "status"}, {"status", 502}, {"retry_after", "31536000"}}, "HTTP 502"},
        Outage{"APageInBetween", {{"kind", "html"}}, "the answer cannot be read: a proxy"},
        Outage{"ARedirect", {{"kind", "redirect"}, {"location", "http://127.0.0.1:1/"}}, "HTTP 302"},
        Outage{"NoAnswer", {{"kind", "drop"}}, "took the last request and gave no answer"},
        Outage{"EveryConnectionReset", nullptr, "gave no answer"}),
    [](const auto& info) { return info.param.name; });

TEST_F(OutageOf, AServerThatIsKnownToBeDownIsToldAtOnce) {
  ehr.set("config", {{"token_life", 4}});
  start();
  const std::string id = site.launched_session();
  ehr.set("down", {{"down", true}});
  expect_told(id, "");
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}}) != "token" && reply.contains("since"); })) << reply;
  ehr.set("down", {{"down", false}});
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}, {"min_validity", 1}}) == "token"; }, 35s)) << reply;
}

// The server's certificate becomes another one in the middle of the shift.
TEST_F(OutageOf, ACertificateThatIsNotTheServersIsToldAsThat) {
  const Hub::Address tls = with_certificate(site);
  const Sandbox secure(site, 4, {"--tls", tls.certificate, tls.key});
  for (const char* kind : {"foreign_certificate", "expired_certificate"}) {
    start({.fhir_base = secure.fhir_base(), .server = "ca_file = \"" + tls.certificate + "\""});
    const std::string id = site.launched_session();
    ASSERT_FALSE(id.empty()) << site.wardend().output();
    const Page page = request(secure.address() + "/_sandbox/faults", json({{"at", "tls"}, {"kind", kind}}).dump());
    ASSERT_EQ(page.status, 201) << page.body;
    expect_told(id, "certificate");
    (void)site.stop();
    ASSERT_EQ(run({{"curl", "-sk", "-X", "DELETE", secure.address() + "/_sandbox/faults"}}).exit_code, 0);
  }
}

class LostReplies : public Scenario {
 protected:
  [[nodiscard]] double counted(const std::string& result) const {
    return site.metric(R"(wardend_refreshes_total{server="ehr",result=")" + result + "\"}");
  }
  [[nodiscard]] std::size_t refreshes() const { return ehr.asked("/oauth/token", "refresh_token").size(); }
};

// The server has rotated each time, and nothing that came has the new token in it. Nothing can save the grant: its
// token is served for as long as it is any good, and only then the spent one is sent once more.
TEST_F(LostReplies, AreCountedAndTheSpentTokenIsSentLate) {
  const json lost[] = {{{"kind", "truncate"}},
                       {{"kind", "truncate"}, {"content_type", "text/plain"}},
                       {{"kind", "bad_json"}, {"body", "{\"access_tok"}},
                       {{"kind", "bad_json"}, {"body", ""}},
                       {{"kind", "drop_after_rotation"}}};
  ehr.set("config", {{"token_life", 30}});
  start();
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < std::size(lost); ++i) ids.push_back(site.launched_session());
  for (json fault : lost) {
    fault.update({{"at", "token"}, {"grant_type", "refresh_token"}, {"count", 1}});
    ehr.fault(fault);
  }
  ASSERT_TRUE(eventually([&] { return counted("lost_reply") == std::size(lost); }, 25s)) << site.metrics();
  for (const auto until = Now::now() + 3s; Now::now() < until; pause_briefly())
    for (const std::string& id : ids) ASSERT_EQ(answer({{"session", id}}), "token") << reply;
  EXPECT_EQ(refreshes(), std::size(lost)) << "none has been sent again yet";
  EXPECT_EQ(counted("transient"), 0);
  for (const std::string& id : ids)
    EXPECT_TRUE(eventually([&] { return answer({{"session", id}}) == "ReauthenticationRequired"; }, 30s)) << reply;
  EXPECT_EQ(refreshes(), 2 * std::size(lost)) << "one replay each";
  EXPECT_EQ(counted("terminal"), std::size(lost));
}

// The first half of the answer has the new refresh token in it.
TEST_F(LostReplies, ANewTokenInABrokenAnswerIsKept) {
  ehr.set("config", {{"token_life", 8}, {"token_members", {{"id_token", nullptr}}}});
  start({.scopes = {"offline_access", "patient/Observation.rs"}, .identity = "none"});
  const std::string id = site.launched_session();
  ehr.fault({{"at", "token"}, {"grant_type", "refresh_token"}, {"kind", "dress"}, {"before", "<!-- "}, {"count", 1}});
  EXPECT_TRUE(eventually([&] { return refreshes() >= 2; }, 15s)) << site.wardend().output();
  EXPECT_EQ(answer({{"session", id}, {"min_validity", 1}}), "token") << reply;
  EXPECT_EQ(ehr.stats().value("reuses", -1), 0);
  EXPECT_EQ(counted("lost_reply"), 0);
}

// Whatever the life, nobody repeats a request in the moment in which it failed.
TEST_F(LostReplies, AReplayAtOnceStillLeavesASecond) {
  for (const int life : {6, 60}) {
    ehr.set("config", {{"token_life", life}});
    start({.oauth = "replay = \"at_once\""});
    const std::string id = site.launched_session();
    ASSERT_EQ(answer({{"session", id}, {"min_validity", 0}}), "token") << reply;
    const std::string rejected = hex(sha256(reply.value("access_token", "")));
    ehr.forget();
    ehr.fault({{"at", "token"}, {"grant_type", "refresh_token"}, {"kind", "drop"}, {"count", 1}});
    EXPECT_EQ(answer({{"session", id}, {"rejected", rejected}}), "token") << reply;
    const auto sent = ehr.asked("/oauth/token", "refresh_token");
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_GE(sent[1].value("unix_ms", 0LL) - sent[0].value("unix_ms", 0LL), 950);
    (void)site.stop();
  }
}

class LastSecond : public Scenario {};

// The server ends its tokens at whole seconds. What is served is good there, and for a second here.
TEST_F(LastSecond, ATokenIsNeverServedInIt) {
  for (const int life : {1, 2, 3, 4, 5}) {
    ehr.set("config", {{"token_life", life}, {"whole_seconds", true}});
    start();
    const std::string id = site.launched_session();
    std::size_t served = 0;
    std::size_t refused = 0;
    for (const auto until = Now::now() + 6s; Now::now() < until; pause_briefly()) {
      const std::string said = answer({{"session", id}, {"min_validity", 0}});
      if (said != "token") {
        EXPECT_EQ(said, "ServerUnavailable") << reply;
        continue;
      }
      ++served;
      EXPECT_GE(reply.value("expires_in", 0), 1);
      const Page read = request(ehr.fhir_base() + "/Practitioner/practitioner-1", {},
                                {"Authorization: Bearer " + reply.value("access_token", "")});
      if (read.status != 200) ++refused;
    }
    EXPECT_EQ(refused, 0U) << life << " s, of " << served;
    EXPECT_EQ(served > 0, life > 1) << life << " s: one second is the last one";
    (void)site.stop();
  }
}

}  // namespace
}  // namespace wardend::test
