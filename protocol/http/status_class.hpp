// What an HTTP status says about trying again. Pure.
#pragma once

namespace wardend::http {

// 2xx. Spec: RFC 9110 §15.3
[[nodiscard]] constexpr bool is_success(int status) { return status >= 200 && status < 300; }

// The same request may succeed later, as it is: 5xx, 408, 425 and 429.
// Spec: RFC 9110 §15.5.9 and §15.6, RFC 8470 §5.2, RFC 6585 §4
[[nodiscard]] constexpr bool is_transient(int status) {
  return status >= 500 || status == 408 || status == 425 || status == 429;
}

// The server works, and does not answer this one now: it asks for fewer requests, or for this one at another time.
[[nodiscard]] constexpr bool is_postponed(int status) { return status == 425 || status == 429; }

}  // namespace wardend::http
