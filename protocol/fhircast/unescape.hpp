// One escape of a JSON string, undone character by character.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wardend::fhircast {

class Unescape {
 public:
  // Stands for a character that is not ASCII, and for digits that are none.
  static constexpr char beyond = '\x80';

  // A backslash was read.
  void begin() { state_ = State::begun; }
  [[nodiscard]] bool open() const { return state_ != State::none; }
  // Takes the next character behind the backslash. Only while open(). nullopt: the escape goes on.
  [[nodiscard]] std::optional<char> take(char c) {
    if (state_ == State::begun) {
      digits_ = code_ = 0;
      state_ = c == 'u' ? State::hex : State::none;
      if (c == 'u') return std::nullopt;
      return std::string_view("bfnrt").contains(c) ? ' ' : c;
    }
    const unsigned digit = value_of(c);
    code_ = code_ * 16 + digit;
    if (digit < 16 && ++digits_ < 4) return std::nullopt;
    state_ = State::none;
    return digit < 16 && code_ < 0x80 ? static_cast<char>(code_) : beyond;
  }

 private:
  enum class State : std::uint8_t { none, begun, hex };
  static unsigned value_of(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return 16;
  }

  State state_ = State::none;
  unsigned digits_ = 0;
  unsigned code_ = 0;
};

}  // namespace wardend::fhircast
