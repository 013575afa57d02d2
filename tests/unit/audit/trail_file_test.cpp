// Lines on a real file; a full disk is a limit on the size of files.
#include "daemon/audit/trail_file.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace wardend {
namespace {

namespace fs = std::filesystem;
using audit::Durability;
using Change = audit::TrailFile::Change;

class TrailFile : public ::testing::Test {
 protected:
  TrailFile() {
    std::string name = (fs::temp_directory_path() / "wardend-trail-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder = name;
    file = (folder / "audit.jsonl").string();
    trail.emplace(file);
  }
  ~TrailFile() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  [[nodiscard]] std::string text(const std::string& of = {}) const {
    std::ostringstream out;
    out << std::ifstream(of.empty() ? file : of).rdbuf();
    return out.str();
  }
  audit::Appended put(std::string_view lines) {
    if (const auto look = trail->look(); !look.failure.empty()) return {0, look.failure};
    return trail->append(lines, Durability::synced);
  }

  fs::path folder;
  std::string file;
  std::optional<audit::TrailFile> trail;
};

// While it lives no file of this process grows over `bytes`: the rest of a write fails, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  sighandler_t handler_;
  rlimit before_{};
};

TEST_F(TrailFile, AppendsWholeLines) {
  EXPECT_EQ(put("one\ntwo\n").failure, "");
  EXPECT_EQ(put("three\n").bytes, 6U);
  EXPECT_EQ(text(), "one\ntwo\nthree\n");
}

TEST_F(TrailFile, AFullDiskKeepsWholeLinesOnly) {
  audit::Appended done;
  {
    const FullDisk full(10);
    done = put("one\ntwo\nthree\nfour\n");
  }
  EXPECT_NE(done.failure, "");
  EXPECT_EQ(done.bytes, 8U) << "what is left begins with a line";
  EXPECT_EQ(text(), "one\ntwo\n");
}

TEST_F(TrailFile, WhatAFullDiskCutOffIsWholeInANewFile) {
  const std::string lines = "one\ntwo\nthree\n";
  std::size_t written = 0;
  {
    const FullDisk full(6);
    written = put(lines).bytes;
  }
  const std::string rotated = file + ".1";
  fs::rename(file, rotated);
  EXPECT_EQ(put(std::string_view(lines).substr(written)).failure, "");
  EXPECT_EQ(text(rotated), "one\n");
  EXPECT_EQ(text(), "two\nthree\n");
}

TEST_F(TrailFile, ALineThatWasCutOffIsTakenBack) {
  for (const std::string& cut : {std::string("{\"cut"), std::string(10'000, 'x')}) {
    std::ofstream(file) << "one\n" << cut;
    EXPECT_EQ(put("whole\n").bytes, 6U);
    EXPECT_EQ(text(), "one\nwhole\n");
    fs::remove(file);
  }
}

TEST_F(TrailFile, WithoutLinesItTellsHowTheFileIs) {
  EXPECT_EQ(put("").failure, "");
  EXPECT_TRUE(trail->look().empty);
  EXPECT_EQ(put("one\n").failure, "");
  EXPECT_FALSE(trail->look().empty);
  EXPECT_EQ(put("").failure, "");
  EXPECT_EQ(text(), "one\n") << "nothing is written without an entry";
}

TEST_F(TrailFile, WhatHappenedToTheFileIsTold) {
  static_cast<void>(put("one\ntwo\n"));
  EXPECT_EQ(trail->look().change, Change::none);
  fs::rename(file, file + ".1");
  EXPECT_EQ(trail->look().change, Change::rotated);
  static_cast<void>(put("three\n"));
  fs::remove(file);
  EXPECT_EQ(trail->look().change, Change::removed);
  static_cast<void>(put("four\nfive\n"));
  fs::resize_file(file, 7);
  EXPECT_EQ(trail->look().change, Change::shortened);
  EXPECT_EQ(text(), "four\n");
  EXPECT_EQ(trail->look().change, Change::none) << "once";
  std::ofstream(file, std::ios::app) << "mine\n";
  EXPECT_EQ(trail->look().change, Change::foreign);
  static_cast<void>(put("six\n"));
  fs::copy_file(file, file + ".copy");
  fs::resize_file(file, 0);
  const auto truncated = trail->look();
  EXPECT_EQ(truncated.change, Change::shortened);
  EXPECT_TRUE(truncated.empty);
}

TEST_F(TrailFile, AReadOnlyFolderIsToldAndLosesNothing) {
  const std::string nowhere = (folder / "none" / "audit.jsonl").string();
  audit::TrailFile missing(nowhere);
  EXPECT_EQ(missing.look().failure, "No such file or directory");
  fs::create_directory(folder / "none");
  EXPECT_EQ(missing.look().failure, "");
}

TEST_F(TrailFile, ItsGroupMayReadItAndOthersMayNot) {
  const mode_t before = ::umask(0077);  // the service's
  static_cast<void>(put("one\n"));
  ::umask(before);
  struct stat info{};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0640U);
}

// Each of these once made the writer wait for ever, or wrote where nobody reads.
TEST_F(TrailFile, APipeIsRefusedAtOnce) {
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(put("one\n").failure, "not a regular file");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
}

TEST_F(TrailFile, DevicesFoldersAndLinksAreRefused) {
  EXPECT_EQ(audit::TrailFile("/dev/null").look().failure, "not a regular file");
  EXPECT_NE(audit::TrailFile(folder.string()).look().failure, "");
  fs::create_symlink(folder / "elsewhere", file);
  EXPECT_NE(put("one\n").failure, "");
  EXPECT_FALSE(fs::exists(folder / "elsewhere"));
}

}  // namespace
}  // namespace wardend
