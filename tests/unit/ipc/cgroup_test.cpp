#include "ipc/cgroup.hpp"

#include <gtest/gtest.h>

namespace wardend::ipc {
namespace {

struct CgroupCase {
  const char* name;
  const char* text;
  CgroupFacts facts;
};

const CgroupCase cgroups[] = {
    {"a login session",
     "0::/user.slice/user-1000.slice/session-c2.scope\n",
     {.system_unit = "session-c2.scope", .login_session = "c2"}},
    {"below a user's manager",
     "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-vitals-9.scope\n",
     {.system_unit = "user@1000.service", .user_unit = "app-vitals-9.scope", .user_manager = 1000}},
    {"a user's manager itself",
     "0::/user.slice/user-1000.slice/user@1000.service/init.scope\n",
     {.system_unit = "user@1000.service", .user_unit = "init.scope", .user_manager = 1000}},
    {"a system service", "0::/system.slice/integration.service\n", {.system_unit = "integration.service"}},
    {"in nested slices",
     "0::/system.slice/system-getty.slice/getty@tty1.service\n",
     {.system_unit = "getty@tty1.service"}},
    {"in a service's sub-group", "0::/system.slice/a.service/session-c2.scope\n", {.system_unit = "a.service"}},
    {"a user's sub-group named like a session",
     "0::/user.slice/user-1000.slice/user@1000.service/session-c9.scope\n",
     {.system_unit = "user@1000.service", .user_unit = "session-c9.scope", .user_manager = 1000}},
    {"a session scope outside user.slice", "0::/system.slice/session-c2.scope\n", {.system_unit = "session-c2.scope"}},
    {"another user's manager",
     "0::/user.slice/user-1000.slice/user@1001.service/app.slice/a.service\n",
     {.system_unit = "user@1001.service"}},
    {"an odd session name", "0::/user.slice/user-1000.slice/session-c_2.scope\n", {.system_unit = "session-c_2.scope"}},
    {"hybrid",
     "12:pids:/user.slice\n1:name=systemd:/user.slice/user-7.slice/session-3.scope\n0::/\n",
     {.system_unit = "session-3.scope", .login_session = "3"}},
    {"legacy", "2:cpu,cpuacct:/\n1:name=systemd:/system.slice/a.service\n", {.system_unit = "a.service"}},
    {"an escaped name", "0::/system.slice/_cpu.service\n", {.system_unit = "cpu.service"}},
    {"init", "0::/init.scope\n", {.system_unit = "init.scope"}},
    {"a bare slice", "0::/user.slice\n", {}},
    {"outside the namespace", "0::/../../system.slice/a.service\n", {}},
    {"a removed group", "0::/system.slice/a.service (deleted)\n", {}},
    {"the root", "0::/\n", {}},
    {"nothing", "", {}},
    {"nonsense", "abc\n::\n0:\n", {}},
};

TEST(Cgroup, SaysWhereAProcessBelongs) {
  for (const auto& row : cgroups) EXPECT_EQ(parse_cgroup(row.text), row.facts) << row.name;
}

}  // namespace
}  // namespace wardend::ipc
