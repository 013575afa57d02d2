#include "daemon/gateway/exchanges.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/gateway_world.hpp"

namespace wardend {
namespace {

using test::FakeClient;
using test::GatewayWorld;

TEST(Exchanges, AClearCutsTheRequestsOfItsSessionAlone) {
  GatewayWorld world;
  world.writer("s");
  world.writer("t");
  FakeClient own = world.connected(), other = world.connected();
  const gateway::Exchanges::Exchange one(world.core.exchanges, "s", own), two(world.core.exchanges, "t", other);
  world.clearing.clear_session(*world.store.find("s"), {ClearReason::ended_by_app, ""});
  EXPECT_TRUE(own.cut_off);
  EXPECT_FALSE(other.cut_off);
}

TEST(Exchanges, AClearForgetsThePagesOfItsSession) {
  GatewayWorld world;
  world.writer("s");
  static_cast<void>(world.core.pages.keep("s", {.url = "https://ehr.example.org/p", .asked = {}}, world.clock.now()));
  static_cast<void>(world.core.pages.keep("t", {.url = "https://ehr.example.org/p", .asked = {}}, world.clock.now()));
  world.clearing.clear_session(*world.store.find("s"), {ClearReason::ended_by_app, ""});
  EXPECT_EQ(world.core.pages.size(), 1U);
}

}  // namespace
}  // namespace wardend
