// How often refreshes are sent, whatever callers wish and whatever lives the server gives.
#include <algorithm>
#include <thread>

#include "base/encoding.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds between_polls{50};
constexpr milliseconds tolerance{50};  // the sandbox notes its own time

class RefreshPace : public Scenario {
 protected:
  void launch(int token_life, const json& config = json::object(), Settings settings = {}) {
    json all = {{"token_life", token_life}};
    all.update(config);
    ehr.set("config", all);
    start(std::move(settings));
    id = site.launched_session();
  }
  // The lives that the coming refreshes say.
  void coming_lives(const std::vector<int>& lives) const {
    for (const int life : lives)
      ehr.fault({{"at", "token"},
                 {"kind", "set_members"},
                 {"grant_type", "refresh_token"},
                 {"members", {{"expires_in", life}}},
                 {"count", 1}});
  }
  [[nodiscard]] std::vector<milliseconds> refreshes() const {
    std::vector<milliseconds> times;
    for (const json& line : ehr.asked("/oauth/token", "refresh_token"))
      times.emplace_back(line.at("unix_ms").get<std::int64_t>());
    return times;
  }
  // Asks in short intervals for so long; how often each answer came.
  std::map<std::string, int> poll(seconds span, const json& parameters) {
    std::map<std::string, int> answers;
    for (const auto end = steady_clock::now() + span; steady_clock::now() < end;) {
      ++answers[answer(parameters)];
      if (reply.contains("expires_in")) shortest = std::min(shortest, reply["expires_in"].get<std::int64_t>());
      std::this_thread::sleep_for(between_polls);
    }
    return answers;
  }
  // The shortest time between two refreshes.
  [[nodiscard]] milliseconds shortest_gap() const {
    milliseconds gap = milliseconds::max();
    const auto times = refreshes();
    for (std::size_t i = 1; i < times.size(); ++i) gap = std::min(gap, times[i] - times[i - 1]);
    return gap;
  }

  std::string id;
  std::int64_t shortest = 1'000'000;  // of the answers' expires_in
};

TEST_F(RefreshPace, AWishOfTheWholeLifeIsAnsweredAtOnce) {
  launch(60);
  const auto asked = steady_clock::now();
  EXPECT_EQ(answer({{"session", id}, {"min_validity", 60}}), "InvalidRequest") << reply;
  EXPECT_LT(steady_clock::now() - asked, 1s);
  EXPECT_EQ(reply.value("field", ""), "min_validity");
  EXPECT_TRUE(refreshes().empty());
}

TEST_F(RefreshPace, ManyCallersNearTheWholeLifeShareOneRefresh) {
  launch(60);
  std::this_thread::sleep_for(2s);
  std::vector<client::Client> callers;
  for (int i = 0; i < 20; ++i) callers.push_back(site.broker());
  std::vector<std::jthread> asking;
  for (client::Client& caller : callers)
    asking.emplace_back([&caller, this] {
      for (int i = 0; i < 20; ++i)
        (void)caller.call("org.wardend.Broker.GetToken", {{"session", id}, {"min_validity", 59}}, 10s);
    });
  asking.clear();
  EXPECT_EQ(refreshes().size(), 1U);
  std::this_thread::sleep_for(2s);
  EXPECT_EQ(answer({{"session", id}, {"min_validity", 59}}), "RateLimited") << reply;
  EXPECT_GT(reply.value("retry_after_ms", 0), 20'000);
  EXPECT_EQ(refreshes().size(), 1U);
}

TEST_F(RefreshPace, ARepeatedAccessTokenIsNotAskedForUntilItIsOver) {
  launch(20, {{"repeats_access_token", true}});
  const auto answers = poll(18s, {{"session", id}, {"min_validity", 1}});
  EXPECT_EQ(answers.size(), 1U) << json(answers);
  EXPECT_TRUE(answers.contains("token"));
  EXPECT_LE(refreshes().size(), 8U);
  EXPECT_GE(shortest_gap(), 1s - tolerance);
}

TEST_F(RefreshPace, ARejectedTokenThatComesAgainIsNotForcedTwice) {
  launch(100, {{"repeats_access_token", true}});
  ASSERT_EQ(answer({{"session", id}}), "token");
  const std::string rejected = hex(sha256(reply.value("access_token", "")));
  const auto answers = poll(3s, {{"session", id}, {"rejected", rejected}});
  EXPECT_EQ(answers.size(), 1U) << json(answers);
  EXPECT_TRUE(answers.contains("RateLimited"));
  EXPECT_GT(reply.value("retry_after_ms", 0), 20'000);
  EXPECT_EQ(refreshes().size(), 1U);
}

TEST_F(RefreshPace, AnAppThatAskedTheSameAllDayIsNoWrongCaller) {
  coming_lives({8, 5, 3, 2, 1, 1, 1});
  launch(12);
  const auto answers = poll(20s, {{"session", id}, {"min_validity", 6}});
  EXPECT_FALSE(answers.contains("InvalidRequest")) << json(answers);
  EXPECT_GT(answers.at("token"), 50) << json(answers);
  EXPECT_GE(shortest_gap(), 1s - tolerance);
}

TEST_F(RefreshPace, ShrinkingLivesServeTheDefaultWishToTheEnd) {
  coming_lives({8, 5, 3, 2});
  launch(12);
  const auto answers = poll(18s, {{"session", id}});
  EXPECT_EQ(answers.size(), 1U) << json(answers);
  EXPECT_TRUE(answers.contains("token"));
}

}  // namespace
}  // namespace wardend::test
