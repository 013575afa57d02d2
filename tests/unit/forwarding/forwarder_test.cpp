#include "daemon/forwarding/forwarder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>

#include "base/log.hpp"
#include "base/task_group.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/support/virtual_random.hpp"
#include "tests/unit/forwarding/trail_on_disk.hpp"

namespace wardend::forwarding {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A receiver that keeps what comes by its hash, as a repository does.
class FakeReceiver final : public Carrier {
 public:
  [[nodiscard]] std::string receiver(const config::Config& config) const override { return config.audit.forward_to; }
  [[nodiscard]] Most most() const override { return {.entries = 10}; }
  [[nodiscard]] asio::awaitable<Delivery> deliver(config::ConfigPtr /*config*/, Entries entries) override {
    ++attempts;
    Delivery answer = next.value_or(Delivery{.done = entries.size()});
    const std::size_t kept = loses_answers ? entries.size() : answer.done;
    for (std::size_t i = 0; i < kept; ++i) {
      ++times[entries[i].behind.link.hash];
      last = std::max(last, entries[i].behind.link.sequence);
    }
    if (loses_answers) answer = {.trouble = "it gives no answer"};
    co_return answer;
  }
  void let_go() override { ++let_gos; }

  std::optional<Delivery> next;
  bool loses_answers = false;
  std::map<std::string, int> times;
  std::uint64_t last = 0;
  int attempts = 0;
  int let_gos = 0;
};

class ForwarderTest : public ::testing::Test {
 public:
  ForwarderTest() {
    log::set_sink([this](log::Level, std::string_view line) { journal += std::string(line) + "\n"; });
    configure("ehr");
    begin();
  }
  ~ForwarderTest() override {
    end();
    log::set_sink([](log::Level, std::string_view) {});
  }
  void configure(const std::string& forward_to) {
    auto config = test::basic_config();
    config->audit.file = trail.file;
    config->audit.forward_to = forward_to;
    live.replace(config);
    if (forwarder) forwarder->stir();
  }
  void begin() {
    tasks.emplace(loop.get_executor());
    forwarder.emplace(Forwarder::Parts{clock, random, live, disk, [this] { return committed; }}, receiver,
                      trail.folder.file("cursor"));
    tasks->spawn("forwarder", forwarder->run());
  }
  void end() {
    bool ended = false;
    TaskGroup closing(loop.get_executor());
    closing.spawn("end", [](TaskGroup& group, Clock& of, bool& done) -> asio::awaitable<void> {
      co_await group.shut_down(of);
      done = true;
    }(*tasks, clock, ended));
    EXPECT_TRUE(test::until(loop, [&] { return ended && closing.size() == 0; }, [this] { clock.settle(); }));
    forwarder.reset();
  }
  void grow(std::size_t entries) {
    trail.grow(entries);
    committed = trail.last.sequence;
    forwarder->stir();
  }
  // One entry is there; three more are in no file any more.
  void lose_three() {
    grow(1);
    ASSERT_TRUE(all_there());
    configure("");
    trail.grow(3);
    std::filesystem::remove(trail.file);
  }
  // Lets time pass until `reached`.
  bool until(const std::function<bool()>& reached) {
    return test::until(loop, reached, [this] { clock.advance(20ms); });
  }
  bool all_there() {
    return until([this] { return receiver.last == committed && forwarder->standing().backlog == 0; });
  }

  test::TrailOnDisk trail;
  asio::io_context loop;
  test::VirtualClock clock{loop};
  test::VirtualRandom random;
  Worker disk{clock, "disk"};
  config::Live live{test::basic_config()};
  std::uint64_t committed = 0;
  FakeReceiver receiver;
  std::string journal;
  std::optional<TaskGroup> tasks;
  std::optional<Forwarder> forwarder;
};

TEST_F(ForwarderTest, BringsEveryEntryOnce) {
  grow(25);
  EXPECT_TRUE(all_there());
  grow(3);
  EXPECT_TRUE(all_there());
  EXPECT_EQ(receiver.times.size(), 28U);
  for (const auto& [hash, times] : receiver.times) EXPECT_EQ(times, 1) << hash;
  EXPECT_EQ(forwarder->standing().failures, 0U);
}

TEST_F(ForwarderTest, WaitsForTheTrailsDisk) {
  trail.grow(5);
  committed = 2;
  forwarder->stir();
  EXPECT_TRUE(all_there());
  EXPECT_EQ(receiver.times.size(), 2U);
}

TEST_F(ForwarderTest, GoesOnAfterARestartWhereItWas) {
  grow(5);
  ASSERT_TRUE(all_there());
  end();
  trail.grow(5);
  committed = trail.last.sequence;
  begin();
  EXPECT_TRUE(all_there());
  EXPECT_EQ(receiver.times.size(), 10U);
  for (const auto& [hash, times] : receiver.times) EXPECT_EQ(times, 1) << hash;
}

TEST_F(ForwarderTest, LostAnswersLoseNoEntry) {
  receiver.loses_answers = true;
  grow(5);
  ASSERT_TRUE(until([this] { return receiver.attempts == 2; }));
  end();
  begin();
  ASSERT_TRUE(until([this] { return receiver.attempts == 3; }));
  EXPECT_EQ(forwarder->standing().backlog, 5U);
  receiver.loses_answers = false;
  EXPECT_TRUE(all_there());
  EXPECT_EQ(receiver.times.size(), 5U);
}

TEST_F(ForwarderTest, SaysThatItIsBehindAndWhyAndThatItIsNoMore) {
  receiver.next = Delivery{.done = 2, .trouble = "it answered HTTP 503"};
  grow(5);
  ASSERT_TRUE(until([this] { return !forwarder->standing().trouble.empty(); }));
  const Standing behind = forwarder->standing();
  EXPECT_EQ(behind.receiver, "ehr");
  EXPECT_EQ(behind.trouble, "it answered HTTP 503");
  EXPECT_EQ(behind.backlog, 3U);
  EXPECT_EQ(behind.failures, 1U);
  receiver.next.reset();
  EXPECT_TRUE(all_there());
  EXPECT_EQ(forwarder->standing().trouble, "");
  EXPECT_THAT(journal, HasSubstr("is not forwarded; it waits on the disk"));
  EXPECT_THAT(journal, HasSubstr("is forwarded again"));
}

TEST_F(ForwarderTest, WaitsAsLongAsTheReceiverAsks) {
  receiver.next = Delivery{.trouble = "HTTP 429", .retry_after = std::chrono::seconds(600)};
  grow(1);
  ASSERT_TRUE(until([this] { return receiver.attempts == 1 && !forwarder->standing().trouble.empty(); }));
  clock.advance(590s);
  EXPECT_EQ(receiver.attempts, 1);
  receiver.next.reset();
  EXPECT_TRUE(all_there());
}

TEST_F(ForwarderTest, AReloadEndsTheWait) {
  receiver.next = Delivery{.trouble = "HTTP 503", .retry_after = std::chrono::hours(1)};
  grow(1);
  ASSERT_TRUE(until([this] { return receiver.attempts == 1 && !forwarder->standing().trouble.empty(); }));
  receiver.next.reset();
  configure("other");
  const BootTime before = clock.now();
  EXPECT_TRUE(all_there());
  EXPECT_LT(clock.now() - before, 30min);
}

TEST_F(ForwarderTest, AnEntryThatIsRefusedForGoodIsToldAndPassedOver) {
  receiver.next = Delivery{.done = 3, .refused = {{.sequence = 2, .why = "HTTP 422: no agent"}}};
  grow(3);
  EXPECT_TRUE(all_there());
  EXPECT_EQ(forwarder->standing().failures, 1U);
  EXPECT_THAT(journal, HasSubstr("refused for good"));
  EXPECT_THAT(journal, HasSubstr("HTTP 422: no agent"));
}

TEST_F(ForwarderTest, WithoutAReceiverNothingIsReadAndNothingIsBehind) {
  configure("");
  grow(3);
  const int before = receiver.let_gos;
  ASSERT_TRUE(until([&] { return receiver.let_gos > before || clock.now() > BootTime(2h); }));
  EXPECT_EQ(receiver.attempts, 0);
  EXPECT_EQ(forwarder->standing().backlog, 0U);
  EXPECT_EQ(forwarder->standing().receiver, "");
  configure("ehr");
  EXPECT_TRUE(all_there());
}

TEST_F(ForwarderTest, ATrailThatBeganAnewIsForwardedFromItsBegin) {
  grow(9);
  ASSERT_TRUE(all_there());
  std::filesystem::remove(trail.file);
  trail.last = {};
  receiver.last = 0;
  grow(2);
  EXPECT_TRUE(all_there());
  EXPECT_EQ(receiver.times.size(), 9U);  // the same two lines again
  EXPECT_THAT(journal, HasSubstr("another one than was forwarded"));
}

TEST_F(ForwarderTest, EntriesThatAreGoneAreToldAndNotWaitedFor) {
  lose_three();
  grow(2);
  configure("ehr");
  EXPECT_TRUE(all_there());
  EXPECT_EQ(receiver.times.size(), 3U);
  EXPECT_EQ(forwarder->standing().failures, 3U);
  EXPECT_THAT(journal, HasSubstr("gone before they were forwarded"));
}

TEST_F(ForwarderTest, WhatIsMissingIsToldOnceHoweverOftenItIsTried) {
  lose_three();
  receiver.next = Delivery{.trouble = "HTTP 503"};
  grow(2);
  configure("ehr");
  ASSERT_TRUE(until([this] { return receiver.attempts >= 4; }));
  EXPECT_THAT(journal, Not(HasSubstr("gone before")));
  receiver.next.reset();
  EXPECT_TRUE(all_there());
  const auto first = journal.find("gone before");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(journal.find("gone before", first + 1), std::string::npos);
}

TEST_F(ForwarderTest, OlderFilesThatAreGoneByPolicyAreNoneOfItsEntries) {
  trail.grow(4);
  std::filesystem::remove(trail.file);
  grow(2);
  EXPECT_TRUE(all_there());
  EXPECT_EQ(receiver.times.size(), 2U);
  EXPECT_EQ(forwarder->standing().failures, 0U);
}

TEST_F(ForwarderTest, ADamagedCursorSendsAllAgain) {
  grow(3);
  ASSERT_TRUE(all_there());
  end();
  std::ofstream(trail.folder.file("cursor")) << "x";
  receiver.last = 0;
  begin();
  EXPECT_TRUE(all_there());
  for (const auto& [hash, times] : receiver.times) EXPECT_EQ(times, 2) << hash;
  EXPECT_THAT(journal, HasSubstr("is forgotten"));
}

}  // namespace
}  // namespace wardend::forwarding
