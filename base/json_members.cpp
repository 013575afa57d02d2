#include "base/json_members.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace wardend {

const nlohmann::json* find_member(const nlohmann::json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_member(const nlohmann::json& object, const char* name) {
  return std::string(text_view_member(object, name));
}

std::string_view text_view_member(const nlohmann::json& object, const char* name) {
  const auto* found = find_member(object, name);
  return found != nullptr && found->is_string() ? std::string_view(found->get_ref<const std::string&>())
                                                : std::string_view();
}

const nlohmann::json& list_member(const nlohmann::json& object, const char* name) {
  static const nlohmann::json none = nlohmann::json::array();
  const auto* found = find_member(object, name);
  return found != nullptr && found->is_array() ? *found : none;
}

std::vector<std::string> texts_in(const nlohmann::json& list, TextListLimits limits) {
  std::vector<std::string> texts;
  for (const nlohmann::json& entry : list) {
    if (texts.size() == limits.texts) break;
    if (!entry.is_string()) continue;
    const auto& text = entry.get_ref<const std::string&>();
    if (text.size() <= limits.bytes) texts.push_back(text);
  }
  return texts;
}

std::optional<std::vector<std::string>> texts_member(const nlohmann::json& object, const char* name,
                                                     TextListLimits limits) {
  const auto* found = find_member(object, name);
  if (found == nullptr || !found->is_array()) return std::nullopt;
  if (!std::ranges::all_of(*found, [](const nlohmann::json& entry) { return entry.is_string(); })) return std::nullopt;
  return texts_in(*found, limits);
}

}  // namespace wardend
