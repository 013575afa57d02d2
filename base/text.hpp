// Words that came from outside, made safe to show: printable, bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wardend {

// `text` without control characters, cut at `most` bytes (never inside a UTF-8 sequence).
[[nodiscard]] std::string printable(std::string_view text, std::size_t most);

// The printable ASCII of `text`, at most `most` bytes: words that a protocol limits to ASCII, such as OAuth's `error`.
[[nodiscard]] std::string printable_ascii(std::string_view text, std::size_t most);

// `text` with U+FFFD for each byte that is not UTF-8. Spec: RFC 3629 §4
[[nodiscard]] std::string valid_utf8(std::string_view text);

// A to Z as a to z, every other byte as it is.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace wardend
