#include "protocol/http/media_type.hpp"

#include <algorithm>
#include <array>

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

std::string other_charset(std::string_view content_type) {
  constexpr auto same = std::to_array<std::string_view>({"utf-8", "utf8", "us-ascii", "ascii"});
  constexpr std::size_t most_shown = 32;
  while (content_type.contains(';')) {
    content_type.remove_prefix(content_type.find(';') + 1);
    std::string parameter = lower_case(content_type.substr(0, content_type.find(';')));
    std::erase_if(parameter, [](char c) { return c == ' ' || c == '\t' || c == '"'; });
    if (!parameter.contains("charset")) continue;
    const std::string value = parameter.substr(std::min(parameter.find('=') + 1, parameter.size()));
    const bool plain = parameter == "charset=" + value && std::ranges::find(same, value) != same.end();
    if (!plain) return printable_ascii(value.empty() ? parameter : value, most_shown);
  }
  return {};
}

}  // namespace wardend::http
