#include "ipc/frame_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace wardend::ipc {
namespace {

// Puts all of `bytes` in; false when there is no room for them.
bool put(FrameBuffer& buffer, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto room = buffer.room();
    if (room.empty()) return false;
    const auto count = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), count);
    buffer.commit(count);
    bytes.remove_prefix(count);
  }
  return true;
}

TEST(FrameBuffer, GivesFramesInOrderWhereverTheBytesWereSplit) {
  const std::string text("one\0two\0\0three\0", 15);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    FrameBuffer buffer(100);
    put(buffer, text.substr(0, at));
    put(buffer, text.substr(at));
    for (const std::string frame : {"one", "two", "", "three"}) {
      ASSERT_TRUE(buffer.has_frame()) << at;
      ASSERT_EQ(buffer.front(), frame) << at;
      buffer.pop();
    }
    EXPECT_FALSE(buffer.has_frame());
    EXPECT_FALSE(buffer.partial());
  }
}

TEST(FrameBuffer, HoldsAFrameOfTheLargestSizeOnly) {
  FrameBuffer fits(10'000);
  ASSERT_TRUE(put(fits, std::string(10'000, 'x') + '\0'));
  EXPECT_FALSE(fits.too_large());
  EXPECT_EQ(fits.front().size(), 10'000U);
  FrameBuffer large(10'000);
  put(large, std::string(10'001, 'x'));
  EXPECT_TRUE(large.too_large());
}

TEST(FrameBuffer, DropsAFrameThatIsTooLargeAndGoesOnBehindIt) {
  for (const std::size_t chunk : {1UL, 7UL, 900UL, 20'000UL}) {
    FrameBuffer buffer(10'000);
    const std::string bytes = std::string(30'000, 'x') + '\0' + "next" + '\0' + "half";
    for (std::size_t at = 0; at < bytes.size();) {
      const auto room = buffer.room();
      const std::size_t count = std::min({room.size(), bytes.size() - at, chunk});
      ASSERT_GT(count, 0U) << chunk;
      std::memcpy(room.data(), bytes.data() + at, count);
      buffer.commit(count);
      at += count;
      if (buffer.too_large()) buffer.drop_frame();
      EXPECT_FALSE(buffer.is_large() && buffer.dropped_bytes() > 0) << "it keeps nothing of it";
    }
    ASSERT_TRUE(buffer.has_frame()) << chunk;
    EXPECT_EQ(buffer.dropped_bytes(), 30'000U) << chunk;
    EXPECT_EQ(buffer.front(), "");
    buffer.pop();
    EXPECT_EQ(buffer.dropped_bytes(), 0U);
    EXPECT_EQ(buffer.front(), "next") << chunk;
    buffer.pop();
    EXPECT_TRUE(buffer.partial());
    EXPECT_FALSE(buffer.has_frame());
  }
}

TEST(FrameBuffer, IsFullOfWaitingFramesUntilHalfAreTaken) {
  FrameBuffer buffer(9'999);
  const std::string frame(std::string(99, 'x') + '\0');
  int taken = 0;
  while (put(buffer, frame)) ++taken;
  EXPECT_EQ(taken, 100);
  for (int i = 0; i < 50; ++i) buffer.pop();
  EXPECT_TRUE(put(buffer, frame));
}

TEST(FrameBuffer, WipesAFrameThatIsTaken) {
  FrameBuffer buffer(100);
  const auto room = buffer.room();
  put(buffer, std::string("launch=abc\0rest", 15));
  buffer.pop();
  EXPECT_EQ(::memmem(room.data(), room.size(), "launch", 6), nullptr);
}

}  // namespace
}  // namespace wardend::ipc
