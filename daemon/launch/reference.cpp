#include "daemon/launch/reference.hpp"

#include <array>
#include <string_view>

namespace wardend::launch {
namespace {

constexpr std::string_view letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // no I, L, O, U: they are taken for others

}  // namespace

std::string new_reference(Random& random) {
  std::array<unsigned char, 8> bytes{};
  random.fill(bytes);
  std::string reference;
  for (const unsigned char byte : bytes) {
    if (reference.size() == 4) reference += '-';
    reference += letters[byte % letters.size()];
  }
  return reference;
}

}  // namespace wardend::launch
