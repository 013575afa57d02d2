// Lines on a real file; a full disk is a limit on the size of files.
#include "daemon/audit/trail_file.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace wardend {
namespace {

namespace fs = std::filesystem;
using audit::append;
using audit::Durability;

class TrailFile : public ::testing::Test {
 protected:
  TrailFile() {
    std::string name = (fs::temp_directory_path() / "wardend-trail-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder = name;
    file = (folder / "audit.jsonl").string();
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
  audit::Appended put(std::string_view lines) const { return append(file, lines, Durability::synced); }

  fs::path folder;
  std::string file;
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

TEST_F(TrailFile, ALineThatEndsMidwayIsEndedFirst) {
  std::ofstream(file) << "{\"cut";
  EXPECT_EQ(put("whole\n").bytes, 6U);
  EXPECT_EQ(text(), "{\"cut\nwhole\n");
}

TEST_F(TrailFile, AFullDiskAfterALineThatEndsMidwayIsAFailure) {
  std::ofstream(file) << "cut";
  const FullDisk full(3);
  const auto done = put("whole\n");
  EXPECT_NE(done.failure, "");
  EXPECT_EQ(done.bytes, 0U);
}

TEST_F(TrailFile, WithoutLinesItTellsHowTheFileIs) {
  EXPECT_EQ(put("").failure, "");
  EXPECT_TRUE(fs::exists(file));
  std::ofstream(file) << "cut";
  EXPECT_EQ(put("").failure, "");
  EXPECT_EQ(text(), "cut") << "nothing is written without a record";
}

TEST_F(TrailFile, OthersCannotReadIt) {
  static_cast<void>(put("one\n"));
  struct stat info{};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07U, 0U);
}

// Each of these once made the writer wait for ever, or wrote where nobody reads.
TEST_F(TrailFile, APipeIsRefusedAtOnce) {
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(put("one\n").failure, "not a regular file");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
}

TEST_F(TrailFile, DevicesFoldersAndLinksAreRefused) {
  EXPECT_EQ(append("/dev/null", "one\n", Durability::synced).failure, "not a regular file");
  EXPECT_NE(append(folder.string(), "one\n", Durability::synced).failure, "");
  fs::create_symlink(folder / "elsewhere", file);
  EXPECT_NE(put("one\n").failure, "");
  EXPECT_FALSE(fs::exists(folder / "elsewhere"));
}

}  // namespace
}  // namespace wardend
