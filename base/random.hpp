// Unpredictable bytes, behind a seam so that a test can fix them.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace wardend {

class Random {
 public:
  virtual ~Random() = default;
  // Fills `bytes` with random bytes from the kernel.
  virtual void fill(std::span<unsigned char> bytes) = 0;

  // `bytes` (at most 64) random bytes as unpadded base64url: 32 give a 43-character state, verifier or cookie.
  [[nodiscard]] std::string token(std::size_t bytes);
  // Evenly spread over [0, 1).
  [[nodiscard]] double unit();
};

// The kernel's generator, asked for many bytes at once: every reply to GetToken needs a few. What was handed out is
// wiped here at once. Waits where the kernel has no entropy yet, early at boot; terminates where it gives none: nothing
// safe can follow. Spec: getrandom(2).
class SystemRandom final : public Random {
 public:
  SystemRandom() = default;
  SystemRandom(const SystemRandom&) = delete;
  SystemRandom& operator=(const SystemRandom&) = delete;
  ~SystemRandom() override;
  void fill(std::span<unsigned char> bytes) override;

 private:
  std::array<unsigned char, 1024> stock_{};
  std::size_t left_ = 0;  // at the end of stock_
};

}  // namespace wardend
