#include "daemon/verify/imprint.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/json_members.hpp"
#include "protocol/fhir/capability_statement.hpp"
#include "protocol/smart/discovery_document.hpp"

namespace wardend::verify {
namespace {

using Json = nlohmann::json;

// Members of the outermost object that servers write anew for each request, or that say nothing to a program.
constexpr std::array<std::string_view, 4> volatile_members = {"date", "id", "meta", "text"};

bool is_one_of_them(std::string_view name) {
  return std::ranges::find(volatile_members, name) != volatile_members.end();
}

std::string line_of(const Json& value);

// One line a member, in the order of the names. null counts as absent.
template <typename Counts>
std::string object_line(const Json& object, Counts counts) {
  std::string lines;
  for (const auto& [name, member] : object.items())
    if (!member.is_null() && counts(name)) lines += dump_json(Json(name)) + line_of(member) + "\n";
  return "{" + hex(sha256(lines));
}

// A text without a line end that is the same for values that say the same.
std::string line_of(const Json& value) {
  if (value.is_object()) return object_line(value, [](std::string_view) { return true; });
  if (!value.is_array()) return dump_json(value);
  std::vector<std::string> entries;
  entries.reserve(value.size());
  for (const Json& entry : value)
    if (!entry.is_null()) entries.push_back(line_of(entry));
  std::ranges::sort(entries);
  std::string lines;
  for (const std::string& entry : entries) lines += entry + "\n";
  return "[" + hex(sha256(lines));
}

bool is_statement(const Json& resource) {
  const std::string_view type = text_view_member(resource, "resourceType");
  return type == "CapabilityStatement" || type == "Conformance";
}

// nullptr: there is none.
const Json* statement_in(const Json& document) {
  if (is_statement(document)) return &document;
  if (text_view_member(document, "resourceType") != "Bundle") return nullptr;
  for (const Json& entry : list_member(document, "entry"))
    if (const Json* resource = find_member(entry, "resource"); resource != nullptr && is_statement(*resource))
      return resource;
  return nullptr;
}

// A server in trouble answers with other objects too.
const Json* configuration_in(const Json& document) {
  const bool is_one = document.contains("token_endpoint") || document.contains("authorization_endpoint");
  return is_one || document.contains("capabilities") ? &document : nullptr;
}

}  // namespace

std::optional<std::string> content_of(Source source, const Received& received) {
  const bool smart = source == Source::smart_configuration;
  const auto document = smart::read_discovery_document(received.status, received.content_type, received.body,
                                                       smart ? smart::discovery_limits : fhir::capability_limits);
  if (!document) return std::nullopt;
  const Json* found = smart ? configuration_in(*document) : statement_in(*document);
  if (found == nullptr) return std::nullopt;
  return object_line(*found, [](std::string_view name) { return !is_one_of_them(name); }).substr(1);
}

}  // namespace wardend::verify
