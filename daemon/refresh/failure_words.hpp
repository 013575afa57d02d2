// What the word of a failed refresh means, in a sentence for people: the cause, and what helps.
#pragma once

#include <string>
#include <string_view>

namespace wardend::refresh {

// `word` is a plan's last failure: a word of our own, http_NNN, or an error that the server named. Behind http_3NN and
// a blank stands where it redirects to (http::redirect_text).
[[nodiscard]] std::string why_no_token(std::string_view word);

// Whether the next attempt fails as well until somebody has mended something: a certificate, an address that is moved.
[[nodiscard]] bool waits_for_people(std::string_view word);

// The word for the audit trail and the log: http_3NN without the address, which is text from outside.
[[nodiscard]] std::string_view bare_word(std::string_view word);

}  // namespace wardend::refresh
