#include "daemon/gateway/asked_bundle.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/references.hpp"

namespace wardend::gateway {
namespace {

using nlohmann::json;

constexpr std::size_t longest_line = 300;  // of one entry, where there are few
constexpr std::size_t shortest_line = 40;  // and where there are many
constexpr std::size_t longest_subject = 200;
constexpr std::size_t most_subjects = 4;

const json& request_of(const json& entry) {
  static const json none = nullptr;
  const json* request = find_member(entry, "request");
  return request == nullptr ? none : *request;
}

bool entry_reads(const json& entry) { return text_view_member(request_of(entry), "method") == "GET"; }

// An address with a blank would read as two entries.
std::string in_one_word(const std::string& text) {
  std::string word;
  for (const char c : text) word += c == ' ' ? "%20" : std::string(1, c);
  return word;
}

std::string line_of(const json& entry, std::size_t most) {
  const json& request = request_of(entry);
  const std::string url = in_one_word(text_member(request, "url").substr(0, most));
  return printable(in_one_word(text_member(request, "method").substr(0, most)) + " " + url, most);
}

std::string lines_of(const json& list) {
  constexpr std::string_view between = ", ";
  const std::size_t share = AskedBundle::most_bytes / list.size();
  const std::size_t each = std::clamp(share - std::min(share, between.size()), shortest_line, longest_line);
  std::string lines;
  std::size_t told = 0;
  for (const json& entry : list) {
    if (lines.size() + each > AskedBundle::most_bytes) break;
    if (!lines.empty()) lines += between;
    lines += line_of(entry, each);
    ++told;
  }
  if (told < list.size()) lines += " and " + std::to_string(list.size() - told) + " more";
  return lines;
}

// What one reference names.
std::string name_in(const json& reference) {
  if (const auto text = text_view_member(reference, "reference"); !text.empty()) return std::string(text);
  const json* identifier = find_member(reference, "identifier");
  if (identifier == nullptr) return {};
  return text_member(*identifier, "system") + "|" + text_member(*identifier, "value");
}

}  // namespace

AskedBundle asked_bundle(const json& bundle) {
  const json& list = list_member(bundle, "entry");
  AskedBundle asked{.is_batch = text_view_member(bundle, "type") == "batch",
                    .reads = !list.empty() && std::ranges::all_of(list, entry_reads)};
  if (!list.empty()) asked.entries = lines_of(list);
  return asked;
}

std::string asked_subject(const json& resource) {
  const fhir::SubjectElement* subject = fhir::subject_element(text_view_member(resource, "resourceType"));
  if (subject == nullptr) return {};
  std::vector<std::string> names;
  for (const json* reference : fhir::elements_at(resource, subject->path)) {
    if (names.size() == most_subjects) break;
    if (std::string name = name_in(*reference); !name.empty()) names.push_back(std::move(name));
  }
  return printable(joined(names), longest_subject);
}

}  // namespace wardend::gateway
