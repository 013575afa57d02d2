// A redirect that is not followed, in words. Location is text from outside: shown, and never fetched.
#pragma once

#include <string>
#include <string_view>

namespace wardend::http {

[[nodiscard]] constexpr bool is_redirect(int status) { return status >= 300 && status < 400; }

// What goes on after "the server ": "redirects to https://ehr.example.org/login, which is not followed (HTTP 307)". The
// address is printable ASCII, of at most 200 bytes, and without user, query and fragment, which may hold a secret.
// Without a Location: "answers HTTP 304, and nothing else". Spec: RFC 9110 §10.2.2 and §15.4
[[nodiscard]] std::string redirect_text(int status, std::string_view location);

}  // namespace wardend::http
