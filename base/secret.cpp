#include "base/secret.hpp"

#include <openssl/crypto.h>

#include <cstring>
#include <utility>

namespace wardend {

Secret::Secret(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
  if (size_ != 0) std::memcpy(bytes_.get(), text.data(), size_);
}

Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe(bytes_.get(), size_);
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { wipe(bytes_.get(), size_); }

bool Secret::equals(std::string_view other) const {
  return size_ == other.size() && CRYPTO_memcmp(bytes_.get(), other.data(), size_) == 0;
}

}  // namespace wardend
