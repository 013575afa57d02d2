#include "protocol/balp/bundle_parts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>

#include "base/json_members.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::balp {
namespace {

using trail::Part;

// The room that the gateway gives all addresses and each: shorter ones are whole.
constexpr std::size_t all_lines = 4096, shortest_line = 40, longest_line = 300;
constexpr std::size_t longest_character = 4;

// "GET Observation?patient=p1, DELETE Condition/c1 and 3 more", without what stands around it.
struct NamedEntries {
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

// Where a list in a write's entry ends: "(GET Goal/1); HTTP 200". An address may have parentheses of its own.
std::size_t end_in_brackets(std::string_view text) {
  for (std::size_t at = text.find(')'); at != text.npos; at = text.find(')', at + 1)) {
    const std::string_view behind = text.substr(at + 1);
    const auto ends = [&](std::string_view with) { return behind.starts_with(with); };
    if (behind.empty() || ends("; ") || ends(": ") || ends(" -> ")) return at;
  }
  return text.size();
}

bool begins_line(std::string_view text) {
  constexpr auto methods = std::to_array<std::string_view>({"DELETE ", "GET ", "HEAD ", "PATCH ", "POST ", "PUT "});
  return std::ranges::any_of(methods, [&](std::string_view method) { return text.starts_with(method); });
}

// An address may have commas, and spaces.
std::string_view take_line(std::string_view& text) {
  std::size_t at = text.find(", ");
  while (at != text.npos && !begins_line(text.substr(at + 2))) at = text.find(", ", at + 2);
  const std::string_view line = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 2);
  return line;
}

// Takes " and 3 more" from the end. Nothing is only counted where there was room.
std::uint32_t take_more(std::string_view& text) {
  constexpr std::string_view begin = " and ", end = " more";
  const auto at = text.rfind(begin);
  if (at == text.npos || at + shortest_line < all_lines || !text.ends_with(end)) return 0;
  std::string_view number = text.substr(at + begin.size());
  number.remove_suffix(end.size());
  std::uint32_t more = 0;
  const auto [last, fault] = std::from_chars(number.data(), number.data() + number.size(), more);
  if (fault != std::errc() || last != number.data() + number.size()) return 0;
  text = text.substr(0, at);
  return more;
}

NamedEntries named_in(std::string_view text) {
  NamedEntries named{.more = take_more(text)};
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const auto space = std::min(line.find(' '), line.size());
    named.lines.push_back({line.substr(0, space), line.substr(std::min(space + 1, line.size()))});
  }
  return named;
}

std::string interaction_of(fhir::Interaction interaction) {
  if (interaction == fhir::Interaction::vread) return "read";
  if (interaction == fhir::Interaction::patch) return "update";
  return std::string(fhir::name_of(interaction));
}

Part part_of(const NamedEntries::Line& line, std::size_t cut_at) {
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

NamedEntries lines_of(const nlohmann::json& entry) {
  std::string_view text = text_view_member(entry, "detail");
  const bool writes = text_view_member(entry, "kind") == "write";
  const std::string_view begin = writes ? "Bundle (" : ", for ";
  for (auto at = text.find(begin); at != text.npos; at = text.find(begin)) {
    text.remove_prefix(at + begin.size());
    if (begins_line(text)) return named_in(text.substr(0, writes ? end_in_brackets(text) : text.find("; ")));
  }
  return {};
}

}  // namespace

std::vector<Part> bundle_parts(const nlohmann::json& entry) {
  const std::string_view interaction = text_view_member(entry, "interaction");
  if (interaction != "batch" && interaction != "transaction") return {};
  const NamedEntries named = lines_of(entry);
  std::vector<Part> parts;
  for (const NamedEntries::Line& line : named.lines) parts.push_back(part_of(line, named.cut_at()));
  if (named.more > 0) parts.push_back({.times = named.more});
  // A Bundle that writes is told as a write.
  if (text_view_member(entry, "kind") != "write") {
    std::erase_if(parts, [](const Part& part) { return !part.interaction.empty() && !part.only_reads; });
    for (Part& part : parts) part.only_reads = true;
  }
  return parts;
}

}  // namespace wardend::balp
