#include "base/scope_exit.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace wardend {
namespace {

TEST(ScopeExit, CallsOnceAtTheEndOfTheScope) {
  int calls = 0;
  {
    const ScopeExit leave([&] { ++calls; });
    EXPECT_EQ(calls, 0);
  }
  EXPECT_EQ(calls, 1);
}

TEST(ScopeExit, CallsWhenAnExceptionLeavesTheScope) {
  int calls = 0;
  try {
    const ScopeExit leave([&] { ++calls; });
    throw std::runtime_error("over");
  } catch (const std::runtime_error&) {
    EXPECT_EQ(calls, 1);
  }
}

}  // namespace
}  // namespace wardend
