// Whether an app is for a user of whom only the uid is known.
#include "daemon/launch/app_users.hpp"

#include <grp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using launch::AppUsers;
using launch::NamedUser;
using Verdict = AppUsers::Verdict;

struct Rules {
  const char* name;
  std::vector<config::Peer> peers;
  bool yes;
  std::vector<gid_t> if_member = {};
};
class NamedByRules : public ::testing::TestWithParam<Rules> {};
TEST_P(NamedByRules, ByTheTable) {
  config::App app = test::basic_config()->apps.front();
  app.peers = GetParam().peers;
  const NamedUser named = launch::named_by(app, 1000);
  EXPECT_EQ(named.yes, GetParam().yes);
  EXPECT_EQ(named.if_member, GetParam().if_member);
}
INSTANTIATE_TEST_SUITE_P(
    AppUsers, NamedByRules,
    ::testing::Values(
        Rules{"TheUser", {{.user = "alice", .uid = 1000}}, true},
        Rules{"AnotherUser", {{.user = "bob", .uid = 1001}}, false},
        Rules{"AUserThatIsNotThere", {{.user = "ghost"}}, false},
        Rules{"OneOfSeveral", {{.user = "bob", .uid = 1001}, {.user = "alice", .uid = 1000}}, true},
        Rules{"AGroup", {{.group = "clinicians", .gid = 500}}, false, {500}},
        Rules{"AGroupThatIsNotThere", {{.group = "ghosts"}}, false},
        Rules{"TheUserInAGroup", {{.user = "alice", .uid = 1000, .group = "clinicians", .gid = 500}}, false, {500}},
        Rules{"AnotherUserInAGroup", {{.user = "bob", .uid = 1001, .group = "clinicians", .gid = 500}}, false},
        Rules{"AnyUserOfAUnit", {{.unit = "vitals.service"}}, true},
        Rules{"AnyUserOfALabel", {{.label = "vitals_t"}}, true},
        Rules{"TheUserOfAUnit", {{.user = "alice", .uid = 1000, .unit = "vitals.service"}}, true},
        Rules{"AnotherUserOfAUnit", {{.user = "bob", .uid = 1001, .unit = "vitals.service"}}, false},
        Rules{"AnExecutable", {{.exe = "/usr/bin/vitals"}}, false}, Rules{"AnEmptyRule", {{}}, false},
        Rules{"NoRule", {}, false}),
    [](const auto& info) { return info.param.name; });

struct AppUsersOfThisMachine : ::testing::Test {
  test::LaunchWorld world;
  Worker lookups{world.clock};
  AppUsers users{world.clock, lookups};

  // Real look-ups take real time.
  Verdict judge(NamedUser named, uid_t uid) {
    const auto verdict = world.start(users.judge(std::move(named), uid, world.clock.now() + 10s));
    test::until(world.loop, [&] { return verdict->has_value(); }, [this] { world.clock.settle(); });
    return verdict->value_or(Verdict::unknown);
  }
};

TEST_F(AppUsersOfThisMachine, AreMembersOfTheGroupsThatTheDirectoryTells) {
  EXPECT_EQ(judge({.if_member = {0}}, 0), Verdict::named) << "root is in group 0";
  EXPECT_EQ(judge({.if_member = {4'000'000}}, 0), Verdict::not_named);
  EXPECT_EQ(judge({.if_member = {0}}, 4'000'000), Verdict::not_named) << "nobody of that uid";
  EXPECT_EQ(judge({.yes = true}, 4'000'000), Verdict::named);
  EXPECT_EQ(judge({}, 0), Verdict::not_named);
}

TEST_F(AppUsersOfThisMachine, AreUnknownWhileTheDirectoryDoesNotAnswer) {
  std::promise<void> release;
  const auto hung = lookups.begin(world.loop.get_executor(), [gate = release.get_future().share()] {
    gate.wait();
    return 0;
  });
  const auto verdict = world.start(users.judge({.if_member = {0}}, 0, world.clock.now() + 2s));
  world.clock.advance(2s);
  EXPECT_EQ(*verdict, Verdict::unknown);
  release.set_value();
}

}  // namespace
}  // namespace wardend
