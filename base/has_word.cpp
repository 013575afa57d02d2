#include "base/has_word.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace wardend {
namespace {

// The first bytes of characters that show nothing, and which bytes may follow them last.
struct Unseen {
  std::string_view begins;
  unsigned char first;
  unsigned char last;
};
constexpr auto unseen = std::to_array<Unseen>({
    {"\xc2", 0x80, 0xa0},          // control characters, no-break space
    {"\xc2", 0xad, 0xad},          // soft hyphen
    {"\xcd", 0x8f, 0x8f},          // combining grapheme joiner
    {"\xd8", 0x9c, 0x9c},          // Arabic letter mark
    {"\xe1\x85", 0x9f, 0xa0},      // Hangul fillers
    {"\xe1\x9a", 0x80, 0x80},      // Ogham space
    {"\xe1\xa0", 0x8e, 0x8e},      // Mongolian vowel separator
    {"\xe2\x80", 0x80, 0x8f},      // spaces of every width, zero too; marks of direction
    {"\xe2\x80", 0xa8, 0xaf},      // separators, marks of direction
    {"\xe2\x81", 0x9f, 0xaf},      // invisible operators
    {"\xe3\x80", 0x80, 0x80},      // ideographic space
    {"\xe3\x85", 0xa4, 0xa4},      // Hangul filler
    {"\xef\xb8", 0x80, 0x8f},      // variation selectors
    {"\xef\xbb", 0xbf, 0xbf},      // byte order mark
    {"\xf3\xa0\x80", 0x80, 0xbf},  // tags
    {"\xf3\xa0\x81", 0x80, 0xbf},
});

// How many bytes of `text` are one character that nobody sees; 0: it begins with another.
std::size_t unseen_bytes(std::string_view text) {
  for (const Unseen& kind : unseen) {
    const std::size_t last = kind.begins.size();
    if (!text.starts_with(kind.begins) || text.size() <= last) continue;
    const auto byte = static_cast<unsigned char>(text[last]);
    if (byte >= kind.first && byte <= kind.last) return last + 1;
  }
  return 0;
}

// Whether a character is seen and, where it is one of ASCII, counts.
template <typename Counts>
bool any_shown(std::string_view text, Counts counts) {
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::size_t passed_over = byte < 0x80 ? (counts(byte) ? 0 : 1) : unseen_bytes(text);
    if (passed_over == 0) return true;
    text.remove_prefix(passed_over);
  }
  return false;
}

}  // namespace

bool has_word(std::string_view text) {
  return any_shown(text, [](unsigned char byte) { return std::isalnum(byte) != 0; });
}

bool shows_something(std::string_view text) {
  return any_shown(text, [](unsigned char byte) { return byte > 0x20 && byte != 0x7f; });
}

}  // namespace wardend
