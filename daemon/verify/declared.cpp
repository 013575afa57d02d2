#include "daemon/verify/declared.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.hpp"

namespace wardend::verify {
namespace {

using fhir::CapabilityStatement;
using fhir::Listed;
using fhir::Rest;
using fhir::SearchParameter;
using fhir::ServedResource;

constexpr std::size_t most_listed = 16;
constexpr std::size_t longest_list = 256;

struct Interaction {
  std::string_view name;
  char letter;
};
constexpr std::array of_types = {
    Interaction{"read", 'r'},   Interaction{"vread", 'r'},       Interaction{"history-instance", 'r'},
    Interaction{"create", 'c'}, Interaction{"update", 'u'},      Interaction{"patch", 'u'},
    Interaction{"delete", 'd'}, Interaction{"search-type", 's'}, Interaction{"history-type", 's'},
};
constexpr std::array<std::string_view, 4> of_systems = {"batch", "transaction", "search-system", "history-system"};
constexpr std::array<std::string_view, 12> of_answers = {"_count",         "_sort",   "_include",  "_revinclude",
                                                         "_summary",       "_total",  "_elements", "_contained",
                                                         "_containedType", "_format", "_pretty",   "_maxresults"};
constexpr std::array<std::string_view, 5> references = {"patient", "subject", "encounter", "practitioner", "performer"};

template <typename Range>
bool holds(const Range& range, std::string_view word) {
  return std::ranges::find(range, word) != range.end();
}

std::string place(const std::string& parent, std::string_view list, std::uint32_t at) {
  return parent + "." + std::string(list) + "[" + std::to_string(at) + "]";
}

std::vector<const ServedResource*> entries_of(const CapabilityStatement& statement, std::string_view type) {
  std::vector<const ServedResource*> entries;
  for (const Rest& rest : statement.rest)
    for (const ServedResource& resource : rest.resources)
      if (resource.type == type) entries.push_back(&resource);
  return entries;
}

std::string path_of_list(const CapabilityStatement& statement) {
  if (statement.rest.empty()) return {};
  return statement.rest.front().path + (statement.rest.front().lists_resources ? ".resource" : "");
}

// Nothing is listed that could be it: what is elsewhere may list it.
Declaration silent(const CapabilityStatement& statement, std::string path, std::string detail) {
  if (statement.rest.empty())
    return {.verdict = Verdict::unknown, .path = {}, .detail = "the statement has no `rest` of mode server"};
  if (!statement.has_imports)
    return {.verdict = Verdict::not_declared, .path = std::move(path), .detail = std::move(detail)};
  return {.verdict = Verdict::unknown,
          .path = std::move(path),
          .detail = detail + "; it refers to other statements (instantiates or imports), which may"};
}

Declaration met(std::string path, std::string detail) {
  return {.verdict = Verdict::met, .path = std::move(path), .detail = std::move(detail)};
}

std::string_view without_dollar(std::string_view name) { return name.starts_with('$') ? name.substr(1) : name; }

const Listed* operation_in(const std::vector<Listed>& list, std::string_view name) {
  const auto found =
      std::ranges::find_if(list, [&](const Listed& of) { return without_dollar(of.word) == without_dollar(name); });
  return found == list.end() ? nullptr : &*found;
}

Declaration operation(const CapabilityStatement& statement, const Wanted& wanted) {
  const auto& [type, name] = wanted;
  const std::string detail = "the server declares the operation " + name;
  for (const ServedResource* resource : entries_of(statement, type))
    if (const Listed* found = operation_in(resource->operations, name))
      return met(place(resource->path, "operation", found->at), detail);
  for (const Rest& rest : statement.rest)
    if (const Listed* found = operation_in(rest.operations, name))
      return met(place(rest.path, "operation", found->at), detail);
  return silent(statement, path_of_list(statement), "the server does not declare the operation " + name);
}

Declaration of_system(const CapabilityStatement& statement, const std::string& name) {
  for (const Rest& rest : statement.rest)
    if (const auto found = std::ranges::find(rest.interactions, name, &Listed::word); found != rest.interactions.end())
      return met(place(rest.path, "interaction", found->at), "the server declares " + name);
  return silent(statement, statement.rest.empty() ? "" : statement.rest.front().path,
                "the server does not declare " + name);
}

// A parameter's name without its modifier or chain.
std::string_view bare(std::string_view name) { return name.substr(0, name.find_first_of(":.")); }
std::string_view without_modifier(std::string_view name) { return name.substr(0, name.find(':')); }

struct FoundParameter {
  const SearchParameter* parameter;
  std::string path;
};
// The first of the type, then of every resource, that `fits`.
std::optional<FoundParameter> find_parameter(const CapabilityStatement& statement, std::string_view type,
                                             const auto& fits) {
  for (const ServedResource* resource : entries_of(statement, type))
    if (const auto found = std::ranges::find_if(resource->search, fits); found != resource->search.end())
      return FoundParameter{&*found, place(resource->path, "searchParam", found->at)};
  for (const Rest& rest : statement.rest)
    if (const auto found = std::ranges::find_if(rest.search, fits); found != rest.search.end())
      return FoundParameter{&*found, place(rest.path, "searchParam", found->at)};
  return std::nullopt;
}

}  // namespace

char letter_for(std::string_view interaction) {
  const auto* found = std::ranges::find(of_types, interaction, &Interaction::name);
  return found == of_types.end() ? char{0} : found->letter;
}

Declaration interaction(const CapabilityStatement& statement, const Wanted& wanted) {
  const auto& [type, name] = wanted;
  if (name.starts_with('$')) return operation(statement, wanted);
  if (holds(of_systems, name)) return of_system(statement, name);
  if (letter_for(name) == 0)
    return {.verdict = Verdict::not_declared, .path = {}, .detail = "FHIR has no interaction " + printable(name, 64)};
  const auto entries = entries_of(statement, type);
  if (entries.empty())
    return silent(statement, path_of_list(statement), "the server does not list " + printable(type, 64));
  std::vector<std::string> others;
  for (const ServedResource* resource : entries) {
    for (const Listed& listed : resource->interactions) {
      if (listed.word == name)
        return met(place(resource->path, "interaction", listed.at), "the server declares " + name + " of " + type);
      if (others.size() < most_listed && !holds(others, listed.word)) others.push_back(listed.word);
    }
  }
  const std::string& path = entries.front()->path;
  if (others.empty()) return silent(statement, path, "the server lists " + type + " without any interaction");
  return {.verdict = Verdict::contradicted,
          .path = path + ".interaction",
          .detail = "the server declares for " + type + ": " + printable(joined(others), longest_list) + "; " + name +
                    " is not among them"};
}

Declaration search_parameter(const CapabilityStatement& statement, const Wanted& wanted) {
  const std::string& type = wanted.type;
  const std::string& name = wanted.name;
  if (holds(of_answers, bare(name)))
    return {.verdict = Verdict::unknown,
            .path = {},
            .detail = name + " shapes the answer and selects nothing: servers need not list it"};
  const auto exact = [&](const SearchParameter& of) { return of.name == name; };
  const auto same = [&](const SearchParameter& of) { return without_modifier(of.name) == without_modifier(name); };
  auto found = find_parameter(statement, type, exact);
  if (!found) found = find_parameter(statement, type, same);
  if (found) {
    Declaration declared = met(found->path, "the server lists it as " + printable(found->parameter->name, 64));
    if (holds(references, name) && found->parameter->type == "string")
      declared.doubt = "its type is string, where FHIR has a reference";
    return declared;
  }
  const auto near = [&](const SearchParameter& of) { return bare(of.name) == bare(name); };
  if (const auto other = find_parameter(statement, type, near))
    return {.verdict = Verdict::unknown,
            .path = other->path,
            .detail = "the server lists " + printable(other->parameter->name, 64) + " and not this"};
  const auto entries = entries_of(statement, type);
  const bool none = std::ranges::all_of(entries, [](const ServedResource* of) { return of->search.empty(); });
  const std::string path = entries.empty() ? path_of_list(statement) : entries.front()->path;
  return silent(statement, path + (none ? "" : ".searchParam"),
                none ? "the server lists no search parameter of " + type
                     : "the server lists search parameters of " + type + ", and this is not among them");
}

}  // namespace wardend::verify
