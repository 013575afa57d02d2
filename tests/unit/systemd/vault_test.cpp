#include "systemd/vault.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>

namespace wardend::systemd {
namespace {

TEST(VaultMemory, ComesBackByItsDescriptor) {
  auto made = VaultMemory::make(4);
  ASSERT_TRUE(made.has_value()) << made.error();
  made->bytes()[5] = std::byte{42};
  const auto adopted = VaultMemory::adopt(FileDescriptor(::dup(made->descriptor())), 4);
  ASSERT_TRUE(adopted.has_value()) << adopted.error();
  EXPECT_EQ(adopted->bytes()[5], std::byte{42});
}

TEST(VaultMemory, CannotBeCutOffBelowWhoeverReadsIt) {
  const auto made = VaultMemory::make(4);
  ASSERT_TRUE(made.has_value());
  EXPECT_NE(::ftruncate(made->descriptor(), 0), 0);
  EXPECT_EQ(::fcntl(made->descriptor(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(VaultMemory, RefusesWhatAnybodyCouldCutOff) {
  const int unsealed = ::memfd_create("vault", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  ASSERT_EQ(::ftruncate(unsealed, 4 * 4096), 0);
  const auto adopted = VaultMemory::adopt(FileDescriptor(unsealed), 4);
  ASSERT_FALSE(adopted.has_value());
  EXPECT_EQ(adopted.error(), "it is not sealed memory");
  const auto made = VaultMemory::make(8);
  EXPECT_FALSE(VaultMemory::adopt(FileDescriptor(::dup(made->descriptor())), 4).has_value());
}

TEST(MemfdVault, WithoutAServiceManagerIsThisProcesssAlone) {
  ::unsetenv("NOTIFY_SOCKET");
  auto opened = MemfdVault::open({});
  ASSERT_TRUE(opened.has_value());
  EXPECT_FALSE(opened->vault->persistent());
  const auto id = opened->vault->put(0, Vault::Kind::session, "bytes");
  EXPECT_NE(id, 0U);
  EXPECT_EQ(opened->vault->size(), 1U);
  EXPECT_EQ(opened->vault->writes(), 1U);
}

TEST(MemfdVault, DropsWhatAnotherBootLeft) {
  auto memory = VaultMemory::make(vault_blocks);
  ASSERT_TRUE(memory.has_value());
  const int kept = ::dup(memory->descriptor());
  auto before = MemfdVault::open({});
  ASSERT_TRUE(before.has_value());
  // Laid out by a process before: what MemfdVault::open itself makes is not passed on without a manager.
  VaultBlocks::format(memory->bytes(), {});
  std::vector<FileDescriptor> passed;
  passed.emplace_back(kept);
  const auto opened = MemfdVault::open(std::move(passed));
  ASSERT_TRUE(opened.has_value());
  EXPECT_NE(opened->found.find("another boot"), std::string::npos) << opened->found;
  EXPECT_EQ(opened->vault->size(), 0U);
}

}  // namespace
}  // namespace wardend::systemd
