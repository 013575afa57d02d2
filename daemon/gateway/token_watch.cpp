#include "daemon/gateway/token_watch.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "daemon/gateway/reply_head.hpp"

namespace wardend::gateway {
namespace {

bool holds_bytes(std::string_view text, std::string_view token) {
  if (token.empty() || text.size() < token.size())
    return false;  // memmem takes no null pointer, which an empty text has
  return memmem(text.data(), text.size(), token.data(), token.size()) != nullptr;
}

}  // namespace

bool holds(std::string_view text, const Secret& token) { return holds_bytes(text, token.reveal()); }

bool head_holds(const HttpResponse& head, const Secret& token) {
  return std::ranges::any_of(reply_head(head).headers, [&](const auto& field) { return holds(field.second, token); });
}

Refusal token_said(const std::string& server) {
  return {.status = 502,
          .error = errors::ServerUnavailable{
              .server = server,
              .reason = "the server's answer holds the token, which no app gets: have its administrators look at it"}};
}

// The table of Knuth, Morris and Pratt.
TokenWatch::TokenWatch(const Secret& token) : token_(token.reveal()), borders_(token.size() + 1, 0) {
  std::size_t border = 0;
  for (std::size_t i = 1; i < token_.size(); ++i) {
    while (border > 0 && token_[i] != token_[border]) border = borders_[border];
    if (token_[i] == token_[border]) ++border;
    borders_[i + 1] = border;
  }
}

void TokenWatch::follow(std::string_view text) {
  for (const char c : text) {
    while (begun_ > 0 && token_[begun_] != c) begun_ = borders_[begun_];
    if (token_[begun_] == c) ++begun_;
    if (begun_ == token_.size()) return;
  }
}

// Only the ends of a part are followed byte by byte: a token that crosses a border begins and ends there.
std::optional<Secret> TokenWatch::pass(Secret part) {
  if (token_.empty()) return part;
  const std::string_view text = part.reveal();
  const std::size_t kept = begun_;
  const std::size_t edge = std::min(text.size(), token_.size() - 1);
  follow(text.substr(0, edge));
  if (begun_ == token_.size() || holds_bytes(text, token_)) return std::nullopt;
  if (text.size() > edge) {
    begun_ = 0;
    follow(text.substr(text.size() - edge));
  }
  if (kept == 0 && begun_ == 0) return part;
  // The bytes that are kept back are the token's own first ones: they need no copy.
  return Secret::written(kept + text.size(), [&](char* at) {
    char* end = std::ranges::copy(token_.substr(0, kept), at).out;
    end = std::ranges::copy(text, end).out;
    return static_cast<std::size_t>(end - at) - begun_;
  });
}

Secret TokenWatch::rest() { return Secret(token_.substr(0, std::exchange(begun_, 0))); }

}  // namespace wardend::gateway
