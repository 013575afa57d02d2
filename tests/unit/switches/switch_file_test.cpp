#include "daemon/switches/switch_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/kept_file.hpp"
#include "daemon/switches/switch_text.hpp"
#include "tests/support/temporary_folder.hpp"

namespace wardend::switches {
namespace {

namespace fs = std::filesystem;

struct Disk {
  test::TemporaryFolder folder;
  fs::path file = folder.file("switched-off.json");
  [[nodiscard]] std::string trouble() const { return read_switch_file(file).trouble; }
};

TEST(SwitchFile, NoFileMeansThatNothingIsOff) {
  const Disk disk;
  EXPECT_EQ(disk.trouble(), "");
  EXPECT_TRUE(read_switch_file(disk.file).switches.apps().empty());
}

TEST(SwitchFile, IsReplacedWholeInAFolderThatItMakes) {
  const Disk disk;
  const fs::path file = disk.folder.file("state") / "switched-off.json";
  config::Switches switches;
  switches.off("vitals", {.reason = "wrong doses"});
  EXPECT_EQ(replace_kept_file(file, to_text(switches)), "");
  EXPECT_EQ(read_switch_file(file).switches.apps(), switches.apps());
  EXPECT_EQ(replace_kept_file(file, to_text({})), "");
  EXPECT_TRUE(read_switch_file(file).switches.apps().empty());
  EXPECT_FALSE(fs::exists(file.string() + ".new"));
}

TEST(SwitchFile, WhatIsNoGoodFileIsTrouble) {
  const Disk damaged;
  std::ofstream(damaged.file) << R"({"switched_off":[{"app":"vit)";
  EXPECT_EQ(damaged.trouble(), "it is damaged");
  const Disk empty;
  std::ofstream(empty.file) << "";
  EXPECT_EQ(empty.trouble(), "it is damaged");
  const Disk pipe;
  ASSERT_EQ(::mkfifo(pipe.file.c_str(), 0600), 0);
  EXPECT_EQ(pipe.trouble(), "it is not a regular file");
  const Disk directory;
  fs::create_directory(directory.file);
  EXPECT_EQ(directory.trouble(), "it is not a regular file");
  EXPECT_NE(replace_kept_file(directory.file, to_text({})), "");
  const Disk link;
  fs::create_symlink("/etc/hostname", link.file);
  EXPECT_TRUE(link.trouble().starts_with("it cannot be read")) << link.trouble();
  EXPECT_EQ(replace_kept_file(link.file, to_text({})), "") << "the link is replaced, not followed";
}

TEST(SwitchFile, WhatCannotBeWrittenSaysWhy) {
  EXPECT_EQ(replace_kept_file("/proc/wardend/switched-off.json", to_text({})), "No such file or directory");
  const Disk pipe;
  ASSERT_EQ(::mkfifo((pipe.file.string() + ".new").c_str(), 0600), 0);
  EXPECT_NE(replace_kept_file(pipe.file, to_text({})), "") << "nobody reads that pipe";
}

}  // namespace
}  // namespace wardend::switches
