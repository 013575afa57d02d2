#include "protocol/fhir/base_likeness.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::fhir {
namespace {

// Behind the host and the port.
std::string_view path_of(std::string_view canonical) {
  const auto slash = canonical.find('/', canonical.find("://") + 3);
  return slash == std::string_view::npos ? std::string_view() : canonical.substr(slash);
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").contains(c);
}

// Escapes of what needs none as the characters that they stand for. Spec: RFC 3986 §6.2.2.2
std::string unescaped(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    unsigned code = 0;
    const std::string_view digits = path.substr(1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    const bool escape = path.front() == '%' && digits.size() == 2 && error == std::errc() && end == digits.data() + 2 &&
                        is_unreserved(static_cast<char>(code));
    text.push_back(escape ? static_cast<char>(code) : path.front());
    path.remove_prefix(escape ? 3 : 1);
  }
  return text;
}

// What stands between the slashes, dot segments resolved. Spec: RFC 3986 §5.2.4
std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(segment.size() + 1, path.size()));
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
  }
  return segments;
}

}  // namespace

std::string likeness(const BaseUrl& base) {
  std::string host = base.url().host();
  while (host.ends_with('.')) host.pop_back();
  std::string text = base.url().scheme() + "://" + host + ":" + base.url().port();
  const std::string path = unescaped(path_of(base.canonical()));
  for (const std::string_view segment : segments_of(path)) text += "/" + lower_case(segment);
  return text;
}

std::string resource_end(const BaseUrl& base) {
  const std::string path = unescaped(path_of(base.canonical()));
  const std::vector<std::string_view> segments = segments_of(path);
  const std::size_t count = segments.size();
  if (count > 0 && is_resource_type(segments[count - 1])) return std::string(segments[count - 1]);
  if (count > 1 && is_resource_type(segments[count - 2]))
    return std::string(segments[count - 2]) + "/" + std::string(segments[count - 1]);
  return {};
}

}  // namespace wardend::fhir
