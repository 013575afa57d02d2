// Words that came from outside, made safe to show: printable, bounded.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace wardend {

// `text` without what nobody sees, cut at `most` bytes (never inside a UTF-8 sequence): control characters, separators
// of lines, and marks that change the direction of the text around them, so that it would be read as another one. Spec:
// Unicode, categories Cc, Zl, Zp; UAX #9 §2, explicit directional formatting
[[nodiscard]] std::string printable(std::string_view text, std::size_t most);

// The printable ASCII of `text`, at most `most` bytes: words that a protocol limits to ASCII, such as OAuth's `error`.
[[nodiscard]] std::string printable_ascii(std::string_view text, std::size_t most);

// `text` with U+FFFD for each byte that is not UTF-8. Spec: RFC 3629 §4
[[nodiscard]] std::string valid_utf8(std::string_view text);

// The words one after the other, with `between` between two.
[[nodiscard]] std::string joined(std::span<const std::string> words, std::string_view between = ", ");

// A to Z as a to z, every other byte as it is.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace wardend
