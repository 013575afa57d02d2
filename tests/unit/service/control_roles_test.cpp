#include "daemon/service/control_roles.hpp"

#include <gtest/gtest.h>

namespace wardend::service {
namespace {

struct Needs {
  ControlMethod method;
  const char* name;
  Role role;
};

TEST(ControlRoles, AreOneForEachMethod) {
  for (const Needs& row : {
           Needs{ControlMethod::ReportLock, "ReportLock", Role::ehr},
           Needs{ControlMethod::ClearSessions, "ClearSessions", Role::operators},
           Needs{ControlMethod::Status, "Status", Role::observer},
           Needs{ControlMethod::VerifyApp, "VerifyApp", Role::observer},
           Needs{ControlMethod::Launches, "Launches", Role::observer},
           Needs{ControlMethod::SetAppEnabled, "SetAppEnabled", Role::operators},
           Needs{ControlMethod::Reload, "Reload", Role::operators},
           Needs{ControlMethod::AcceptServer, "AcceptServer", Role::operators},
           Needs{ControlMethod::VerifyAudit, "VerifyAudit", Role::observer},
       }) {
    EXPECT_EQ(name_of(row.method), row.name);
    EXPECT_EQ(role_for(row.method), row.role) << row.name;
  }
}

TEST(ControlRoles, AreHeldByTheirOwnGroups) {
  const config::Roles roles{.ehr = {{"e"}, {1}}, .operators = {{"o"}, {2}}, .observer = {{"v"}, {3}}};
  EXPECT_EQ(groups_of(Role::ehr, roles).gids, std::vector<gid_t>{1});
  EXPECT_EQ(groups_of(Role::operators, roles).gids, std::vector<gid_t>{2});
  EXPECT_EQ(groups_of(Role::observer, roles).gids, std::vector<gid_t>{3});
  EXPECT_EQ(name_of(Role::operators), "operator");
  EXPECT_EQ(name_of(Role::ehr), "ehr");
}

}  // namespace
}  // namespace wardend::service
