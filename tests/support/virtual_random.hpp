// Random bytes from a seed, so that a test's run can be repeated.
#pragma once

#include <random>

#include "base/random.hpp"

namespace wardend::test {

class VirtualRandom final : public Random {
 public:
  explicit VirtualRandom(unsigned seed = 1) : engine_(seed) {}
  void fill(std::span<unsigned char> bytes) override {
    for (auto& byte : bytes) byte = static_cast<unsigned char>(engine_());
  }

 private:
  std::mt19937 engine_;
};

}  // namespace wardend::test
