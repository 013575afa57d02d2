#include "base/random.hpp"

#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <exception>
#include <vector>

#include "base/encoding.hpp"
#include "base/secret.hpp"

namespace wardend {

std::string Random::token(std::size_t bytes) {
  std::vector<unsigned char> raw(bytes);
  fill(raw);
  std::string text = base64url({reinterpret_cast<const char*>(raw.data()), raw.size()});
  wipe(raw.data(), raw.size());
  return text;
}

double Random::unit() {
  std::array<unsigned char, 8> raw{};
  fill(raw);
  std::uint64_t bits = 0;
  std::memcpy(&bits, raw.data(), sizeof bits);
  return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

void SystemRandom::fill(std::span<unsigned char> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::terminate();
}

}  // namespace wardend
