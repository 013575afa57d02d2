// Words that came from outside, made safe to show: printable, bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wardend::smart {

// `text` without control characters, cut at `most` bytes (never inside a UTF-8 sequence).
[[nodiscard]] std::string printable(std::string_view text, std::size_t most);

// The printable ASCII of `text`, at most `most` bytes: words that a protocol limits to ASCII, such as OAuth's `error`.
[[nodiscard]] std::string printable_ascii(std::string_view text, std::size_t most);

// application/json, with parameters or as a +json type. Spec: RFC 6839 §3.1
[[nodiscard]] bool is_json_type(std::string_view content_type);

}  // namespace wardend::smart
