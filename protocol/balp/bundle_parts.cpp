#include "protocol/balp/bundle_parts.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/json_members.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::balp {
namespace {

using trail::Part;

// The room that the gateway gives all addresses and each: shorter ones are whole.
constexpr std::size_t all_lines = 4096, shortest_line = 40, longest_line = 300;
constexpr std::size_t longest_character = 4;

// "GET Observation?patient=p1, DELETE Condition/c1 and 3 more", without what stands around it.
struct Named {
  struct Line {
    std::string_view method, url;
    [[nodiscard]] std::size_t size() const { return method.size() + 1 + url.size(); }
  };
  std::vector<Line> lines = {};
  std::uint32_t more = 0;

  // What every line shorter than this is: not cut.
  [[nodiscard]] std::size_t cut_at() const {
    const std::size_t share = all_lines / std::max<std::size_t>(lines.size() + more, 1);
    return std::clamp(share - std::min<std::size_t>(share, 2), shortest_line, longest_line) - longest_character + 1;
  }
};

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

// An address has no space. The last one has no comma behind it, but what ends the list.
Named named_in(std::string_view text, std::string_view end) {
  Named named;
  for (bool last = false; !last && !text.empty();) {
    const std::string_view method = take_word(text);
    std::string_view url = take_word(text);
    last = !url.ends_with(',');
    if (!last)
      url.remove_suffix(1);
    else if (const auto at = url.find_last_not_of(";:"); at != url.npos)
      url = url.substr(0, at + 1);
    if (last && url.ends_with(end)) url.remove_suffix(end.size());
    named.lines.push_back({method, url});
  }
  if (take_word(text) == "and") std::from_chars(text.data(), text.data() + text.size(), named.more);
  return named;
}

std::string interaction_of(fhir::Interaction interaction) {
  if (interaction == fhir::Interaction::vread) return "read";
  if (interaction == fhir::Interaction::patch) return "update";
  return std::string(fhir::name_of(interaction));
}

Part part_of(const Named::Line& line, std::size_t cut_at) {
  const auto request = fhir::classify_entry({.method = line.method, .url = line.url});
  const bool is_cut = line.size() >= cut_at;
  const bool ends_in_path = !line.url.contains('?');
  if (!request || (is_cut && ends_in_path && !line.url.contains('/'))) return {.only_reads = line.method == "GET"};
  Part part{.interaction = interaction_of(request->interaction),
            .resource = request->type == "*" ? "" : request->type,
            .only_reads = request->reads};
  if (request->interaction == fhir::Interaction::capabilities) part.resource.clear();
  if (!request->id.empty() && !(is_cut && ends_in_path)) part.resource += "/" + request->id;
  return part;
}

Named lines_of(const nlohmann::json& entry) {
  std::string_view text = text_view_member(entry, "detail");
  const bool writes = text_view_member(entry, "kind") == "write";
  const std::string_view begin = writes ? "Bundle (" : ", for ";
  const auto at = text.find(begin);
  return at == text.npos ? Named() : named_in(text.substr(at + begin.size()), writes ? ")" : "");
}

}  // namespace

std::vector<Part> bundle_parts(const nlohmann::json& entry) {
  const std::string_view interaction = text_view_member(entry, "interaction");
  if (interaction != "batch" && interaction != "transaction") return {};
  const Named named = lines_of(entry);
  std::vector<Part> parts;
  for (const Named::Line& line : named.lines) parts.push_back(part_of(line, named.cut_at()));
  if (named.more > 0) parts.push_back({.times = named.more});
  // A Bundle that writes is told as a write.
  if (text_view_member(entry, "kind") != "write") {
    std::erase_if(parts, [](const Part& part) { return !part.interaction.empty() && !part.only_reads; });
    for (Part& part : parts) part.only_reads = true;
  }
  return parts;
}

}  // namespace wardend::balp
