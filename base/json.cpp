#include "base/json.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace wardend {
namespace {

// Counts brackets outside strings: cheap, and done before the parser allocates anything.
bool too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > max_json_depth) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::expected<nlohmann::json, std::string> parse_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return std::unexpected("larger than " + std::to_string(max_bytes) + " bytes");
  if (too_deep(text)) return std::unexpected("nested deeper than " + std::to_string(max_json_depth) + " levels");
  std::vector<std::set<std::string>> open;
  bool duplicate = false;
  const auto watch = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) open.emplace_back();
    if (event == Event::object_end) open.pop_back();
    if (event == Event::key && !open.back().insert(parsed.get_ref<const std::string&>()).second) duplicate = true;
    return true;
  };
  auto value = nlohmann::json::parse(text, watch, false);
  if (value.is_discarded()) return std::unexpected("not valid JSON");
  if (duplicate) return std::unexpected("a member is named twice");
  return value;
}

std::string dump_json(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace wardend
