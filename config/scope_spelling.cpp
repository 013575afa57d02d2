#include "config/scope_spelling.hpp"

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "protocol/fhir/resource_types.hpp"
#include "protocol/smart/scope.hpp"

namespace wardend::config {
namespace {

// The word itself where it is one of them, else the one that differs in letter case alone, else the nearest.
std::string nearest_of(std::string_view word, const Words& words) {
  if (words.contains(word)) return std::string(word);
  for (const std::string& candidate : words)
    if (lower_case(candidate) == lower_case(word)) return candidate;
  return nearest(word, words);
}

const Words& types() {
  static const Words words(fhir::resource_types().begin(), fhir::resource_types().end());
  return words;
}

// "sr" as "rs", "Read" as "read".
std::string permission(std::string_view written) {
  constexpr std::string_view order = "cruds";
  const std::string small = lower_case(written);
  if (small.empty() || small.find_first_not_of(order) != std::string::npos)
    return small == "*" ? small : nearest_of(small, {"read", "write"});
  std::string sorted;
  for (const char letter : order)
    if (small.contains(letter)) sorted += letter;
  return sorted;
}

struct Parts {
  std::string_view context, resource, permission, query;
};

// CONTEXT/RESOURCE.PERMISSION?QUERY; without a "." the permission is empty.
Parts split(std::string_view scope) {
  const auto slash = scope.find('/');
  Parts parts{.context = scope.substr(0, slash), .resource = scope.substr(slash + 1), .permission = {}, .query = {}};
  const auto question = parts.resource.find('?');
  if (question != std::string_view::npos) {
    parts.query = parts.resource.substr(question);
    parts.resource = parts.resource.substr(0, question);
  }
  const auto dot = parts.resource.find('.');
  if (dot == std::string_view::npos) return parts;
  parts.permission = parts.resource.substr(dot + 1);
  parts.resource = parts.resource.substr(0, dot);
  return parts;
}

bool is_fhir_scope(std::string_view scope) {
  return scope.find('/') != std::string_view::npos &&
         !nearest_of(split(scope).context, {"patient", "user", "system"}).empty() &&
         split(scope).permission.data() != nullptr;
}

}  // namespace

std::string probably_meant(std::string_view scope) {
  std::string meant;
  if (is_fhir_scope(scope)) {
    const Parts parts = split(scope);
    const std::string resource = parts.resource == "*" ? std::string("*") : nearest_of(parts.resource, types());
    const std::string context = nearest_of(parts.context, {"patient", "user", "system"});
    const std::string allowed = permission(parts.permission);
    if (resource.empty() || allowed.empty()) return {};
    meant = context + "/" + resource + "." + allowed + std::string(parts.query);
  } else {
    meant = nearest_of(scope, {"openid", "fhirUser", "profile", "offline_access", "online_access", "launch",
                               "launch/patient", "launch/encounter"});
  }
  return meant != scope && smart::valid_scope(meant) ? meant : std::string();
}

std::string unknown_resource_type(std::string_view scope) {
  if (!is_fhir_scope(scope)) return {};
  const std::string_view resource = split(scope).resource;
  return resource == "*" || types().contains(resource) ? std::string() : std::string(resource);
}

bool asks_for_everything(std::string_view scope) {
  if (!is_fhir_scope(scope)) return false;
  const Parts parts = split(scope);
  return parts.resource == "*" && parts.query.empty() && (parts.permission == "*" || parts.permission == "cruds");
}

}  // namespace wardend::config
