#include "protocol/balp/values.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhir/id.hpp"
#include "trail/instant.hpp"

namespace wardend::balp {
namespace {

constexpr std::size_t longest_words = 2000;  // bytes
constexpr std::string_view no_time = "1970-01-01T00:00:00.000Z";

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What comes before the last slash, and what comes after it.
std::pair<std::string_view, std::string_view> cut_last(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

bool is_type(std::string_view text) {
  return text.size() > 1 && text.size() <= 64 && text.front() >= 'A' && text.front() <= 'Z' &&
         std::ranges::all_of(text, is_letter);
}

}  // namespace

std::string words_of(const nlohmann::json& entry, const char* member) {
  const nlohmann::json* value = find_member(entry, member);
  if (value == nullptr) return {};
  if (value->is_number()) return value->dump();
  if (!value->is_string()) return {};
  const std::string words = printable(value->get_ref<const std::string&>(), longest_words);
  const auto first = words.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return words.substr(first, words.find_last_not_of(' ') - first + 1);
}

std::optional<Named> reference_of(std::string_view text, std::string_view fhir_base_url) {
  auto [path, id] = cut_last(text);
  std::string version;
  if (auto [resource, history] = cut_last(path); history == "_history") {
    if (!fhir::conformant_id(id)) return std::nullopt;
    version = "/_history/" + std::string(id);
    std::tie(path, id) = cut_last(resource);
  }
  const auto [base, type] = cut_last(path);
  if (!fhir::conformant_id(id) || !is_type(type)) return std::nullopt;
  const std::string relative = std::string(type) + "/" + std::string(id) + version;
  const std::string server = address_of(base.empty() ? fhir_base_url : base);
  if (server.empty() && !base.empty()) return std::nullopt;
  return Named{.type = std::string(type), .reference = server.empty() ? relative : server + "/" + relative};
}

std::string address_of(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  const bool absolute = text.starts_with("https://") || text.starts_with("http://");
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
  return absolute && plain && text.size() <= longest_words ? std::string(text) : std::string();
}

std::string code_of(std::string_view text) {
  const bool plain =
      std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; });
  return plain && text.size() <= 64 ? std::string(text) : std::string();
}

std::string instant_of(const nlohmann::json& entry) {
  const std::string at = text_member(entry, "at");
  return at.ends_with('Z') && trail::parse_instant(at) ? at : std::string(no_time);
}

std::string base64(std::string_view bytes) {
  std::string text = base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

}  // namespace wardend::balp
