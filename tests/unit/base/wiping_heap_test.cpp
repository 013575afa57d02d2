#include "base/wiping_heap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace wardend::heap {
namespace {

constexpr std::size_t size = 200;

bool is_wiped(const void* block) {
  // The allocator keeps its own list in the first bytes of a free block.
  constexpr std::size_t of_the_allocator = 16;
  const std::string_view bytes(static_cast<const char*>(block), size);
  return bytes.find_first_not_of('\0', of_the_allocator) == std::string_view::npos;
}

// The allocator gives a freed block to the next who asks for that size: so one can look at it afterwards.
TEST(WipingHeap, WipesWhatIsFreed) {
  void* const secret = allocate(size);
  std::memset(secret, 's', size);
  release(secret);
  void* const next = allocate(size);
  if (next != secret) {
    release(next);
    GTEST_SKIP() << "this allocator gives the block to nobody at once";
  }
  EXPECT_TRUE(is_wiped(next));
  release(next);
}

TEST(WipingHeap, WipesTheOldBlockWhereOneGrows) {
  void* const secret = allocate(size);
  std::memset(secret, 's', size);
  auto* const grown = static_cast<char*>(reallocate(secret, 100 * size));
  EXPECT_TRUE(std::all_of(grown, grown + size, [](char c) { return c == 's'; }));
  void* const next = allocate(size);
  if (next == secret) EXPECT_TRUE(is_wiped(next));
  release(next);
  release(grown);
}

TEST(WipingHeap, TakesNothingAsTheCLibraryDoes) {
  release(nullptr);
  void* const fresh = reallocate(nullptr, size);
  ASSERT_NE(fresh, nullptr);
  EXPECT_EQ(reallocate(fresh, 0), nullptr);
}

TEST(WipingHeap, GivesZeroedBlocksAndCopiesOfTexts) {
  auto* const zeroed = static_cast<char*>(allocate_zeroed(10, size));
  EXPECT_TRUE(std::all_of(zeroed, zeroed + 10 * size, [](char c) { return c == '\0'; }));
  release(zeroed);
  char* const copy = duplicate("token");
  EXPECT_STREQ(copy, "token");
  release(copy);
}

}  // namespace
}  // namespace wardend::heap
