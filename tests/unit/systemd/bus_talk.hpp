// A connection to a bus of the test's own. Time is virtual, sockets are real: the loop runs until something is so, ten
// seconds at most.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "base/task_group.hpp"
#include "systemd/bus.hpp"
#include "tests/support/fake_login1.hpp"
#include "tests/support/private_bus.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::test {

class BusTalk : public ::testing::Test {
 public:
  ~BusTalk() override {
    tasks.cancel();
    EXPECT_TRUE(until([&] { return tasks.size() == 0; }));
  }
  void open() {
    auto opened = systemd::Bus::open(loop, clock, daemon.address());
    ASSERT_TRUE(opened) << opened.error();
    bus = std::move(*opened);
  }
  // Runs the loop and login1, where there is one, until `reached`.
  bool until(const std::function<bool()>& reached) {
    return test::until(
        loop, reached, [this] { clock.settle(); },
        [this] {
          if (login1) login1->turn();
        });
  }

  asio::io_context loop;
  VirtualClock clock{loop};
  PrivateBus daemon;
  std::optional<FakeLogin1> login1;
  std::unique_ptr<systemd::Bus> bus;
  TaskGroup tasks{loop.get_executor()};
};

}  // namespace wardend::test
