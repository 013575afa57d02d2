// What the word of a failed refresh means, in a sentence for people: the cause, and what helps.
#pragma once

#include <string>
#include <string_view>

namespace wardend::refresh {

// `word` is a plan's last failure: a word of our own, http_NNN, or an error that the server named.
[[nodiscard]] std::string why_no_token(std::string_view word);

}  // namespace wardend::refresh
