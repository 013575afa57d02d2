#include "systemd/unit_place.hpp"

#include <gtest/gtest.h>

namespace wardend::systemd {
namespace {

using Level = UnitPlace::Level;

struct Folder {
  const char* name;
  const char* path;
  Level level;
  std::string unit = {};
  std::optional<uid_t> user = {};
  std::string login_session = {};
};
class UnitPlaceOf : public testing::TestWithParam<Folder> {};

TEST_P(UnitPlaceOf, IsAsSystemdMakesIt) {
  const UnitPlace place = unit_place(GetParam().path);
  EXPECT_EQ(place.level, GetParam().level);
  EXPECT_EQ(place.unit, GetParam().unit);
  EXPECT_EQ(place.user, GetParam().user);
  EXPECT_EQ(place.login_session, GetParam().login_session);
}
INSTANTIATE_TEST_SUITE_P(
    Folders, UnitPlaceOf,
    testing::Values(
        Folder{"Root", "", Level::slice}, Folder{"SystemSlice", "/system.slice", Level::slice},
        Folder{"SystemService", "/system.slice/ehr.service", Level::unit, "ehr.service"},
        Folder{"SystemServiceInASliceOfItsOwn", "hospital.slice/hospital-ehr.slice/ehr.service", Level::unit,
               "ehr.service"},
        Folder{"GroupOfASystemService", "/system.slice/ehr.service/worker", Level::other},
        Folder{"UnitOfAUsersOwnMaking", "/system.slice/docker.service/ehr.service", Level::other},
        Folder{"UserSlice", "/user.slice/user-1000.slice", Level::slice},
        Folder{
            "LoginSession", "/user.slice/user-1000.slice/session-c2.scope", Level::unit, "session-c2.scope", {}, "c2"},
        Folder{"Manager", "/user.slice/user-1000.slice/user@1000.service", Level::manager, "user@1000.service", 1000},
        Folder{"ManagersSlice", "/user.slice/user-1000.slice/user@1000.service/app.slice", Level::slice, "", 1000},
        Folder{"UsersUnit", "/user.slice/user-1000.slice/user@1000.service/app.slice/ehr.scope", Level::unit,
               "ehr.scope", 1000},
        Folder{"UsersUnitInASlice",
               "/user.slice/user-1000.slice/user@1000.service/app.slice/app-ehr.slice/app-ehr-1.scope", Level::unit,
               "app-ehr-1.scope", 1000},
        Folder{"UsersScopeThatIsCalledLikeALoginSession",
               "/user.slice/user-1000.slice/user@1000.service/app.slice/session-c9.scope", Level::unit,
               "session-c9.scope", 1000},
        Folder{"ManagerInsideAManager",
               "/user.slice/user-1000.slice/user@1000.service/app.slice/user-0.slice/user@0.service", Level::unit,
               "user@0.service", 1000},
        Folder{"ManagerOfSomebodyElse", "/user.slice/user-1000.slice/user@1001.service", Level::unit,
               "user@1001.service"},
        Folder{"EscapedName", "/system.slice/_cgroup.service", Level::unit, "cgroup.service"},
        Folder{"Container", "/machine.slice", Level::other},
        Folder{"UnitOfAContainer", "/machine.slice/ehr.service", Level::other},
        Folder{"NoUnit", "/system.slice/ehr", Level::other}),
    [](const auto& info) { return info.param.name; });

TEST(NamesUnit, ByPatternAndNeverByAnEmptyOne) {
  EXPECT_TRUE(names_unit("ehr.service", "ehr.service"));
  EXPECT_TRUE(names_unit("app-ehr-*.scope", "app-ehr-77.scope"));
  EXPECT_FALSE(names_unit("app-ehr-*.scope", "app-other-77.scope"));
  EXPECT_FALSE(names_unit("ehr", "ehr.service"));
  EXPECT_FALSE(names_unit("", "ehr.service"));
  EXPECT_FALSE(names_unit("", ""));
}

TEST(IsPopulated, WhereTheKernelSaysSo) {
  EXPECT_TRUE(is_populated("populated 1\nfrozen 0\n"));
  EXPECT_TRUE(is_populated("frozen 0\npopulated 1\n"));
  EXPECT_FALSE(is_populated("populated 0\nfrozen 1\n"));
  EXPECT_FALSE(is_populated("unpopulated 1\n"));
  EXPECT_FALSE(is_populated(""));
}

}  // namespace
}  // namespace wardend::systemd
