#include "protocol/smart/text.hpp"

#include <algorithm>

namespace wardend::smart {

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

bool is_json_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  std::erase(type, ' ');
  std::ranges::transform(type, type.begin(),
                         [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

}  // namespace wardend::smart
