// How much room each socket has, and for whom it is kept.
#include "daemon/ipc_options.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

struct Sockets {
  Sockets() {
    settings->broker.max_connections = 100;
    settings->broker.max_connections_per_user = 5;
    settings->roles.ehr.gids = {500};
    settings->roles.operators.gids = {501};
    settings->roles.observer.gids = {502};
  }
  static ipc::Caller caller(uid_t uid, gid_t group) { return ipc::Caller({.pid = 7, .uid = uid, .gid = group}); }
  asio::io_context loop;
  test::VirtualClock clock{loop};
  std::shared_ptr<config::Config> settings = test::basic_config();
  config::Live config{settings};
  Workers workers{clock};
};

TEST(IpcOptions, OfTheBrokerKeepRoomForWhomARuleNamesAndForRoot) {
  Sockets world;
  const ipc::ServerOptions options = broker_options(world.config, world.workers);
  EXPECT_EQ(options.limits.places.all, 100U);
  EXPECT_EQ(options.limits.places.a_known_user, 5U);
  EXPECT_LE(options.limits.places.a_stranger, 5U);
  EXPECT_TRUE(options.is_known(Sockets::caller(1000, 1)) && options.may_be_known(Sockets::caller(1000, 1)));
  EXPECT_TRUE(options.is_known(Sockets::caller(0, 0)));
  EXPECT_FALSE(options.is_known(Sockets::caller(1001, 501)));
}

TEST(IpcOptions, OfTheControlSocketKeepRoomForEveryRole) {
  Sockets world;
  const ipc::ServerOptions options = control_options(world.config, "control", world.workers);
  EXPECT_EQ(options.limits.places.a_known_user, options.limits.places.all) << "whoever reports a lock gets in";
  EXPECT_EQ(options.limits.places.a_stranger, 2U);
  EXPECT_EQ(options.absent, ipc::Absent::heard);
  for (const gid_t group : {500U, 501U, 502U}) EXPECT_TRUE(options.is_known(Sockets::caller(1000, group))) << group;
  EXPECT_TRUE(options.is_known(Sockets::caller(0, 0)));
  EXPECT_FALSE(options.is_known(Sockets::caller(1000, 503))) << "a user whom a peer rule names has no role here";
}

TEST(IpcOptions, OfTheLockSocketHavePlacesOfTheirOwn) {
  Sockets world;
  const ipc::ServerOptions options = lock_options(world.config, world.workers);
  EXPECT_EQ(options.limits.places.all, config::lock_socket_connections);
  EXPECT_EQ(options.limits.places.a_known_user, config::lock_socket_connections);
  EXPECT_EQ(options.label, "lock");
}

// A reload is asked whenever somebody connects.
TEST(IpcOptions, FollowTheConfigurationInForce) {
  Sockets world;
  const ipc::ServerOptions options = broker_options(world.config, world.workers);
  auto without = std::make_shared<config::Config>(*world.settings);
  without->apps.clear();
  world.config.replace(without);
  EXPECT_FALSE(options.is_known(Sockets::caller(1000, 1)));
}

}  // namespace
}  // namespace wardend
