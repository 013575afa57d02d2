#include "tests/sandbox/sign_ins.hpp"

#include <charconv>
#include <optional>

namespace wardend::sandbox {
namespace {

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = !text.empty() && fault == std::errc() && end == text.data() + text.size() && number >= 0;
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

std::expected<WallTime, Refused> SignIns::for_request(const Form& form, const std::string& user, WallTime now) {
  const std::string& prompt = form.get("prompt");
  const bool silent = has_word(prompt, "none");
  if (silent && words(prompt).size() > 1) return refuse("invalid_request", "prompt has a word beside none");
  const auto max_age = whole_number(form.get("max_age"));
  if (!form.get("max_age").empty() && !max_age) return refuse("invalid_request", "max_age is no number of seconds");
  const auto before = at_.find(user);
  if (before != at_.end() && !has_word(prompt, "login")) {
    // A max_age of 0 means the same as prompt=login.
    const bool too_old = max_age && (*max_age == 0 || now - before->second > std::chrono::seconds(*max_age));
    if (!too_old) return before->second;
  }
  if (silent) return refuse("login_required", "nobody has signed in, or not lately enough");
  return at_[user] = now;
}

}  // namespace wardend::sandbox
