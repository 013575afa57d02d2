#include "protocol/oauth/token_salvage.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json.hpp"

namespace wardend::oauth {
namespace {

constexpr std::size_t max_body = 1024UL * 1024;
constexpr std::size_t max_token = 16UL * 1024;

bool visible(std::string_view text) {
  return !text.empty() && text.size() <= max_token &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string_view behind_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

// The text that begins behind a quote mark, up to the next one; empty: it has no end, is too long, or is no JSON text.
std::string text_behind(std::string_view rest) {
  for (std::size_t i = 0; i < rest.size() && i <= 2 * max_token; ++i) {
    if (rest[i] == '\\')
      ++i;
    else if (rest[i] == '"') {
      const auto text = parse_json("\"" + std::string(rest.substr(0, i + 1)), JsonLimits{.bytes = i + 2});
      return text && text->is_string() ? text->get<std::string>() : std::string();
    }
  }
  return {};
}

// Without the zeros of UTF-16, and with the letters of names that were written as their numbers (\u0061).
std::string plain(std::string_view body) {
  std::string narrow;
  narrow.reserve(body.size());
  std::ranges::copy_if(body, std::back_inserter(narrow), [](char c) { return c != '\0'; });
  std::string text;
  text.reserve(narrow.size());
  for (std::size_t at = 0; at < narrow.size(); ++at) {
    unsigned letter = 0;
    const char* const digits = narrow.data() + at + 2;
    const bool number = std::string_view(narrow).substr(at).starts_with("\\u00") && at + 6 <= narrow.size() &&
                        std::from_chars(digits, digits + 4, letter, 16).ptr == digits + 4;
    const bool is_letter = number && (letter == '_' || (letter >= 'a' && letter <= 'z'));
    text.push_back(is_letter ? static_cast<char>(letter) : narrow[at]);
    if (is_letter) at += 5;
  }
  wipe(narrow);
  return text;
}

// The JSON text behind `"name":`, wherever that stands.
Secret json_member(std::string_view body, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\"";
  for (auto at = body.find(key); at != std::string_view::npos; at = body.find(key, at + 1)) {
    std::string_view rest = behind_blanks(body.substr(at + key.size()));
    if (!rest.starts_with(':')) continue;
    rest = behind_blanks(rest.substr(1));
    if (!rest.starts_with('"')) continue;
    std::string token = text_behind(rest.substr(1));
    Secret found = visible(token) ? Secret(token) : Secret();
    wipe(token);
    if (!found.empty()) return found;
  }
  return {};
}

// The value of `name=` in a form, as servers answered before there was JSON.
Secret form_member(std::string_view body, std::string_view name) {
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || behind_blanks(pair.substr(0, equals)) != name) continue;
    std::string_view value = pair.substr(equals + 1);
    value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
    if (value.size() > 3 * max_token) return {};
    auto token = form_decode(value);
    if (!token) return {};
    Secret found = visible(*token) ? Secret(*token) : Secret();
    wipe(*token);
    return found;
  }
  return {};
}

Secret member(std::string_view body, std::string_view name) {
  Secret found = json_member(body, name);
  return found.empty() ? form_member(body, name) : std::move(found);
}

}  // namespace

SalvagedTokens salvage_tokens(std::string_view body) {
  std::string text = plain(body.substr(0, max_body));
  SalvagedTokens found{.access_token = member(text, "access_token"), .refresh_token = member(text, "refresh_token")};
  wipe(text);
  return found;
}

}  // namespace wardend::oauth
