// What somebody probably meant who misspelt a word.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace wardend {

using Words = std::set<std::string, std::less<>>;

// The candidate that differs from `word` in at most two places; empty: none does.
[[nodiscard]] std::string nearest(std::string_view word, const Words& candidates);

}  // namespace wardend
