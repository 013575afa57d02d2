// Who is let in when places are short, and who goes for it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/connection_room.hpp"

namespace wardend {
namespace {

using enum Rank;
using OwnTaken = ConnectionPlaces::OwnTaken;

constexpr std::uint64_t alice = 1;
constexpr std::uint64_t bob = 2;
constexpr std::uint64_t mallory = 3;

OpenConnection connection(std::uint64_t user, Rank rank, int since = 0, bool busy = false, std::int64_t process = 0) {
  return {.user = user, .process = process, .rank = rank, .busy = busy, .since = BootTime(std::chrono::seconds(since))};
}

OpenConnection stream(std::uint64_t user, int since, std::int64_t process = 0) {
  OpenConnection made = connection(user, known, since, true, process);
  made.streams = true;
  return made;
}

struct Case {
  const char* name;
  OpenConnection newcomer;
  std::vector<OpenConnection> open;
  ConnectionPlaces places;
  std::optional<std::string> expected;  // "in", or the index of who goes; nullopt: refused
};

const Case cases[] = {
    {"there is room", connection(alice, known), {connection(bob, known)}, {.all = 2}, "in"},
    {"a stranger has few places",
     connection(mallory, stranger),
     {connection(mallory, stranger, 1)},
     {.a_stranger = 1},
     std::nullopt},
    {"another stranger has its own",
     connection(bob, stranger),
     {connection(mallory, stranger, 1)},
     {.a_stranger = 1},
     "in"},
    {"strangers go for who is known, though busy",
     connection(alice, known),
     {connection(bob, known, 1), connection(mallory, stranger, 9, true)},
     {.all = 2},
     "1"},
    {"the oldest of a stranger goes first",
     connection(alice, known),
     {connection(mallory, stranger, 5), connection(mallory, stranger, 3), connection(mallory, stranger, 4)},
     {.all = 3},
     "1"},
    {"of strangers the one who holds most",
     connection(alice, known),
     {connection(bob, stranger, 1), connection(mallory, stranger, 5), connection(mallory, stranger, 6)},
     {.all = 3},
     "1"},
    {"a stranger takes no place of who is known",
     connection(mallory, stranger),
     {connection(alice, known, 1), connection(alice, known, 2)},
     {.all = 2},
     std::nullopt},
    {"who holds most yields, though busy",
     connection(alice, known),
     {connection(bob, known, 1), connection(mallory, known, 3, true), connection(mallory, known, 2, true)},
     {.all = 3},
     "2"},
    {"what is idle yields before what is busy",
     connection(alice, known),
     {connection(mallory, known, 1, true), connection(mallory, known, 2), connection(mallory, known, 3, true)},
     {.all = 3},
     "1"},
    {"one idle place each: the oldest yields",
     connection(alice, known),
     {connection(bob, known, 2), connection(mallory, known, 1)},
     {.all = 2},
     "1"},
    {"one stream each: the oldest yields to who has none",
     connection(alice, known),
     {stream(bob, 2), stream(mallory, 1)},
     {.all = 2},
     "1"},
    {"an idle connection yields before an older stream",
     connection(alice, known),
     {stream(bob, 1), connection(mallory, known, 2)},
     {.all = 2},
     "1"},
    {"an answer that is being made stays, a stream does not",
     connection(alice, known),
     {connection(bob, known, 1, true), stream(mallory, 2)},
     {.all = 2},
     "1"},
    {"no stream yields to who has a place",
     connection(alice, known),
     {connection(alice, known, 3, true), stream(mallory, 1)},
     {.all = 2},
     std::nullopt},
    {"of one's own a stream yields to another process",
     connection(alice, known, 0, false, 3),
     {stream(alice, 2, 1), stream(alice, 1, 2)},
     {.a_known_user = 2},
     "1"},
    {"one busy place each: nobody yields",
     connection(alice, known),
     {connection(bob, known, 2, true), connection(mallory, known, 1, true)},
     {.all = 2},
     std::nullopt},
    {"who holds as much as anybody takes an idle place of its own",
     connection(alice, known),
     {connection(alice, known, 2), connection(bob, known, 1)},
     {.all = 2},
     "0"},
    {"with all busy it is refused",
     connection(alice, known),
     {connection(alice, known, 2, true), connection(bob, known, 1)},
     {.all = 2},
     std::nullopt},
    {"own places taken: the process that holds most yields",
     connection(alice, known, 0, false, 9),
     {connection(alice, known, 1, false, 8), connection(alice, known, 3, false, 7),
      connection(alice, known, 2, false, 7)},
     {.a_known_user = 3},
     "2"},
    {"own places taken by this process: refused",
     connection(alice, known, 0, false, 7),
     {connection(alice, known, 3, false, 7), connection(alice, known, 2, false, 7)},
     {.a_known_user = 2},
     std::nullopt},
    {"own places busy in another process: it keeps as many as the newcomer gets",
     connection(alice, known, 0, false, 9),
     {connection(alice, known, 3, true, 7)},
     {.a_known_user = 1},
     std::nullopt},
    {"own places taken: nobody else yields",
     connection(alice, known),
     {connection(alice, known, 3), connection(mallory, stranger, 1)},
     {.a_known_user = 1},
     std::nullopt},
    {"the oldest of one's own goes",
     connection(alice, known),
     {connection(alice, known, 3), connection(alice, known, 2), connection(bob, known, 1)},
     {.a_known_user = 2, .own_taken = OwnTaken::oldest_goes},
     "1"},
    {"a busy one of one's own stays",
     connection(alice, known),
     {connection(alice, known, 3, true)},
     {.a_known_user = 1, .own_taken = OwnTaken::oldest_goes},
     std::nullopt},
};

TEST(ConnectionRoom, IsKeptForThoseWhoMatter) {
  for (const Case& row : cases) {
    const RoomVerdict verdict = make_room(row.newcomer, row.open, row.places);
    std::optional<std::string> told;
    if (verdict.let_in) told = verdict.instead_of ? std::to_string(*verdict.instead_of) : "in";
    EXPECT_EQ(told.value_or("refused"), row.expected.value_or("refused")) << row.name;
  }
}

// Hundreds of users of one person, as /etc/subuid gives them, each with its share.
TEST(ConnectionRoom, IsNotTakenByAnyNumberOfUsers) {
  for (const bool busy : {false, true}) {
    std::vector<OpenConnection> open;
    for (std::uint64_t user = 100'000; open.size() < 512; ++user)
      for (int i = 0; i < 8 && open.size() < 512; ++i) open.push_back(connection(user, stranger, 5, busy));
    EXPECT_TRUE(make_room(connection(alice, known), open, {}).instead_of.has_value());
    EXPECT_TRUE(make_room(connection(alice, stranger), open, {}).instead_of.has_value());
  }
}

// Two users who both come back whenever they are cut share the places; neither is shut out.
TEST(ConnectionRoom, IsSharedByTwoWhoBothComeBack) {
  std::vector<OpenConnection> open(64, connection(mallory, known, 1));
  for (int turn = 0; turn < 200; ++turn) {
    const OpenConnection newcomer = connection(turn % 2 == 0 ? alice : mallory, known, 2 + turn);
    const RoomVerdict verdict = make_room(newcomer, open, {.all = 64});
    ASSERT_TRUE(verdict.let_in);
    open[*verdict.instead_of] = newcomer;
  }
  const auto of_alice = std::ranges::count(open, alice, &OpenConnection::user);
  EXPECT_GE(of_alice, 31);
  EXPECT_LE(of_alice, 33);
}

}  // namespace
}  // namespace wardend
