#include "trail/chain.hpp"

#include <gtest/gtest.h>

#include "tests/unit/trail/trails.hpp"

namespace wardend::trail {
namespace {

using test::judged;
using test::WrittenTrail;

TEST(Chain, AWholeTrailOverFilesIsIntact) {
  WrittenTrail trail;
  const std::string first = trail.fill(3).rotate();
  const std::string second = trail.fill(2).rotate();
  const auto chain = judged({first, second, trail.text}, {trail.last});
  EXPECT_TRUE(chain.intact());
  EXPECT_EQ(chain.entries(), 8U);
  EXPECT_EQ(chain.first(), 1U);
  EXPECT_EQ(chain.last(), trail.last);
  EXPECT_TRUE(judged({second, trail.text}).intact()) << "the oldest file may be deleted by policy";
}

// What is told, of the first fault.
struct Told {
  std::vector<std::string> files;
  std::vector<Link> anchors;
  std::uint64_t sequence;
  std::string what;
};

TEST(Chain, TellsWhatIsMissingAndWhere) {
  WrittenTrail trail;
  const std::string first = trail.fill(3).rotate();   // 1 to 4
  const std::string second = trail.fill(2).rotate();  // 5 to 7
  const std::string third = trail.text;               // 8
  const auto lines = test::lines_of(first);
  WrittenTrail other;
  const std::string foreign = other.fill(9, "q").text;
  const Link end = trail.last;
  const Told table[] = {
      {{first, third}, {}, 5, "entries 5 to 7 are missing"},
      {{lines[0] + "\n" + lines[1] + "\n" + lines[3] + "\n", second}, {}, 3, "entry 3 is missing"},
      {{lines[1] + "\n" + lines[2] + "\n"}, {}, 2, "the beginning of the file is missing"},
      {{first, second.substr(second.find('\n') + 1)}, {}, 5, "entry 5 is missing"},
      {{first, first}, {}, 1, "it was moved, or written twice"},
      {{first, second}, {end}, 8, "entry 8 is missing at the end: they were anchored"},
      {{foreign}, {end}, 8, "the trail was rewritten"},
      {{}, {end}, 1, "no entry is here, and entry 8 was anchored"},
      {{""}, {}, 1, "no entry is here"},
      {{first + "x\n"}, {}, 5, "the line is not an entry"},
      {{"{\"at\":1}\n" + first}, {}, 1, "the line is not an entry"},
      {{first + second.substr(0, 40)}, {}, 5, "the last line is cut off"},
      {{first, test::lines_of(foreign)[4] + "\n"}, {}, 5, "does not follow from the one before it"},
  };
  for (const Told& row : table) {
    const auto chain = judged(row.files, row.anchors);
    ASSERT_FALSE(chain.faults().empty()) << row.what;
    EXPECT_TRUE(chain.faults().front().what.contains(row.what)) << chain.faults().front().what;
    EXPECT_EQ(chain.faults().front().sequence, row.sequence) << row.what;
  }
}

TEST(Chain, AnAnchorOfDeletedFilesIsNoFaultAndIsTold) {
  WrittenTrail trail;
  const Link early = trail.last;
  static_cast<void>(trail.fill(3).rotate());
  const auto chain = judged({trail.text}, {early});
  EXPECT_TRUE(chain.intact());
  EXPECT_EQ(chain.unseen_anchor(), early);
}

TEST(Chain, GapsThatTheTrailTellsAreNoFaults) {
  WrittenTrail trail;
  trail.fill(2).add("gap", R"("action":"power_loss","detail":"the machine ended without a stop")");
  const auto chain = judged({trail.text});
  EXPECT_TRUE(chain.intact());
  ASSERT_EQ(chain.gaps().size(), 1U);
  EXPECT_EQ(chain.gaps().front().sequence, 4U);
  EXPECT_EQ(chain.gaps().front().why, "power_loss");
  EXPECT_EQ(chain.gaps().front().what, "the machine ended without a stop");
}

TEST(Chain, AGapWhoseEntriesWereOnTheDiskIsAFault) {
  WrittenTrail trail;
  const std::string removed = trail.fill(2).rotate();
  trail.add("gap", R"("action":"removed","detail":"the file was removed","first":1,"last":3)");
  const auto chain = judged({trail.text});
  ASSERT_FALSE(chain.intact());
  EXPECT_EQ(chain.faults().front().what, "entries 1 to 3 are lost: the file was removed");
  EXPECT_TRUE(judged({removed, trail.text}).intact()) << "a copy of it was kept";
  WrittenTrail rewritten;
  rewritten.add("gap", R"("action":"rewritten","detail":"the file has other entries")");
  EXPECT_FALSE(judged({rewritten.text}).intact());
}

TEST(Chain, GoesOnAfterAFaultAndTellsSixteenAtMost) {
  WrittenTrail trail;
  std::string text;
  for (int i = 0; i < 100; ++i) {
    trail.fill(1);
    text += std::exchange(trail.text, {}) + "junk\n";
  }
  const auto chain = judged({text});
  EXPECT_EQ(chain.faults().size(), Chain::most_told);
  EXPECT_EQ(chain.entries(), 101U);
}

}  // namespace
}  // namespace wardend::trail
