// Judges of what ends: the token, the sign-in, the server; and of the trail.
#include <gtest/gtest.h>

#include "wardctl/rehearsal/judges.hpp"

namespace wardend::wardctl {
namespace {

Subject app() { return {.app = "vitals", .server = "ehr", .refreshes = true, .advice = "Use paper."}; }
Heard refused(const char* error, const char* words = "") {
  return {.error = error, .words = std::string(error) + ": " + words};
}

TEST(JudgesOfOutages, OfATokenThatEnds) {
  const TokenEndFacts good{.launched = true, .life_seconds = 6, .another = true};
  EXPECT_EQ(judge_token_end(app(), good).verdict, Verdict::as_expected);
  TokenEndFacts same = good;
  same.another = false;
  EXPECT_TRUE(judge_token_end(app(), same).seen.contains("the same one"));
  TokenEndFacts over = good;
  over.after = refused("ReauthenticationRequired", "token_expired");
  EXPECT_TRUE(judge_token_end(app(), over).seen.contains("token_expired"));
  Subject without = app();
  without.refreshes = false;
  const Outcome cause = judge_token_end(without, over);
  EXPECT_EQ(cause.verdict, Verdict::not_as_expected);
  EXPECT_TRUE(cause.seen.contains("neither offline_access nor online_access")) << cause.seen;
  EXPECT_EQ(judge_token_end(app(), {}).verdict, Verdict::not_played);
}

TEST(JudgesOfOutages, OfASignInThatEnds) {
  EXPECT_EQ(judge_sign_in_end(app(), {.launched = true, .after = refused("ReauthenticationRequired")}).verdict,
            Verdict::as_expected);
  EXPECT_TRUE(judge_sign_in_end(app(), {.launched = true}).seen.contains("still got a token"));
  EXPECT_EQ(judge_sign_in_end(app(), {.launched = true, .after = refused("ServerUnavailable")}).verdict,
            Verdict::not_as_expected);
  EXPECT_EQ(judge_sign_in_end(app(), {}).verdict, Verdict::not_played);
}

TEST(JudgesOfOutages, OfAServerThatIsAway) {
  const OutageFacts good{.state = "down",
                         .stale = true,
                         .advice = "Use paper.",
                         .page = {.status = 503, .words = "It is away. Use paper."},
                         .recovered = true};
  EXPECT_EQ(judge_outage(app(), Step::gone_server, good).verdict, Verdict::as_expected);
  const std::vector<std::pair<const char*, void (*)(OutageFacts&)>> rows = {
      {"lost its token", [](OutageFacts& facts) { facts.token = refused("SessionCleared"); }},
      {"not told that the server is away", [](OutageFacts& facts) { facts.state = "up"; }},
      {"not called stale", [](OutageFacts& facts) { facts.stale = false; }},
      {"status 200", [](OutageFacts& facts) { facts.page.status = 200; }},
      {"does not give the advice", [](OutageFacts& facts) { facts.page.words = "It is away."; }},
      {"did not go on: gone", [](OutageFacts& facts) { facts.recovered = false, facts.clearing = "gone"; }}};
  for (const auto& [seen, spoil] : rows) {
    OutageFacts facts = good;
    spoil(facts);
    const Outcome outcome = judge_outage(app(), Step::busy_server, facts);
    EXPECT_EQ(outcome.verdict, Verdict::not_as_expected) << seen;
    EXPECT_TRUE(outcome.seen.contains(seen)) << outcome.seen;
  }
  Subject silent = app();
  silent.advice = "";
  EXPECT_TRUE(judge_outage(silent, Step::busy_server, good).next.contains("[app.fallback] advice"));
}

TEST(JudgesOfOutages, OfTheTrail) {
  const TrailFacts good{.request_id = "r1",
                        .trail = "the file",
                        .found = true,
                        .outcome = "granted",
                        .same_session = true,
                        .same_patient = true,
                        .intact = true,
                        .access_found = true};
  const Outcome fine = judge_trail(app(), good);
  EXPECT_EQ(fine.verdict, Verdict::as_expected) << fine.seen;
  EXPECT_TRUE(fine.seen.contains("Request r1 stands in the file, granted.")) << fine.seen;
  const std::vector<std::pair<const char*, void (*)(TrailFacts&)>> rows = {
      {"no answer to follow: NotAuthorized", [](TrailFacts& facts) { facts.token = refused("NotAuthorized"); }},
      {"r1 is not in the file", [](TrailFacts& facts) { facts.found = false; }},
      {"does not lead back", [](TrailFacts& facts) { facts.same_patient = false; }},
      {"not ready: disk full", [](TrailFacts& facts) { facts.trouble = "disk full"; }},
      {"were changed or lost", [](TrailFacts& facts) { facts.intact = false; }},
      {"is not there", [](TrailFacts& facts) { facts.access_found = false; }},
      {"could not be recorded", [](TrailFacts& facts) { facts.accesses = refused("InvalidRequest"); }}};
  for (const auto& [seen, spoil] : rows) {
    TrailFacts facts = good;
    spoil(facts);
    const Outcome outcome = judge_trail(app(), facts);
    EXPECT_EQ(outcome.verdict, Verdict::not_as_expected) << seen;
    EXPECT_TRUE(outcome.seen.contains(seen)) << outcome.seen;
  }
  TrailFacts without = good;
  without.chain = refused("NotSupported");
  without.intact = false;
  EXPECT_EQ(judge_trail(app(), without).verdict, Verdict::as_expected) << "said, and no fault of the site";
}

}  // namespace
}  // namespace wardend::wardctl
