#include "protocol/http/media_type.hpp"

#include <string>

#include "base/text.hpp"

namespace wardend::http {

bool is_json_type(std::string_view content_type) {
  std::string type = lower_case(content_type.substr(0, content_type.find(';')));
  std::erase(type, ' ');
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

bool is_page(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return first != std::string_view::npos && body[first] == '<';
}

}  // namespace wardend::http
