// The few pages that a browser sees on loopback: static words and escaped values, no script, nothing from the request.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace wardend::launch {

// `text` with & < > " ' made harmless for HTML.
[[nodiscard]] std::string escape_html(std::string_view text);

struct LaunchedPage {
  std::string app;
  std::string patient = {};   // empty: none
  std::string user = {};      // empty: not told
  std::string open_url = {};  // the app's configured address; empty: none
};
// The page after a launch, whole. Every value in it is escaped.
[[nodiscard]] std::string launched_page(const LaunchedPage& page);

// For an authorization request that is too long for an address: a form that posts itself to the address before "?",
// with the query's parameters as its fields. Carries what they carry (state, launch): for one browser's eyes. Spec:
// SMART App Launch 2.2.0, authorize-post
[[nodiscard]] Secret posting_page(std::string_view authorization_url);
// The page's own Content-Security-Policy: it has the one script that the others must not have.
[[nodiscard]] std::string_view posting_page_policy();

// What went wrong, and what to do next.
[[nodiscard]] std::string failed_page(std::string_view what, std::string_view next_step);

}  // namespace wardend::launch
