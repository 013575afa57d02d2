#include "base/random.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>

#include "base/encoding.hpp"
#include "base/secret.hpp"

namespace wardend {

std::string Random::token(std::size_t bytes) {
  std::array<unsigned char, 64> raw{};
  if (bytes > raw.size()) std::terminate();
  fill({raw.data(), bytes});
  std::string text = base64url({reinterpret_cast<const char*>(raw.data()), bytes});
  wipe(raw.data(), bytes);
  return text;
}

double Random::unit() {
  std::array<unsigned char, 8> raw{};
  fill(raw);
  std::uint64_t bits = 0;
  std::memcpy(&bits, raw.data(), sizeof bits);
  return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

namespace {

void generate(std::span<unsigned char> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) std::terminate();
  }
}

}  // namespace

SystemRandom::~SystemRandom() { wipe(stock_.data(), stock_.size()); }

void SystemRandom::fill(std::span<unsigned char> bytes) {
  if (bytes.size() > stock_.size()) return generate(bytes);
  if (bytes.size() > left_) {
    generate(stock_);
    left_ = stock_.size();
  }
  unsigned char* taken = stock_.data() + (stock_.size() - left_);
  std::memcpy(bytes.data(), taken, bytes.size());
  wipe(taken, bytes.size());
  left_ -= bytes.size();
}

}  // namespace wardend
