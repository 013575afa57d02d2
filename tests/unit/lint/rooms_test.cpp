// The include lists, held against small trees: a rule that finds nothing here would find nothing in the repository.
#include "tests/unit/lint/rooms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;
using testing::UnorderedElementsAre;

TEST(MayIncludeList, IsTheFirstParagraphOfThatName) {
  EXPECT_THAT(listed_in("# a\n\nMay include: base, `protocol/oauth`,\nipc/checked.hpp.\n\nMay include: x.\n"),
              Optional(UnorderedElementsAre("base", "protocol/oauth", "ipc/checked.hpp")));
  EXPECT_THAT(listed_in("May include: nothing.\n"), Optional(IsEmpty()));
  EXPECT_EQ(listed_in("# a\nIt May include: base.\n"), std::nullopt);
}

const Rooms rooms = {{"base", {}},
                     {"protocol/oauth", {"base"}},
                     {"ipc", {"base"}},
                     {"ipc/client", {"base", "ipc/checked.hpp"}},
                     {"daemon/session", {"base", "protocol/*"}},
                     {"daemon", {"base", "daemon/*"}}};

TEST(Room, IsTheNearestAboveAFile) {
  EXPECT_EQ(room_of(rooms, "daemon/session/store.hpp"), "daemon/session");
  EXPECT_EQ(room_of(rooms, "daemon/daemon.cpp"), "daemon");
  EXPECT_EQ(room_of(rooms, "daemon/new/x.cpp"), "daemon");
  EXPECT_EQ(room_of(rooms, "basement/x.hpp"), std::nullopt);
}

struct Edge {
  const char* path;
  const char* include;
  bool allowed;
};

class RoomRule : public testing::TestWithParam<Edge> {};

TEST_P(RoomRule, LetsAFolderSeeItselfAndItsList) {
  const auto& [path, include, allowed] = GetParam();
  const auto faults = room_faults(rooms, {path, std::string("#pragma once\n#include \"") + include + "\"\n"});
  if (allowed)
    EXPECT_THAT(faults, IsEmpty());
  else
    EXPECT_THAT(faults, ElementsAre(HasSubstr(std::string(path) + ":2: "))) << path << " includes " << include;
}

INSTANTIATE_TEST_SUITE_P(Edges, RoomRule,
                         testing::ValuesIn<Edge>({
                             {"base/json.cpp", "base/json.hpp", true},
                             {"base/json.cpp", "protocol/oauth/token.hpp", false},
                             {"protocol/oauth/token.cpp", "base/json.hpp", true},
                             {"ipc/client/client.cpp", "ipc/checked.hpp", true},
                             {"ipc/client/client.cpp", "ipc/server.hpp", false},
                             {"ipc/server.cpp", "ipc/client/client.hpp", false},
                             {"ipc/server.cpp", "ipc/interface/broker.hpp", true},
                             {"daemon/session/store.cpp", "protocol/oauth/token.hpp", true},
                             {"daemon/session/store.cpp", "daemon/daemon.hpp", false},
                             {"daemon/daemon.cpp", "daemon/session/store.hpp", true},
                             {"daemon/daemon.cpp", "tests/support/fakes.hpp", false},
                             {"daemon/daemon.cpp", "daemon.hpp", false},
                             {"tests/unit/base/clock_test.cpp", "daemon/daemon.hpp", true},
                             {"tests/unit/base/clock_test.cpp", "fakes.hpp", false},
                         }));

TEST(RoomRule, RefusesSourcesInAFolderThatIsNone) {
  EXPECT_THAT(room_faults(rooms, {"plugins/x.cpp", ""}), ElementsAre(HasSubstr("in no room")));
  EXPECT_THAT(room_faults(rooms, {"cmake/asio_impl.cpp", "#include <boost/asio/impl/src.hpp>\n"}), IsEmpty());
}

TEST(Circle, IsFoundThroughSeveralRooms) {
  EXPECT_THAT(circle_faults(rooms), IsEmpty());
  EXPECT_THAT(circle_faults({{"a", {"b"}}, {"b", {"c"}}, {"c", {"a"}}}), ElementsAre("rooms in a circle: a b c a"));
}

TEST(List, NamesNothingThatIsNotIncluded) {
  const Rooms small = {{"a", {"b", "c", "b/only.hpp"}}, {"b", {}}, {"c", {}}};
  EXPECT_THAT(list_faults(small, {{"a/x.cpp", "#include \"b/only.hpp\"\n"}}),
              ElementsAre("a/README.md lists c, which no file of the room includes"));
}

}  // namespace
}  // namespace wardend::lint
