// What an HTTP answer says that it is. No I/O.
#pragma once

#include <string>
#include <string_view>

namespace wardend::http {

// application/json, with parameters or as a +json type. Spec: RFC 6839 §3.1
[[nodiscard]] bool is_json_type(std::string_view content_type);

// A page, where data was asked for: whatever its status and its type say, it is from somebody in between, as a proxy, a
// firewall or the sign-in of a network. Blanks and a byte order mark before it are no part of it.
[[nodiscard]] bool is_page(std::string_view body);

// The character set that is named and is neither UTF-8 nor a part of it, as it is written; empty: none is. Who reads
// the bytes as UTF-8 and who goes by the label would read two texts.
[[nodiscard]] std::string other_charset(std::string_view content_type);

}  // namespace wardend::http
