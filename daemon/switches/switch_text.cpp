#include "daemon/switches/switch_text.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"

namespace wardend::switches {
namespace {

using nlohmann::json;

constexpr const char* list_name = "switched_off";

// Whether `entry` has these members and no others, each of its type.
bool is_entry(const json& entry) {
  if (!entry.is_object()) return false;
  for (const auto& [name, value] : entry.items())
    if (!(name == "at" ? value.is_number_integer() : value.is_string())) return false;
  const bool known = entry.contains("app") && entry.contains("reason") && entry.contains("by");
  return known && entry.size() == (entry.contains("at") ? 4U : 3U);
}

}  // namespace

std::string to_text(const config::Switches& switches) {
  json list = json::array();
  for (const auto& [app, off] : switches.apps()) {
    json entry{{"app", app}, {"reason", off.reason}, {"by", off.by}};
    if (off.at) entry["at"] = *off.at;
    list.push_back(std::move(entry));
  }
  return dump_json(json{{list_name, std::move(list)}}) + "\n";
}

std::optional<config::Switches> read_switches(std::string_view text) {
  // A parser may take a zero for the end of the text.
  if (text.contains('\0')) return std::nullopt;
  const auto object = parse_json(text, JsonLimits{.bytes = longest_text, .values = any_number_of_values});
  if (!object || !object->is_object() || object->size() != 1 || !object->contains(list_name)) return std::nullopt;
  const json& list = (*object)[list_name];
  if (!list.is_array()) return std::nullopt;
  config::Switches switches;
  for (const json& entry : list) {
    if (!is_entry(entry)) return std::nullopt;
    config::SwitchedOff off{.reason = entry["reason"], .by = entry["by"]};
    if (entry.contains("at")) off.at = entry["at"].get<std::int64_t>();
    const std::string app = entry["app"];
    if (app.empty() || off.reason.empty() || switches.find(app) != nullptr) return std::nullopt;
    switches.off(app, std::move(off));
  }
  return switches;
}

}  // namespace wardend::switches
