#include "protocol/fhir/member_case.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace wardend::fhir {
namespace {

using nlohmann::json;

constexpr std::size_t longest_name_shown = 64;

// What says what a resource is, whose it is, what it refers to, and what is to be done with it.
constexpr auto read_names = std::to_array<std::string_view>(
    {"actor",      "assigner", "beneficiary", "contained",    "entity",          "entry",       "for",
     "from",       "fullUrl",  "id",          "identifier",   "ifMatch",         "ifNoneExist", "ifNoneMatch",
     "individual", "item",     "link",        "member",       "method",          "op",          "other",
     "parameter",  "part",     "participant", "path",         "patient",         "reference",   "relation",
     "request",    "resource", "response",    "resourceType", "securityContext", "subject",     "system",
     "target",     "type",     "url",         "value",        "valueReference"});

bool is_plain(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string folded(std::string_view name) {
  if (is_plain(name)) return lower_case(name);
  constexpr std::string_view long_s = "\xC5\xBF", kelvin = "\xE2\x84\xAA";
  std::string text;
  while (!name.empty()) {
    const bool is_s = name.starts_with(long_s), is_k = name.starts_with(kelvin);
    text += is_s ? 's' : is_k ? 'k' : name.front();
    name.remove_prefix(is_s ? long_s.size() : is_k ? kelvin.size() : 1);
  }
  return lower_case(text);
}

bool is_same_letter(char one, char other) {
  const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return low(one) == low(other);
}

// The name that it would be in another case; empty: none.
std::string_view meant_by(std::string_view name) {
  const std::string plain = is_plain(name) ? std::string() : folded(name);
  const std::string_view text = plain.empty() ? name : std::string_view(plain);
  for (const std::string_view known : read_names)
    if (known.size() == text.size() && known != name && std::ranges::equal(known, text, is_same_letter)) return known;
  return {};
}

std::string name_shown(std::string_view name) { return printable_ascii(name, longest_name_shown); }

std::optional<std::string> misspelt_in(const json& object) {
  for (const auto& [name, value] : object.get_ref<const json::object_t&>())
    if (const std::string_view meant = meant_by(name); !meant.empty())
      return "the member " + name_shown(name) + " is written " + std::string(meant);
  return std::nullopt;
}

std::optional<std::string> twins_in(const json& object) {
  const auto& members = object.get_ref<const json::object_t&>();
  if (members.size() < 2) return std::nullopt;
  std::vector<std::string> names;
  names.reserve(members.size());
  for (const auto& [name, value] : members) names.push_back(folded(name));
  std::ranges::sort(names);
  const auto twin = std::ranges::adjacent_find(names);
  if (twin == names.end()) return std::nullopt;
  return "the member " + name_shown(*twin) + " is there twice, in two cases of letters";
}

enum class Of { body, answer };

// The depth of a text is bounded where it is read.
std::optional<std::string> fault_in(const json& value, Of of) {
  if (value.is_object()) {
    if (auto fault = misspelt_in(value)) return fault;
    if (of == Of::body)
      if (auto fault = twins_in(value)) return fault;
  }
  if (!value.is_structured()) return std::nullopt;
  for (const json& inner : value)
    if (inner.is_structured())
      if (auto fault = fault_in(inner, of)) return fault;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> case_fault_of_body(const json& body) { return fault_in(body, Of::body); }

std::optional<std::string> case_fault_of_answer(const json& answer) { return fault_in(answer, Of::answer); }

}  // namespace wardend::fhir
