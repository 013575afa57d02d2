// The few pages that a browser sees on loopback: static words and escaped values, no script, nothing from the request.
#pragma once

#include <string>
#include <string_view>

namespace wardend::launch {

// `text` with & < > " ' made harmless for HTML.
[[nodiscard]] std::string escape_html(std::string_view text);

struct LaunchedPage {
  std::string app;
  std::string patient = {};   // empty: none
  std::string user = {};      // empty: not told
  std::string open_url = {};  // the app's configured address; empty: none
};
[[nodiscard]] std::string launched_page(const LaunchedPage& page);

// What went wrong, and what to do next.
[[nodiscard]] std::string failed_page(std::string_view what, std::string_view next_step);

}  // namespace wardend::launch
