// A page of wardend as a person reads it: the words that stand on it, and not one more. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wardend::wardctl {

struct Page {
  int status = 0;              // 0: there was no answer
  std::string words = {};      // all that a person reads before the part for IT, in its order
  std::string reference = {};  // for support; empty: the page has none
};

// The page with that status; `html` is what came.
[[nodiscard]] Page read_page(int status, std::string_view html);

// The form by which a page sends the browser on to the EHR.
struct PageForm {
  std::string action;
  std::string body;  // application/x-www-form-urlencoded
};
// nullopt: the page has no such form.
[[nodiscard]] std::optional<PageForm> form_on(std::string_view html);

}  // namespace wardend::wardctl
