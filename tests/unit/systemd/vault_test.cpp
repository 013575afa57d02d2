#include "systemd/vault.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

namespace wardend::systemd {
namespace {

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
  auto memory = StoredMemory::make("vault", vault_blocks * VaultBlocks::block_size);
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
