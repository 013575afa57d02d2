#include "base/text.hpp"

#include <algorithm>

namespace wardend {

std::string printable(std::string_view text, std::size_t most) {
  std::string shown;
  std::size_t whole = 0;  // bytes up to the end of the last whole character
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) continue;
    if ((byte & 0xC0U) != 0x80U) whole = shown.size();
    if (shown.size() == most) {
      shown.resize(whole);
      break;
    }
    shown.push_back(c);
  }
  return shown;
}

std::string printable_ascii(std::string_view text, std::size_t most) {
  std::string shown;
  for (const char c : text)
    if (c >= 0x20 && c < 0x7f && shown.size() < most) shown.push_back(c);
  return shown;
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

}  // namespace wardend
