#include "base/read_up_to.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace wardend {
namespace {

struct OneFile {
  explicit OneFile(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
  [[nodiscard]] FileDescriptor open(int flags = O_RDONLY) const { return FileDescriptor(::open(path.c_str(), flags)); }
  test::TemporaryFolder folder;
  std::filesystem::path path = folder.file("text");
};

std::string digits(std::size_t size) {
  std::string text(size, '0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('0' + i % 10);
  return text;
}

TEST(ReadUpTo, GivesTheWholeFileWhateverItsSize) {
  for (const std::size_t size : {0UL, 1UL, 16'383UL, 16'384UL, 16'385UL, 100'000UL})
    EXPECT_EQ(read_up_to(OneFile(digits(size)).open(), 1'000'000), digits(size)) << size;
}

TEST(ReadUpTo, GivesNoMoreThanItMay) {
  for (const std::size_t most : {0UL, 1UL, 16'384UL, 20'000UL, 99'999UL, 100'000UL})
    EXPECT_EQ(read_up_to(OneFile(digits(100'000)).open(), most), digits(most)) << most;
}

TEST(ReadUpTo, TakesNoMemoryForWhatDoesNotCome) {
  const auto text = read_up_to(OneFile("short").open(), 64UL * 1024 * 1024);
  ASSERT_TRUE(text);
  EXPECT_LT(text->capacity(), 64UL * 1024);
}

TEST(ReadUpTo, SaysWhyItCannotRead) {
  const OneFile file("text");
  EXPECT_EQ(read_up_to(file.open(O_WRONLY), 10), std::unexpected(EBADF));
  EXPECT_EQ(read_up_to(FileDescriptor(::open(file.path.parent_path().c_str(), O_RDONLY)), 10), std::unexpected(EISDIR));
}

}  // namespace
}  // namespace wardend
