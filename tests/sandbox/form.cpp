#include "tests/sandbox/form.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace wardend::sandbox {

std::optional<Form> Form::parse(std::string_view text) {
  auto fields = parse_form(text);
  if (!fields) return std::nullopt;
  Form form;
  form.fields_ = std::move(*fields);
  return form;
}

const std::string& Form::get(std::string_view name) const {
  static const std::string absent;
  for (const auto& [key, value] : fields_)
    if (key == name) return value;
  return absent;
}

bool Form::has(std::string_view name) const {
  return std::ranges::any_of(fields_, [&](const auto& field) { return field.first == name; });
}

std::optional<std::string> Form::repeated() const {
  std::vector<std::string> seen = names();
  std::ranges::sort(seen);
  const auto twice = std::ranges::adjacent_find(seen);
  if (twice == seen.end()) return std::nullopt;
  return *twice;
}

std::vector<std::string> Form::names() const {
  std::vector<std::string> keys;
  for (const auto& field : fields_) keys.push_back(field.first);
  return keys;
}

bool is_loopback_url(std::string_view url) {
  const std::string_view schemes[] = {"http://", "https://"};
  const auto scheme = std::ranges::find_if(schemes, [&](std::string_view s) { return url.starts_with(s); });
  if (scheme == std::end(schemes) || url.find('#') != std::string_view::npos) return false;
  std::string_view authority = url.substr(scheme->size());
  authority = authority.substr(0, authority.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) return false;
  const auto bracket = authority.find(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = authority.substr(0, colon);
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

std::string with_query(std::string_view url, const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string text(url);
  char separator = url.find('?') == std::string_view::npos ? '?' : '&';
  for (const auto& [key, value] : fields) {
    if (value.empty()) continue;
    text += separator + percent_encode(key) + "=" + percent_encode(value);
    separator = '&';
  }
  return text;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const auto space = text.find(' ');
    if (space != 0) list.emplace_back(text.substr(0, space));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return list;
}

std::string join_words(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& word : list) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool has_word(std::string_view text, std::string_view word) {
  const auto list = words(text);
  return std::ranges::find(list, word) != list.end();
}

}  // namespace wardend::sandbox
