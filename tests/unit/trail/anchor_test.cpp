#include "trail/anchor.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/trail/trails.hpp"

namespace wardend::trail {
namespace {

TEST(Anchor, IsReadAsItWasWritten) {
  const test::TemporaryFolder folder;
  const auto file = folder.file("audit-anchor");
  EXPECT_FALSE(read_anchor(file).link);
  EXPECT_EQ(read_anchor(file).error, "") << "there is none yet";
  const Link link{42, std::string(64, 'a')};
  for (const Link& each : {Link{7, std::string(64, 'b')}, link}) ASSERT_EQ(write_anchor(file, each), "");
  EXPECT_EQ(read_anchor(file).link, link);
  EXPECT_EQ(anchor_in("/var/lib/wardend"), "/var/lib/wardend/audit-anchor");
  struct stat info{};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 077U, 0U);
}

TEST(Anchor, WhatIsNoneIsAnError) {
  const test::TemporaryFolder folder;
  const auto file = folder.file("audit-anchor");
  const std::string hash(64, 'a');
  for (const std::string& text : {std::string(), std::string("1:"), "0:" + hash, "-1:" + hash, "1:" + hash + "0",
                                  "1 " + hash, "1:" + std::string(64, 'A'), std::string("x")}) {
    EXPECT_FALSE(parse_anchor(text)) << text;
    test::write_file(file, text + "\n");
    EXPECT_EQ(read_anchor(file).error, "it is not an anchor") << text;
  }
  EXPECT_NE(write_anchor(folder.file("none/none/audit-anchor"), Link{1, hash}), "");
  EXPECT_EQ(parse_anchor("1:" + hash), (Link{1, hash}));
  EXPECT_EQ(to_text(Link{1, hash}), "1:" + hash);
}

}  // namespace
}  // namespace wardend::trail
