#include "daemon/gateway/token_watch.hpp"

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <utility>

#include "daemon/gateway/reply_head.hpp"

namespace wardend::gateway {
namespace {

constexpr std::size_t word_bytes = sizeof(std::uint64_t);
constexpr std::size_t longest_letter = 30;  // "\u0025\u0032\u0035\u0032\u0064"
constexpr std::size_t uuid_letters = 36;
constexpr std::size_t kept_back = longest_letter * uuid_letters;
constexpr std::size_t most_finds = 16;  // of one word in a token; more are a token of few letters, and told

// Base64 of "{" and whatever comes next.
bool begins_an_object(std::string_view text) {
  constexpr std::string_view second = "wxyz0123456789+/-_";
  return text.size() > 1 && text[0] == 'e' && second.contains(text[1]);
}

bool is_uuid(std::string_view text) {
  if (text.size() != uuid_letters) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    if (dash ? text[at] != '-' : !std::string_view("0123456789abcdefABCDEF").contains(text[at])) return false;
  }
  return true;
}

// The part that no other token has. Other JWTs of a server have the same head and claims: of a signed one
// (three parts) the signature makes the token, of an encrypted one (five) what stands behind the head.
std::string_view own_letters(std::string_view token) {
  const auto dots = std::ranges::count(token, '.');
  if (!begins_an_object(token) || (dots != 2 && dots != 4)) return token;
  const std::string_view own = token.substr((dots == 2 ? token.rfind('.') : token.find('.')) + 1);
  return own.size() < telling_letters ? token : own;
}

}  // namespace

// Any 15 bytes have a whole word at a multiple of eight: so the text is looked at word by word, and byte by byte only
// where a word is one of the token's.
class TokenWatch::Letters {
 public:
  explicit Letters(std::string_view token) : token_(token) {
    for (std::size_t at = 0; at + word_bytes <= token.size(); ++at) words_.set(slot_of(token.data() + at));
    if (!is_uuid(token)) return;
    bare_ = token;
    std::erase(bare_, '-');
  }
  [[nodiscard]] bool in(std::string_view text) const {
    if (token_.empty()) return false;
    if (token_.size() < telling_letters) return text.contains(token_);
    if (!bare_.empty()) return text.contains(token_) || text.contains(bare_);
    for (std::size_t at = 0; at + word_bytes <= text.size(); at += word_bytes)
      if (words_.test(slot_of(text.data() + at)) && is_told_at(text, at)) return true;
    return false;
  }

 private:
  static constexpr std::size_t slots = 1UL << 15U;
  static std::size_t slot_of(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, word_bytes);
    return static_cast<std::size_t>((word * 0x9e3779b97f4a7c15U) >> 49U);
  }
  // Whether the word there belongs to enough of the token's letters.
  [[nodiscard]] bool is_told_at(std::string_view text, std::size_t at) const {
    const std::string_view word = text.substr(at, word_bytes);
    std::size_t finds = 0;
    for (auto found = token_.find(word); found != std::string_view::npos; found = token_.find(word, found + 1)) {
      if (++finds > most_finds) return true;
      std::size_t before = 0;
      std::size_t end = word_bytes;
      while (before < at && before < found && text[at - before - 1] == token_[found - before - 1]) ++before;
      while (at + end < text.size() && found + end < token_.size() && text[at + end] == token_[found + end]) ++end;
      if (before + end >= telling_letters) return true;
    }
    return false;
  }

  std::string_view token_;
  std::string bare_;  // of a UUID, whose neighbours share most of it: only the whole is told
  std::bitset<slots> words_;
};

namespace {

using Letters = TokenWatch::Letters;

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The letter that two or four digits stand for; NUL, which no token has: they are none, or stand for another sign.
char letter_of(std::string_view digits) {
  int code = 0;
  for (const char c : digits) {
    if (digit_of(c) < 0) return '\0';
    code = code * 16 + digit_of(c);
  }
  return code < 0x80 ? static_cast<char>(code) : '\0';
}

// `mark` and what `digits_of` says are its digits, in place of which the letter is put.
template <typename DigitsOf>
std::string without(char mark, std::string_view text, DigitsOf digits_of) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const auto before = text.substr(0, text.find(mark));
    plain += before;
    text.remove_prefix(before.size());
    if (text.empty()) break;
    const std::string_view digits = digits_of(text);
    const char letter = digits.empty() ? '\0' : letter_of(digits);
    if (letter != '\0') {
      plain.push_back(letter);
      text.remove_prefix(static_cast<std::size_t>(digits.data() + digits.size() - text.data()));
    } else {
      // "\/" is "/"
      if (mark != '\\') plain.push_back(mark);
      text.remove_prefix(1);
    }
  }
  return plain;
}

std::string without_escapes(std::string_view text) {
  return without('\\', text, [](std::string_view at) {
    return at.size() >= 6 && at[1] == 'u' ? at.substr(2, 4) : std::string_view();
  });
}

std::string without_percent(std::string_view text) {
  return without('%', text, [](std::string_view at) { return at.size() >= 3 ? at.substr(1, 2) : std::string_view(); });
}

bool holds(std::string_view text, const Letters& letters) {
  if (letters.in(text)) return true;
  std::string plain;
  if (text.contains('\\')) {
    plain = without_escapes(text);
    if (letters.in(plain)) return true;
    text = plain;
  }
  if (!text.contains('%')) return false;
  plain = without_percent(text);  // and once more, for an address in an address
  return letters.in(plain) || (plain.contains('%') && letters.in(without_percent(plain)));
}

}  // namespace

bool holds(std::string_view text, const Secret& token) { return holds(text, Letters(own_letters(token.reveal()))); }

bool head_holds(const HttpResponse& head, const fhir::FhirRequest& request, const Secret& token) {
  const Letters letters(own_letters(token.reveal()));
  return std::ranges::any_of(shown_fields(head, request),
                             [&](const auto* field) { return holds(field->second, letters); });
}

Refusal token_said(const std::string& server) {
  return {.status = 502,
          .error = errors::ServerUnavailable{
              .server = server,
              .reason = "the server's answer holds the token, which no app gets: have its administrators look at it"}};
}

TokenWatch::TokenWatch(const Secret& token) : letters_(std::make_unique<Letters>(own_letters(token.reveal()))) {}
TokenWatch::~TokenWatch() = default;

std::optional<Secret> TokenWatch::pass(Secret part) {
  const std::size_t size = kept_.size() + part.size();
  const std::size_t goes = size - std::min(size, kept_back);
  bool found = false;
  Secret may_go = Secret::written(size, [&](char* at) {
    std::ranges::copy(part.reveal(), std::ranges::copy(kept_.reveal(), at).out);
    const std::string_view whole(at, size);
    found = holds(whole, *letters_);
    kept_ = Secret(whole.substr(goes));
    wipe(at + goes, size - goes);
    return goes;
  });
  if (found) return std::nullopt;
  return may_go;
}

Secret TokenWatch::rest() { return std::exchange(kept_, Secret()); }

}  // namespace wardend::gateway
