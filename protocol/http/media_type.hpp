// What an HTTP answer says that it is. No I/O.
#pragma once

#include <string_view>

namespace wardend::http {

// application/json, with parameters or as a +json type. Spec: RFC 6839 §3.1
[[nodiscard]] bool is_json_type(std::string_view content_type);

}  // namespace wardend::http
