#include "daemon/guard/required_rule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/has_word.hpp"
#include "base/json_members.hpp"
#include "daemon/guard/verdicts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

// Nothing that anybody would read: also a list or an object of such.
bool is_blank(const json& value) {
  if (value.is_string()) return !shows_something(value.get_ref<const std::string&>());
  return value.is_null() || (value.is_structured() && std::ranges::all_of(value, is_blank));
}

// "medicationReference" for "medication[x]".
bool is_choice(std::string_view member, std::string_view stem) {
  return member.size() > stem.size() && member.starts_with(stem) && member[stem.size()] >= 'A' &&
         member[stem.size()] <= 'Z';
}

// The depth is that of `path`, which the configuration says.
bool has(const json& value, std::string_view path) {
  if (value.is_array()) return std::ranges::any_of(value, [&](const json& entry) { return has(entry, path); });
  if (path.empty()) return !is_blank(value);
  if (!value.is_object()) return false;
  const std::string_view name = path.substr(0, path.find('.'));
  const std::string_view rest = path.substr(std::min(name.size() + 1, path.size()));
  if (!name.ends_with("[x]")) {
    const json* member = find_member(value, std::string(name).c_str());
    return member != nullptr && has(*member, rest);
  }
  const std::string_view stem = name.substr(0, name.size() - 3);
  for (auto at = value.begin(); at != value.end(); ++at)
    if (is_choice(at.key(), stem) && has(*at, rest)) return true;
  return false;
}

}  // namespace

std::optional<Error> judge_required(const json& resource, const std::vector<config::Write>& writes) {
  const std::string type = text_member(resource, "resourceType");
  for (const config::Write& write : writes) {
    if (write.resource != type) continue;
    for (const std::string& element : write.required)
      if (!has(resource, element))
        return rejected("an element that this app must always write is not there", type + "." + element);
  }
  return std::nullopt;
}

}  // namespace wardend::guard
