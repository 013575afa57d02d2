#include "trail/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/trail/trails.hpp"

namespace wardend::trail {
namespace {

using test::write_file;
namespace fs = std::filesystem;

void write_compressed(const fs::path& path, const std::string& text, std::size_t cut = 0) {
  const gzFile out = ::gzopen(path.c_str(), "wb");
  ::gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  ::gzclose(out);
  if (cut > 0) fs::resize_file(path, fs::file_size(path) - cut);
}

std::vector<std::string> all(Lines& lines) {
  std::vector<std::string> found;
  for (std::string_view line; lines.next(line);) found.emplace_back(line);
  return found;
}

class TrailFiles : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const fs::path& path : files_of(file)) found.push_back(path.filename());
    return found;
  }
  test::TemporaryFolder folder;
  fs::path file = folder.file("audit.jsonl");
};

TEST_F(TrailFiles, LinesAreReadWholeAndWhatIsLeftIsTold) {
  write_file(file, "one\n\nthree" + std::string(600'000, 'x') + "\nlast");
  Lines lines(file);
  EXPECT_THAT(all(lines), testing::ElementsAre("one", "", "three" + std::string(600'000, 'x')));
  EXPECT_EQ(lines.rest(), "last");
  EXPECT_EQ(lines.failure(), "");
  Lines later(file, 5);
  EXPECT_EQ(all(later).front().substr(0, 5), "three");
}

TEST_F(TrailFiles, ALineWithoutEndIsGivenInPieces) {
  write_file(file, std::string(Lines::longest + 10, 'x') + "\ny\n");
  Lines lines(file);
  const auto found = all(lines);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].size(), Lines::longest);
  EXPECT_EQ(found[1].size(), 10U);
  EXPECT_EQ(found[2], "y");
}

TEST_F(TrailFiles, CompressedFilesAreRead) {
  const fs::path compressed = folder.file("audit.jsonl.2.gz");
  write_compressed(compressed, "one\ntwo\n");
  Lines lines(compressed);
  EXPECT_THAT(all(lines), testing::ElementsAre("one", "two"));
  write_compressed(compressed, std::string(100'000, 'x') + "\n", 8);
  Lines cut(compressed);
  static_cast<void>(all(cut));
  EXPECT_NE(cut.failure(), "");
}

TEST_F(TrailFiles, WhatIsNoFileIsRefusedWithoutWaiting) {
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(Lines(file).failure(), "not a regular file");
  EXPECT_EQ(Lines(folder.file("none")).failure(), "No such file or directory");
  EXPECT_EQ(Lines(folder.file("")).failure(), "not a regular file");
}

TEST_F(TrailFiles, StandInTheOrderOfTheirEntries) {
  test::WrittenTrail trail;
  write_compressed(folder.file("audit.jsonl.3.gz"), trail.fill(2).rotate());
  write_file(folder.file("audit.jsonl-20261128"), trail.fill(2).rotate());
  write_file(folder.file("audit.jsonl.1"), trail.fill(2).rotate());
  write_file(file, trail.text);
  EXPECT_THAT(names(),
              testing::ElementsAre("audit.jsonl.3.gz", "audit.jsonl-20261128", "audit.jsonl.1", "audit.jsonl"));
}

TEST_F(TrailFiles, OnlyThoseThatLogrotateMakesBelongToIt) {
  for (const char* other : {"audit.jsonl.bak", "audit.jsonl.1~", "audit.jsonl2", "audit", "audit.jsonl.",
                            "audit.jsonl.gz", "xaudit.jsonl.1", "audit.jsonl-old"})
    write_file(folder.file(other), "x\n");
  EXPECT_THAT(names(), testing::IsEmpty());
  write_file(file, "");
  write_file(folder.file("audit.jsonl.1"), "");
  write_file(folder.file("audit.jsonl.1.gz"), "");
  EXPECT_THAT(names(), testing::ElementsAre("audit.jsonl.1", "audit.jsonl")) << "it is being compressed";
}

}  // namespace
}  // namespace wardend::trail
