// Whether a text says anything: a reason that people must give has a word, a value is not blank. No I/O.
#pragma once

#include <string_view>

namespace wardend {

// Whether `text` (UTF-8) has a letter or a digit of any script. Blanks, punctuation of ASCII and characters that nobody
// sees are none.
[[nodiscard]] bool has_word(std::string_view text);

// Whether people see anything of `text`: "+" is a value, a space of whatever width is none.
[[nodiscard]] bool shows_something(std::string_view text);

}  // namespace wardend
