// Looks for the name of a sign-out among the words of a text, piece by piece and in constant memory. For texts that
// cannot be read as what they should be. A word is letters, digits and dots; JSON's escapes are undone.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "protocol/fhircast/message.hpp"
#include "protocol/fhircast/unescape.hpp"

namespace wardend::fhircast {

class NameSearch {
 public:
  // Reads on. A name may be cut in two between pieces.
  void take(std::string_view piece);
  // The text ends here, and so does its last word.
  void end() { end_word(); }
  // user_logout or user_hibernate, of the first such name; nullopt: there was none so far.
  [[nodiscard]] std::optional<EventKind> found() const { return found_; }

 private:
  void add(char c);
  void end_word();

  static constexpr std::size_t longest_word = 16;
  std::array<char, longest_word> word_ = {};  // in lower case
  std::size_t size_ = 0;                      // more than longest_word: the word is no sign-out's name
  Unescape escape_ = {};
  std::optional<EventKind> found_ = {};
};

}  // namespace wardend::fhircast
