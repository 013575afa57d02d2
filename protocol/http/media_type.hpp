// What an HTTP answer says that it is. No I/O.
#pragma once

#include <string_view>

namespace wardend::http {

// application/json, with parameters or as a +json type. Spec: RFC 6839 §3.1
[[nodiscard]] bool is_json_type(std::string_view content_type);

// A page, where data was asked for: whatever its status and its type say, it is from somebody in between, as a proxy, a
// firewall or the sign-in of a network. Blanks and a byte order mark before it are no part of it.
[[nodiscard]] bool is_page(std::string_view body);

}  // namespace wardend::http
