#include "tests/unit/lint/mirror.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Mirror, SaysWhereAUnitsTestStands) {
  EXPECT_EQ(test_of("base/text.cpp"), "tests/unit/base/text_test.cpp");
  EXPECT_EQ(test_of("daemon/session/store.cpp"), "tests/unit/session/store_test.cpp");
  EXPECT_EQ(test_of("daemon/daemon.cpp"), "tests/unit/daemon/daemon_test.cpp");
  EXPECT_EQ(test_of("protocol/oauth/token.cpp"), "tests/unit/protocol/oauth/token_test.cpp");
  EXPECT_EQ(test_of("ipc/client/client.cpp"), "tests/unit/client/client_test.cpp");
}

constexpr std::string_view readme =
    "# tests\n| `base/not_here.cpp` | above the heading |\n\n## Units without a test file\n| unit | why |\n| --- | --- "
    "|\n| `base/a.cpp`, `base/b.cpp` | `base/c.cpp` is the reason |\n| `base/d.cpp` | why |\n";

TEST(Mirror, ReadsTheExcusesOfTheReadme) {
  EXPECT_THAT(excused_in(readme), ElementsAre("base/a.cpp", "base/b.cpp", "base/d.cpp"));
  EXPECT_THAT(excused_in("# tests\n| `base/a.cpp` | why |\n"), IsEmpty());
}

TEST(Mirror, WantsATestOrAnExcuseForEachUnitOfTheProduct) {
  const std::vector<std::string> paths = {"base/text.cpp", "base/text.hpp", "daemon/session/store.cpp",
                                          "tests/sandbox/ehr.cpp", "tests/unit/session/text_test.cpp"};
  EXPECT_THAT(mirror_faults(paths, {"daemon/session/store.cpp"}),
              ElementsAre(HasSubstr("base/text.cpp: has no tests/unit/base/text_test.cpp")))
      << "one of that name in another folder is none";
  EXPECT_THAT(mirror_faults({"base/text.cpp", "tests/unit/base/text_test.cpp"}, {}), IsEmpty());
}

TEST(Mirror, WantsNoExcuseThatNobodyNeeds) {
  const std::vector<std::string> paths = {"base/text.cpp", "tests/unit/base/text_test.cpp"};
  EXPECT_THAT(mirror_faults(paths, {"base/text.cpp"}), ElementsAre(HasSubstr("base/text.cpp needs no excuse")));
  EXPECT_THAT(mirror_faults(paths, {"base/gone.cpp"}), ElementsAre(HasSubstr("base/gone.cpp needs no excuse")));
}

}  // namespace
}  // namespace wardend::lint
