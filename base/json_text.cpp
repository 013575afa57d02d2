#include "base/json_text.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace wardend {
namespace {

using Word = std::uint64_t;  // eight bytes at once

constexpr Word each(unsigned char byte) { return 0x0101010101010101U * byte; }

Word eight_at(const char* at) {
  Word word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The high bit of each byte that a string may not have as it is: a quote mark, a backslash, a control character, one
// that is not ASCII. A byte behind such a one may be marked too; the first mark is true.
Word marks_in(Word word) {
  const auto zeros = [](Word bytes) { return (bytes - each(0x01)) & ~bytes; };
  const Word controls = (word - each(0x20)) & ~word;
  return (zeros(word ^ each('"')) | zeros(word ^ each('\\')) | controls | word) & each(0x80);
}

unsigned value_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 16;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_continuation(unsigned char c) { return (c & 0xc0U) == 0x80; }

// How many bytes a character has; 0: no character of UTF-8 begins so. `second` is bounded too, which keeps out what is
// longer than it must be, surrogates, and what is beyond Unicode.
std::size_t length_of(unsigned char first, unsigned char second) {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) {
    if (first == 0xe0 && second < 0xa0) return 0;
    return first == 0xed && second > 0x9f ? 0 : 3;
  }
  if (first < 0xf0 || first > 0xf4) return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  return first == 0xf4 && second > 0x8f ? 0 : 4;
}

bool is_high(unsigned code) { return code >= 0xd800 && code < 0xdc00; }
bool is_low(unsigned code) { return code >= 0xdc00 && code < 0xe000; }

void append_utf8(std::string& text, unsigned code) {
  const auto put = [&](unsigned byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0U | (code >> 6U));
  } else {
    if (code < 0x10000) {
      put(0xe0U | (code >> 12U));
    } else {
      put(0xf0U | (code >> 18U));
      put(0x80U | ((code >> 12U) & 0x3fU));
    }
    put(0x80U | ((code >> 6U) & 0x3fU));
  }
  put(0x80U | (code & 0x3fU));
}

unsigned unit_in(std::string_view digits) {
  unsigned code = 0;
  for (const char c : digits.substr(0, 4)) code = code * 16 + value_of(c);
  return code;
}

char plain_of(char escape) {
  switch (escape) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return escape;
  }
}

}  // namespace

void JsonText::skip_all_blanks() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
    ++at_;
    while (end_ - at_ >= 8 && eight_at(at_) == each(' ')) at_ += 8;
  }
}

void JsonText::skip_plain() {
  if constexpr (std::endian::native == std::endian::little) {
    while (end_ - at_ >= 8) {
      const Word marks = marks_in(eight_at(at_));
      if (marks != 0) {
        at_ += std::countr_zero(marks) / 8;
        return;
      }
      at_ += 8;
    }
  }
  while (at_ != end_ && (marks_in(each(static_cast<unsigned char>(*at_))) == 0)) ++at_;
}

std::optional<std::string_view> JsonText::string() {
  const char* const begin = ++at_;
  for (;;) {
    skip_plain();
    if (at_ == end_) return std::nullopt;
    const auto c = static_cast<unsigned char>(*at_);
    if (c == '"') {
      const std::string_view found(begin, static_cast<std::size_t>(at_ - begin));
      ++at_;
      return found;
    }
    if (c == '\\' ? !escape() : !beyond_ascii()) return std::nullopt;
  }
}

std::optional<unsigned> JsonText::code_unit() {
  if (end_ - at_ < 4) return std::nullopt;
  unsigned code = 0;
  for (int i = 0; i < 4; ++i) {
    const unsigned digit = value_of(*at_++);
    if (digit > 15) return std::nullopt;
    code = code * 16 + digit;
  }
  return code;
}

bool JsonText::escape() {
  ++at_;
  if (at_ == end_) return false;
  const char c = *at_++;
  if (c != 'u') return std::string_view("\"\\/bfnrt").contains(c);
  const auto code = code_unit();
  if (!code || is_low(*code)) return false;
  if (!is_high(*code)) return true;
  if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u') return false;
  at_ += 2;
  const auto second = code_unit();
  return second && is_low(*second);
}

// A control character is refused here too: no character of UTF-8 begins so.
bool JsonText::beyond_ascii() {
  do {
    if (end_ - at_ < 2) return false;
    const std::size_t length = length_of(static_cast<unsigned char>(at_[0]), static_cast<unsigned char>(at_[1]));
    if (length == 0 || static_cast<std::size_t>(end_ - at_) < length) return false;
    for (std::size_t i = 1; i < length; ++i)
      if (!is_continuation(static_cast<unsigned char>(at_[i]))) return false;
    at_ += length;
  } while (at_ != end_ && static_cast<unsigned char>(*at_) >= 0x80);
  return true;
}

bool JsonText::literal(std::string_view word) {
  if (!std::string_view(at_, end_).starts_with(word)) return false;
  at_ += word.size();
  return true;
}

bool JsonText::digits() {
  const char* const begin = at_;
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return at_ != begin;
}

bool JsonText::number() {
  if (*at_ == '-') ++at_;
  if (at_ == end_) return false;
  if (*at_ == '0')
    ++at_;
  else if (!digits())
    return false;
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!digits()) return false;
  }
  if (at_ == end_ || (*at_ != 'e' && *at_ != 'E')) return true;
  ++at_;
  if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
  return digits();
}

std::optional<std::string_view> JsonText::word() {
  const char* const begin = at_;
  if (!literal_or_number()) return std::nullopt;
  return std::string_view(begin, at_);
}

bool JsonText::literal_or_number() {
  switch (*at_) {
    case 't':
      return literal("true");
    case 'f':
      return literal("false");
    case 'n':
      return literal("null");
    default:
      return number();
  }
}

std::string unescaped(std::string_view string) {
  std::string text;
  text.reserve(string.size());
  while (!string.empty()) {
    const auto plain = string.substr(0, string.find('\\'));
    text += plain;
    string.remove_prefix(plain.size());
    if (string.empty()) break;
    const char c = string[1];
    string.remove_prefix(2);
    if (c != 'u') {
      text.push_back(plain_of(c));
      continue;
    }
    unsigned code = unit_in(string);
    string.remove_prefix(4);
    if (is_high(code)) {
      code = 0x10000U + ((code - 0xd800U) << 10U) + (unit_in(string.substr(2)) - 0xdc00U);
      string.remove_prefix(6);
    }
    append_utf8(text, code);
  }
  return text;
}

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string string;
  string.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      string += "\\u00";
      string.push_back(digits[byte >> 4U]);
      string.push_back(digits[byte & 15U]);
      continue;
    }
    if (c == '"' || c == '\\') string.push_back('\\');
    string.push_back(c);
  }
  return string;
}

}  // namespace wardend
