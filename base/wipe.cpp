// Apart from Secret, which needs OpenSSL: the client library wipes too, and needs nothing beside the C library.
#include <string.h>

#include "base/secret.hpp"

namespace wardend {

void wipe(void* data, std::size_t size) noexcept {
  if (size != 0) explicit_bzero(data, size);
}

void wipe(std::string& text) noexcept {
  wipe(text.data(), text.capacity());
  text.clear();
}

}  // namespace wardend
