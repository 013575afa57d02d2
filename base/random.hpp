// Unpredictable bytes, behind a seam so that a test can fix them.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace wardend {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<unsigned char> bytes) = 0;

  // `bytes` random bytes as unpadded base64url: 32 give a 43-character state, verifier or cookie.
  [[nodiscard]] std::string token(std::size_t bytes);
  // Evenly spread over [0, 1).
  [[nodiscard]] double unit();
};

// The kernel's getrandom through OpenSSL. Terminates when there is no entropy: nothing safe can follow.
class SystemRandom final : public Random {
 public:
  void fill(std::span<unsigned char> bytes) override;
};

}  // namespace wardend
