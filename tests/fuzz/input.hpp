// What the targets share: the bytes of an input as text and lines, and the check of a property.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

namespace wardend::fuzz {

using Bytes = std::span<const std::uint8_t>;

[[nodiscard]] inline std::string_view text_of(Bytes input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

// A property that does not hold is a finding: it ends the program as a crash does.
inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "property does not hold: %s\n", property);
  std::abort();
}

// An input of several parts keeps them on lines of their own, the longest one last, so that a corpus can be read.
class Lines {
 public:
  explicit Lines(Bytes input) : left_(text_of(input)) {}
  std::string_view next() {
    const auto line = left_.substr(0, left_.find('\n'));
    left_.remove_prefix(std::min(left_.size(), line.size() + 1));
    return line;
  }
  // 0 where the line is no number.
  int next_number() {
    const auto line = next();
    int number = 0;
    std::from_chars(line.data(), line.data() + line.size(), number);
    return number;
  }
  [[nodiscard]] std::string_view rest() const { return left_; }

 private:
  std::string_view left_;
};

[[nodiscard]] inline bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace wardend::fuzz
