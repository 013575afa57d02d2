#include "daemon/forwarding/cursor.hpp"

#include <gtest/gtest.h>

namespace wardend::forwarding {
namespace {

TEST(Cursor, ComesBackAsItWasKept) {
  const Cursor cursor{.link = {.sequence = 1207, .hash = std::string(64, 'a')}, .inode = 77, .offset = 4096};
  EXPECT_EQ(read_cursor(to_text(cursor)), cursor);
  EXPECT_LE(
      to_text({.link = {.sequence = ~0ULL, .hash = std::string(64, 'a')}, .inode = ~0ULL, .offset = ~0ULL}).size(),
      longest_cursor);
}

TEST(Cursor, WhatIsDamagedIsNone) {
  const std::string hash(64, 'a');
  for (const std::string& text :
       {std::string(), std::string("7"), "7:" + hash, "7:" + hash + " 1 2", "7:" + hash + " 1\n",
        "7:" + hash + " 1 2\n3", "0:" + hash + " 1 2\n", "7:" + hash.substr(1) + " 1 2\n", "7:" + hash + " x 2\n"})
    EXPECT_EQ(read_cursor(text), std::nullopt) << text;
}

}  // namespace
}  // namespace wardend::forwarding
