#include "protocol/oauth/token_salvage.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/encoding.hpp"

namespace wardend::oauth {
namespace {

constexpr std::size_t max_body = 1024UL * 1024;
constexpr std::size_t max_token = 16UL * 1024;

bool visible(std::string_view text) {
  return !text.empty() && text.size() <= max_token &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

// The JSON string behind `"name":`, wherever that stands. A token needs no escape but \/, which some servers write.
Secret json_member(std::string_view body, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\"";
  for (auto at = body.find(key); at != std::string_view::npos; at = body.find(key, at + 1)) {
    std::string_view rest = without_blanks(body.substr(at + key.size()));
    if (!rest.starts_with(':')) continue;
    rest = without_blanks(rest.substr(1));
    if (!rest.starts_with('"')) continue;
    rest.remove_prefix(1);
    std::string token;
    for (std::size_t i = 0; i < rest.size() && rest[i] != '"' && token.size() <= max_token; ++i)
      if (rest[i] != '\\' || i + 1 == rest.size() || rest[i + 1] != '/') token.push_back(rest[i]);
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
    if (equals == std::string_view::npos || without_blanks(pair.substr(0, equals)) != name) continue;
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
  body = body.substr(0, max_body);
  return {.access_token = member(body, "access_token"), .refresh_token = member(body, "refresh_token")};
}

}  // namespace wardend::oauth
