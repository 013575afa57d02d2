#include "systemd/stored_memory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>

namespace wardend::systemd {
namespace {

constexpr std::size_t page = 4096;

TEST(StoredMemory, ComesBackByItsDescriptor) {
  auto made = StoredMemory::make("trial", 4 * page);
  ASSERT_TRUE(made.has_value()) << made.error();
  made->bytes()[5] = std::byte{42};
  const auto adopted = StoredMemory::adopt(FileDescriptor(::dup(made->descriptor())), 4 * page);
  ASSERT_TRUE(adopted.has_value()) << adopted.error();
  EXPECT_EQ(adopted->bytes()[5], std::byte{42});
}

TEST(StoredMemory, CannotBeCutOffBelowWhoeverReadsIt) {
  const auto made = StoredMemory::make("trial", 4 * page);
  ASSERT_TRUE(made.has_value());
  EXPECT_NE(::ftruncate(made->descriptor(), 0), 0);
  EXPECT_EQ(::fcntl(made->descriptor(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(StoredMemory, RefusesWhatAnybodyCouldCutOff) {
  const int unsealed = ::memfd_create("trial", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  ASSERT_EQ(::ftruncate(unsealed, 4 * 4096), 0);
  const auto adopted = StoredMemory::adopt(FileDescriptor(unsealed), 4 * page);
  ASSERT_FALSE(adopted.has_value());
  EXPECT_EQ(adopted.error(), "it is not sealed memory");
  const auto made = StoredMemory::make("trial", 8 * page);
  EXPECT_FALSE(StoredMemory::adopt(FileDescriptor(::dup(made->descriptor())), 4 * page).has_value());
}

// What fits comes back with what lies in it; what does not is made anew, and somebody says why.
TEST(StoredMemory, OpensWhatFitsAndMakesTheRestAnew) {
  ::unsetenv("NOTIFY_SOCKET");
  const auto open = [](std::byte mark, std::size_t passed) {
    std::vector<FileDescriptor> descriptors;
    for (std::size_t i = 0; i < passed; ++i) {
      auto before = StoredMemory::make("trial", 4 * page);
      before->bytes()[0] = mark;
      descriptors.emplace_back(::dup(before->descriptor()));
    }
    return StoredMemory::open(
        {.name = "trial", .bytes = 4 * page, .fits = [](auto memory) { return memory[0] == std::byte{7}; }},
        std::move(descriptors));
  };
  using Came = StoredMemory::Opened::Came;
  const auto back = open(std::byte{7}, 1);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->came, Came::back);
  EXPECT_TRUE(back->kept);
  EXPECT_EQ(back->memory.bytes()[0], std::byte{7});
  const struct {
    std::byte mark;
    std::size_t passed;
    std::string found;
  } table[] = {{std::byte{0}, 0, ""},
               {std::byte{8}, 1, "it is from another boot or another version of wardend"},
               {std::byte{7}, 2, "the service manager kept more than one"}};
  for (const auto& row : table) {
    const auto anew = open(row.mark, row.passed);
    ASSERT_TRUE(anew.has_value());
    EXPECT_EQ(anew->came, Came::anew);
    EXPECT_EQ(anew->found, row.found);
    EXPECT_FALSE(anew->kept) << "there is no manager here";
    EXPECT_EQ(anew->memory.bytes()[0], std::byte{0});
  }
}

}  // namespace
}  // namespace wardend::systemd
