// What Status tells an administrator to mend.
#include "daemon/service/notices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/service/ward.hpp"

namespace wardend {
namespace {

using service::FileState;
using test::Client;
using test::Ward;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

config::Scope scope(const char* name) { return {.scope = name, .action = "", .approved_by = "", .approved_on = ""}; }

TEST(Notices, NameAppsWhoseSessionsCannotBeRefreshed) {
  config::Config config = *test::basic_config();
  config.apps.front().scopes.clear();
  EXPECT_THAT(service::notices(config, {}),
              ElementsAre("vitals has neither the scope offline_access nor online_access: its sessions end with their "
                          "first token; add one, and have it registered at the EHR"));
  config.apps.front().enabled = false;
  EXPECT_THAT(service::notices(config, {}), IsEmpty()) << "nobody launches it";
  config.apps.front().enabled = true;
  for (const char* enough : {"offline_access", "online_access"}) {
    config.apps.front().scopes = {scope(enough)};
    EXPECT_THAT(service::notices(config, {}), IsEmpty()) << enough;
  }
}

TEST(Notices, TellOfFilesThatAreNotInForceAndOfSockets) {
  config::Config config;
  EXPECT_THAT(service::notices(config, FileState{.faults = {"x"}}), IsEmpty()) << "none is in force";
  config.digest = "abc";
  EXPECT_THAT(service::notices(config, FileState{.faults = {"w.toml:1:1: error: x"}}),
              ElementsAre("the file on disk is not in force: mend it, then `systemctl reload wardend`; it has 1 fault: "
                          "w.toml:1:1: error: x"));
  EXPECT_THAT(service::notices(config, FileState{.faults = {"a", "b"}, .at_restart = {"socket"}, .sockets = {"s"}}),
              ElementsAre("s", HasSubstr("it has 2 faults, the first: a"),
                          "changed in the file, and in force at the next restart only: socket"));
}

// A wardend that was started with a faulty configuration knows no app, and whose rule would match is not known.
TEST(Gate, WithoutAnyAppSaysWhyNobodyIsServed) {
  Ward world;
  Client user = world.user();
  world.settings->apps.clear();
  const auto good = world.gate.judge(user.caller, user.call.epoch_tag, access::Demand::present);
  ASSERT_FALSE(good);
  EXPECT_EQ(good.error().code(), Errc::NotAuthorized) << "a good configuration without an app";
  world.logind.is_live = false;
  const auto refused = world.gate.judge(user.caller, user.call.epoch_tag, access::Demand::present);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::WorkstationLocked);
  EXPECT_THAT(refused.error().detail(), HasSubstr("logind is not there"));
}

}  // namespace
}  // namespace wardend
