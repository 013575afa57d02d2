#include "systemd/service_manager.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <optional>

#include "tests/unit/systemd/bus_talk.hpp"

namespace wardend::systemd {
namespace {

TEST(Farewell, IsARestartOnlyWhereTheManagerStartsTheServiceAgain) {
  EXPECT_EQ(farewell_of("restart"), Farewell::restart);
  EXPECT_EQ(farewell_of("try-restart"), Farewell::restart);
  EXPECT_EQ(farewell_of(""), Farewell::restart) << "a signal without a job: Restart= brings it back";
  EXPECT_EQ(farewell_of("stop"), Farewell::stop);
  EXPECT_EQ(farewell_of("whatever comes next"), Farewell::stop);
}

class AskedFarewell : public test::BusTalk {
 public:
  // Told by the manager on this test's bus, where there is none.
  std::optional<Farewell> asked() {
    tasks.spawn("ask", ask());
    until([&] { return answer_.has_value(); });
    return answer_;
  }

 private:
  asio::awaitable<void> ask() { answer_ = co_await ask_farewell(loop, clock, daemon.address()); }
  std::optional<Farewell> answer_;
};

TEST_F(AskedFarewell, IsAStopWithoutAManager) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(asked(), Farewell::stop);
}

TEST_F(AskedFarewell, IsAStopWhereTheManagerDoesNotAnswer) {
  ::setenv("NOTIFY_SOCKET", "/nowhere", 1);
  EXPECT_EQ(asked(), Farewell::stop);
  daemon.kill();
  EXPECT_EQ(asked(), Farewell::stop) << "without a bus";
  ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace wardend::systemd
