#include "base/kept_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace wardend {
namespace {

struct Disk {
  test::TemporaryFolder folder;
  std::filesystem::path file = folder.file("kept.json");
};

TEST(KeptFile, NoFileIsNoTrouble) {
  const KeptText kept = read_kept_file(Disk().file, 10);
  EXPECT_FALSE(kept.text);
  EXPECT_EQ(kept.trouble, "");
}

TEST(KeptFile, IsReplacedWholeInAFolderThatItMakes) {
  const Disk disk;
  const auto file = disk.folder.file("state") / "kept.json";
  for (const char* text : {"a longer text", "short"}) {
    EXPECT_EQ(replace_kept_file(file, text), "");
    EXPECT_EQ(read_kept_file(file, 100).text, text);
  }
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".new"));
}

TEST(KeptFile, IsReadByWhoeverItsModeSaysWhateverTheMask) {
  const Disk disk;
  const mode_t before = ::umask(0077);
  EXPECT_EQ(replace_kept_file(disk.file, "text", 0644), "");
  ::umask(before);
  struct stat info{};
  ASSERT_EQ(::stat(disk.file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644U);
}

TEST(KeptFile, ALongFileShowsThatItIsTooLong) {
  const Disk disk;
  std::ofstream(disk.file) << std::string(50, 'x');
  EXPECT_EQ(read_kept_file(disk.file, 10).text, std::string(11, 'x'));
}

TEST(KeptFile, APipeAFolderAndALinkAreTrouble) {
  const Disk pipe, folder, link;
  ASSERT_EQ(::mkfifo(pipe.file.c_str(), 0600), 0);
  std::filesystem::create_directory(folder.file);
  std::filesystem::create_symlink("/etc/hostname", link.file);
  for (const Disk* disk : {&pipe, &folder, &link}) {
    const KeptText kept = read_kept_file(disk->file, 100);
    EXPECT_FALSE(kept.text);
    EXPECT_NE(kept.trouble, "");
  }
  EXPECT_NE(replace_kept_file(folder.file, "text"), "");
  EXPECT_NE(replace_kept_file("/proc/wardend/kept.json", "text"), "");
}

}  // namespace
}  // namespace wardend
