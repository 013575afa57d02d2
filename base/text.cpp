#include "base/text.hpp"

#include <algorithm>

namespace wardend {
namespace {

// The length of the character that `text` begins with; 0: it begins with none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  const auto within = [&](std::size_t at, unsigned least, unsigned most) {
    return byte(at) >= least && byte(at) <= most;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return within(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = within(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && within(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first < 0xF0 || first > 0xF4) return 0;
  const bool second = within(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
  return second && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
}

// One character that nobody sees, and that changes how its neighbours look.
bool is_hidden(std::string_view character) {
  const auto within = [&](std::string_view first, std::string_view last) {
    return character.size() == first.size() && character >= first && character <= last;
  };
  return within({"\0", 1}, "\x1F") || character == "\x7F" || within("\u0080", "\u009F") || character == "\u061C" ||
         within("\u200E", "\u200F") || within("\u2028", "\u202E") || within("\u2066", "\u2069") ||
         character == "\u200B" || character == "\uFEFF" || within("\U000E0000", "\U000E007F");
}

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
  std::string shown;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, std::max<std::size_t>(utf8_length(text), 1));
    text.remove_prefix(character.size());
    if (is_hidden(character)) continue;
    if (shown.size() + character.size() > most) break;
    shown += character;
  }
  return shown;
}

std::string joined(std::span<const std::string> words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

std::string printable_ascii(std::string_view text, std::size_t most) {
  std::string shown;
  for (const char c : text)
    if (c >= 0x20 && c < 0x7f && shown.size() < most) shown.push_back(c);
  return shown;
}

// Spec: RFC 3629 §4, the table of UTF8-octets: the second byte's range keeps out overlong forms and surrogates.
std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0)
      valid += "\xEF\xBF\xBD";
    else
      valid += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return valid;
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

}  // namespace wardend
