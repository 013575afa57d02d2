// Whether a text that people must give, such as a reason, says anything. No I/O.
#pragma once

#include <string_view>

namespace wardend {

// Whether `text` (UTF-8) has a letter or a digit of any script. Blanks, punctuation of ASCII and characters that nobody
// sees are none.
[[nodiscard]] bool has_word(std::string_view text);

}  // namespace wardend
