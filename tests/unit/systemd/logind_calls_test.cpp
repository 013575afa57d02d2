#include "systemd/logind_calls.hpp"

#include <gtest/gtest.h>

#include "tests/unit/systemd/bus_talk.hpp"

namespace wardend::systemd {
namespace {

class LogindCalls : public test::BusTalk {
 public:
  void SetUp() override { open(); }
  test::FakeLogin1& logind() {
    if (!login1) login1.emplace(daemon.address());
    return *login1;
  }
  // What comes of one call; nullopt: nothing yet.
  template <typename T>
  std::optional<T>& begin(asio::awaitable<T> call) {
    auto answer = std::make_shared<std::optional<T>>();
    tasks.spawn("call", keep(std::move(call), answer));
    return *answer;
  }
  template <typename T>
  T answer(asio::awaitable<T> call) {
    auto& answer = begin(std::move(call));
    EXPECT_TRUE(until([&] { return answer.has_value(); }));
    return std::move(*answer);
  }
  // Until login1 has been asked and owes the answer; then the patience ends.
  void lose_patience() {
    ASSERT_TRUE(until([&] { return logind().unanswered() == 1; }));
    clock.advance(2s);
  }

 private:
  template <typename T>
  asio::awaitable<void> keep(asio::awaitable<T> call, std::shared_ptr<std::optional<T>> answer) {
    kept_.push_back(answer);
    answer->emplace(co_await std::move(call));
  }
  std::vector<std::shared_ptr<void>> kept_;  // outlive the test's references
};

TEST_F(LogindCalls, TellNobodyFromNoAnswerOfTheBus) {
  EXPECT_EQ(answer(ask_owner(*bus)), "");
  logind();
  EXPECT_EQ(answer(ask_owner(*bus)), logind().unique_name());
  daemon.kill();
  EXPECT_EQ(answer(ask_owner(*bus)), std::nullopt);
}

TEST_F(LogindCalls, ListThePathsOfAllLoginSessions) {
  using Paths = std::vector<std::string>;
  EXPECT_EQ((answer(ask_session_paths(*bus))), std::nullopt) << "nobody is there to ask";
  EXPECT_EQ((logind(), answer(ask_session_paths(*bus))), Paths());
  logind().add("c1");
  logind().add("c2");
  EXPECT_EQ(answer(ask_session_paths(*bus)), (Paths{logind().path_of("c1"), logind().path_of("c2")}));
  logind().refuses_list = true;
  EXPECT_EQ(answer(ask_session_paths(*bus)), std::nullopt);
}

TEST_F(LogindCalls, ReadALoginSession) {
  logind().add("c1", 1234);
  const SessionReading reading = answer(ask_session(*bus, logind().path_of("c1")));
  ASSERT_TRUE(reading.session);
  EXPECT_EQ(reading.session->id, "c1");
  EXPECT_EQ(reading.session->uid, 1234U);
  EXPECT_FALSE(reading.session->locked);
}

// One that is gone is cleared and forgotten; one that logind is silent about is locked and kept.
TEST_F(LogindCalls, TellALoginSessionThatIsGoneFromASilentLogind) {
  const SessionReading gone = answer(ask_session(*bus, logind().path_of("c9")));
  EXPECT_FALSE(gone.session);
  EXPECT_FALSE(gone.silent);
  logind().add("c1");
  logind().silent = true;
  auto& kept = begin(ask_session(*bus, logind().path_of("c1")));
  lose_patience();
  ASSERT_TRUE(until([&] { return kept.has_value(); }));
  EXPECT_FALSE(kept->session);
  EXPECT_TRUE(kept->silent);
}

TEST_F(LogindCalls, CountALostBusAsSilence) {
  logind().add("c1");
  daemon.kill();
  const SessionReading reading = answer(ask_session(*bus, logind().path_of("c1")));
  EXPECT_FALSE(reading.session);
  EXPECT_TRUE(reading.silent);
}

}  // namespace
}  // namespace wardend::systemd
