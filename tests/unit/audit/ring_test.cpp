#include "daemon/audit/ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

namespace wardend::audit {
namespace {

std::vector<std::string> records_in(const Ring& ring, std::size_t bytes = Ring::memory_bytes) {
  const std::string all = ring.oldest(bytes);
  std::string_view rest = all, record;
  std::vector<std::string> found;
  while (next_record(rest, record)) found.emplace_back(record);
  return found;
}

const trail::Link somewhere{7, std::string(64, 'a')};
using Strings = std::vector<std::string>;

class RingInMemory : public ::testing::Test {
 protected:
  std::vector<std::byte> memory = std::vector<std::byte>(Ring::header_bytes + 5000);
};

TEST_F(RingInMemory, WhatWaitsComesBackToTheNextProcess) {
  EXPECT_FALSE(Ring::adoptable(memory));
  {
    Ring ring(memory);
    EXPECT_FALSE(ring.committed()) << "nobody said where the trail stands";
    EXPECT_TRUE(ring.append("one") && ring.append("") && ring.append("three"));
    ring.commit(1, somewhere);
  }
  ASSERT_TRUE(Ring::adoptable(memory));
  const Ring again(memory);
  EXPECT_EQ(records_in(again), (Strings{"", "three"}));
  EXPECT_EQ(again.records(), 2U);
  EXPECT_EQ(again.committed(), somewhere);
}

TEST_F(RingInMemory, ABatchHasWholeRecordsAndOneAtLeast) {
  Ring ring(memory);
  for (const char* record : {"aaaa", "bbbb", "cccc"}) ASSERT_TRUE(ring.append(record));
  EXPECT_EQ(records_in(ring, 1), Strings{"aaaa"});
  EXPECT_EQ(records_in(ring, 16), (Strings{"aaaa", "bbbb"}));
}

TEST_F(RingInMemory, AFullRingTakesNoMoreUntilSomethingIsWritten) {
  Ring ring(memory);
  const std::string record(996, 'x');
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(ring.append(record));
  EXPECT_FALSE(ring.append(""));
  EXPECT_EQ(ring.bytes(), ring.capacity());
  ring.commit(1, somewhere);
  EXPECT_TRUE(ring.append(record));
  EXPECT_EQ(ring.records(), 5U);
}

TEST_F(RingInMemory, AnEmptyRingBeginsInFrontAgain) {
  Ring ring(memory);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(ring.append("short"));
    ring.commit(1, somewhere);
  }
  EXPECT_EQ(std::count(memory.begin() + Ring::header_bytes + 100, memory.end(), std::byte{0}), 4900);
}

// Against a queue: whatever goes in comes out, in order, over many turns of the ring and many processes.
TEST_F(RingInMemory, IsAQueue) {
  std::mt19937 random(7);
  std::deque<std::string> queue;
  std::optional<Ring> ring(std::in_place, memory);
  for (int step = 0; step < 20'000; ++step) {
    const std::string record(random() % 600, static_cast<char>('a' + random() % 26));
    if (ring->append(record)) queue.push_back(record);
    if (random() % 3 == 0) {
      const std::size_t done = random() % (queue.size() + 1);
      ring->commit(done, {static_cast<std::uint64_t>(step), std::string(64, 'b')});
      queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(done));
    }
    if (random() % 50 == 0) {
      ASSERT_TRUE(Ring::adoptable(memory));
      ring.emplace(memory);
    }
    ASSERT_EQ(ring->records(), queue.size());
  }
  EXPECT_EQ(records_in(*ring), Strings(queue.begin(), queue.end()));
}

TEST_F(RingInMemory, WhatCannotBeReadIsLaidOutAnew) {
  const auto damage = [&](std::size_t at, unsigned char to) {
    std::ranges::fill(memory, std::byte{0});
    {
      Ring ring(memory);
      ASSERT_TRUE(ring.append("one"));
      ring.commit(0, somewhere);
    }
    memory[at] = std::byte{to};
    EXPECT_FALSE(Ring::adoptable(memory)) << at;
    const Ring anew(memory);
    EXPECT_EQ(anew.records(), 0U);
    EXPECT_FALSE(anew.committed());
  };
  damage(0, 'x');                        // another layout
  damage(18, 0x7f);                      // a head beyond the ring
  damage(24, 9);                         // a place that there is not
  damage(Ring::header_bytes + 1, 0xff);  // a record that is too long
  EXPECT_FALSE(Ring::adoptable({}));
}

}  // namespace
}  // namespace wardend::audit
