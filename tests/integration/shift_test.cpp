// A shift, shortened: tokens of four seconds on a server that rotates refresh tokens and ends the grant when an old one
// is used again.
#include <set>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

constexpr int sessions_in_a_shift = 5;
constexpr auto shift_length = 14s;

struct Seen {
  std::set<std::string> tokens;
  std::size_t answers = 0;
  std::size_t refusals = 0;
  std::size_t too_short = 0;
};

void ask_all(client::Client& broker, const std::vector<std::string>& sessions, Seen& seen) {
  for (const std::string& session : sessions) {
    const auto reply = broker.call("org.wardend.Broker.GetToken", {{"session", session}, {"min_validity", 1}});
    if (!reply) {
      ++seen.refusals;
      ADD_FAILURE() << reply.error().error << " " << reply.error().detail;
      continue;
    }
    ++seen.answers;
    seen.tokens.insert(reply->at("access_token").get<std::string>());
    if (reply->at("expires_in").get<int>() < 1) ++seen.too_short;
  }
}

TEST(Shift, NeverMeetsAnExpiredTokenAndRefreshesOnceAToken) {
  Site site;
  const Provider provider(site, 4);
  site.start({.fhir_base = provider.fhir_base(), .client_id = "smart-public"});
  std::vector<std::string> sessions;
  for (int i = 0; i < sessions_in_a_shift; ++i) sessions.push_back(site.launched_session());
  auto broker = site.broker();
  Seen seen;
  const auto end = std::chrono::steady_clock::now() + shift_length;
  while (std::chrono::steady_clock::now() < end) {
    ask_all(broker, sessions, seen);
    for (int i = 0; i < 10; ++i) pause_briefly();
  }
  EXPECT_EQ(seen.refusals, 0U);
  EXPECT_EQ(seen.too_short, 0U);
  EXPECT_GT(seen.answers, 1000U);
  // Each session's tokens but the first came by one refresh each; what was asked for last may not have been handed out.
  const std::size_t refreshes = provider.token_requests("refresh_token");
  EXPECT_GE(refreshes + sessions_in_a_shift, seen.tokens.size());
  EXPECT_LE(refreshes, seen.tokens.size());
  EXPECT_GE(refreshes, 4U * sessions_in_a_shift);
  EXPECT_EQ(provider.token_requests("refresh_token", 400), 0U);
  EXPECT_EQ(ask(broker, "Broker.ListSessions").at("sessions").size(), static_cast<std::size_t>(sessions_in_a_shift));
}

TEST(Shift, SurvivesAnOutageOfTheTokenEndpoint) {
  Site site;
  const Provider provider(site, 6);
  site.start({.fhir_base = provider.fhir_base(), .client_id = "smart-public"});
  const std::string session = site.launched_session();
  provider.set("faults", {{"path", "/token"}, {"count", 2}, {"status", 503}, {"body", "down"}});
  auto broker = site.broker();
  const auto last = [&] {
    return ask(broker, "Broker.GetToken", {{"session", session}, {"min_validity", 0}}).value("access_token", "");
  };
  const std::string before = last();
  EXPECT_TRUE(eventually([&] { return last() != before; }, 9s));
  EXPECT_DOUBLE_EQ(site.metric(R"(wardend_refreshes_total{server="ehr",result="transient"})"), 2);
  EXPECT_EQ(provider.token_requests("refresh_token"), 1U);
  EXPECT_EQ(ask(broker, "Broker.ListSessions").at("sessions")[0].value("state", ""), "active");
}

TEST(Shift, RefreshTokenUsedElsewhereEndsInASignInNotInAWrongToken) {
  Site site;
  const Provider provider(site, 6);
  site.start({.fhir_base = provider.fhir_base(), .client_id = "smart-public"});
  const std::string session = site.launched_session();
  provider.set("revoke-all", nlohmann::json::object());
  auto broker = site.broker();
  EXPECT_TRUE(eventually(
      [&] { return refused(broker, "Broker.GetToken", {{"session", session}}) == "ReauthenticationRequired"; }));
}

}  // namespace
}  // namespace wardend::test
