#include "systemd/machine_id.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace wardend::systemd {
namespace {

TEST(MachineId, IsTheSameEachTimeAndIsNotTheMachinesOwn) {
  const std::string id = machine_id();
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  EXPECT_EQ(machine_id(), id);
  std::string own;
  std::getline(std::ifstream("/etc/machine-id"), own);
  EXPECT_NE(id, own);
}

TEST(BootId, IsTheKernelsOwnWithoutHyphens) {
  std::string kernels;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> kernels;
  std::erase(kernels, '-');
  EXPECT_EQ(boot_id(), kernels);
}

}  // namespace
}  // namespace wardend::systemd
