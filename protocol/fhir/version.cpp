#include "protocol/fhir/version.hpp"

#include <algorithm>

namespace wardend::fhir {

bool is_version(std::string_view text) {
  constexpr std::size_t longest = 128;
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '"'; });
}

std::string version_in(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() < 2 || !tag.starts_with('"') || !tag.ends_with('"')) return {};
  tag = tag.substr(1, tag.size() - 2);
  return is_version(tag) ? std::string(tag) : std::string();
}

}  // namespace wardend::fhir
