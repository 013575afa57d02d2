// The few pages that a browser sees on loopback: static words and escaped values, nothing from the request, nothing
// that is fetched. Each has one heading, which is its title, and fits a narrow window and a dark screen. Two have a
// script of one line, which their own policy names by its hash.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace wardend::launch {

// `text` with & < > " ' made harmless for HTML.
[[nodiscard]] std::string escape_html(std::string_view text);

// One line of what support asks for. One without a value is left out.
struct Detail {
  std::string_view name;
  std::string value;
};
// The folded part at the end of a page; without a reference there is none.
struct ForIt {
  std::string reference = {};
  std::vector<Detail> details = {};
};

struct LaunchedPage {
  std::string app;
  std::string server = {};
  std::string patient = {};               // empty: none
  std::string user = {};                  // empty: not told
  std::string open_url = {};              // the app's configured address; empty: none
  std::vector<std::string> missing = {};  // what the app may not do, each a few words
  ForIt for_it = {};
};
// The page after a launch, whole. Every value in it is escaped. It empties itself when it is left.
[[nodiscard]] std::string launched_page(const LaunchedPage& page);
// Its own Content-Security-Policy.
[[nodiscard]] std::string_view launched_page_policy();
// The page that takes its place after `launched_page_life`: it names nobody, so that nothing stays on a screen.
[[nodiscard]] std::string done_page();
inline constexpr std::string_view done_path = "/done";
inline constexpr int launched_page_life = 20;  // seconds

// For an authorization request that is too long for an address: a form that posts itself to the address before "?",
// with the query's parameters as its fields. Carries what they carry (state, launch): for one browser's eyes. Spec:
// SMART App Launch 2.2.0, authorize-post
[[nodiscard]] Secret posting_page(std::string_view authorization_url);
// Its own Content-Security-Policy.
[[nodiscard]] std::string_view posting_page_policy();

struct Notice {
  std::string title;
  std::string sentence;        // what is wrong
  std::string next_step = {};  // empty: the advice or the link says it
  std::string advice = {};     // the app's approved fallback
  enum class Again { no, link };
  Again again = Again::no;  // a link to the very address that the page was opened by
  ForIt for_it = {};
};
// A page of other folders in the same clothes: `title` is text, `body` is HTML whose values are escaped already.
[[nodiscard]] std::string plain_page(std::string_view title, std::string_view body);

// A page that says what did not work and what to do next.
[[nodiscard]] std::string notice_page(const Notice& notice);

}  // namespace wardend::launch
