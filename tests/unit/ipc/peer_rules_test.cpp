// Which callers a configured rule or role means.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "ipc/peer_rules.hpp"

namespace wardend::ipc {
namespace {

Caller clinician() {
  return Caller(
      {.pid = 1,
       .uid = 1000,
       .gid = 100,
       .groups = {200},
       .label = "wardend-app (enforce)",
       .cgroup = {.system_unit = "user@1000.service", .user_unit = "app-vitals-9.scope", .user_manager = 1000}});
}

struct RuleCase {
  const char* name;
  config::Peer rule;
  bool matches;
};

TEST(PeerRules, MatchWhenEveryKeyDoes) {
  const std::vector<RuleCase> table = {
      {"no key", {}, false},
      {"user", {.user = "ann", .uid = 1000}, true},
      {"another user", {.user = "bob", .uid = 1001}, false},
      {"a user that was not found", {.user = "ann"}, false},
      {"primary group", {.group = "g", .gid = 100}, true},
      {"supplementary group", {.group = "g", .gid = 200}, true},
      {"another group", {.group = "g", .gid = 300}, false},
      {"a group that was not found", {.group = "g"}, false},
      {"user unit", {.unit = "app-vitals-*.scope"}, true},
      {"system unit", {.unit = "user@*.service"}, true},
      {"another unit", {.unit = "app-other-*.scope"}, false},
      {"label", {.label = "wardend-app*"}, true},
      {"another label", {.label = "unconfined"}, false},
      {"user and unit", {.user = "ann", .uid = 1000, .unit = "app-*"}, true},
      {"user and another unit", {.user = "ann", .uid = 1000, .unit = "b*"}, false},
      {"an executable cannot be checked", {.user = "ann", .uid = 1000, .exe = "/usr/bin/app"}, false},
  };
  const auto caller = clinician();
  for (const auto& row : table) EXPECT_EQ(matches(row.rule, caller), row.matches) << row.name;
}

// What user and groups tell before anything is looked up; the unit, the label and the rest are asked later.
TEST(PeerRules, TellBeforeTheLookUpWhoCannotMatch) {
  const auto named = [](std::vector<config::Peer> rules) {
    config::Config config;
    config.apps.push_back({.id = "a", .name = "A", .peers = std::move(rules)});
    return config;
  };
  const Caller caller({.uid = 1000, .gid = 100});
  const config::Peer by_unit{.unit = "app-*.scope"};
  const config::Peer by_user{.user = "ann", .uid = 1000};
  const config::Peer of_another{.user = "bob", .uid = 1001, .unit = "app-*.scope"};
  EXPECT_TRUE(may_be_named_by_an_app(named({of_another, by_unit}), caller));
  EXPECT_FALSE(named_by_an_app(named({of_another, by_unit}), caller));
  EXPECT_TRUE(named_by_an_app(named({of_another, by_user}), caller));
  EXPECT_FALSE(may_be_named_by_an_app(named({of_another}), caller));
  EXPECT_FALSE(may_be_named_by_an_app({}, caller));
}

TEST(Roles, AreHeldByRootAndTheirGroups) {
  const config::Roles roles{.ehr = {{"e"}, {100}}, .operators = {{"o"}, {200}}, .observer = {{"v"}, {}}};
  const Caller agent({.uid = 7, .gid = 100});
  EXPECT_TRUE(holds_role(roles.ehr, agent));
  EXPECT_FALSE(holds_role(roles.operators, agent));
  EXPECT_TRUE(holds_role(roles.observer, Caller({.uid = 0, .gid = 0})));
  EXPECT_TRUE(holds_any_role(roles, Caller({.uid = 7, .gid = 1, .groups = {5, 200}})));
  EXPECT_FALSE(holds_any_role(roles, Caller({.uid = 7, .gid = 300})));
}

TEST(PeerRules, AGlobMatchesNoUnitWhereThereIsNone) {
  EXPECT_FALSE(matches({.unit = "*"}, Caller({.uid = 1})));
  EXPECT_FALSE(matches({.label = "*"}, Caller({.uid = 1})));
}

TEST(PeerRules, TellASystemUnitFromWhatUsersCanMake) {
  const Caller service({.uid = 5, .cgroup = {.system_unit = "a.service"}});
  const Caller session({.uid = 5, .cgroup = {.system_unit = "session-1.scope", .login_session = "1"}});
  EXPECT_TRUE(matches_system_unit({.unit = "a.service"}, service));
  EXPECT_FALSE(matches_system_unit({.uid = 5}, service));
  EXPECT_FALSE(matches_system_unit({.unit = "*"}, clinician()));
  EXPECT_FALSE(matches_system_unit({.unit = "*"}, session));
}

}  // namespace
}  // namespace wardend::ipc
