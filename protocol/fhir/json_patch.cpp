#include "protocol/fhir/json_patch.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "base/json.hpp"
#include "base/json_members.hpp"

namespace wardend::fhir {
namespace {

using nlohmann::json;

std::string place_of(std::size_t at) { return "patch[" + std::to_string(at) + "]"; }

std::optional<PatchVerb> verb_named(std::string_view name) {
  constexpr auto names = std::to_array<std::pair<std::string_view, PatchVerb>>({{"add", PatchVerb::add},
                                                                                {"remove", PatchVerb::remove},
                                                                                {"replace", PatchVerb::replace},
                                                                                {"move", PatchVerb::move},
                                                                                {"copy", PatchVerb::copy},
                                                                                {"test", PatchVerb::test}});
  for (const auto& [word, verb] : names)
    if (word == name) return verb;
  return std::nullopt;
}

// Empty or beginning with a slash, "~" only as ~0 or ~1.
bool is_pointer(std::string_view text) {
  if (text.size() > longest_pointer || (!text.empty() && !text.starts_with('/'))) return false;
  for (auto at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1))
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  return true;
}

std::expected<PatchOperation, std::string> read_operation(const json& operation) {
  const json* verb = find_member(operation, "op");
  const json* path = find_member(operation, "path");
  if (verb == nullptr || !verb->is_string()) return std::unexpected("an operation without \"op\"");
  const auto known = verb_named(verb->get_ref<const std::string&>());
  if (!known) return std::unexpected("an operation that JSON Patch does not have");
  if (path == nullptr || !path->is_string()) return std::unexpected("an operation without \"path\"");
  PatchOperation read{.verb = *known, .path = path->get<std::string>()};
  const bool brings = *known == PatchVerb::add || *known == PatchVerb::replace || *known == PatchVerb::test;
  if (brings && !operation.contains("value")) return std::unexpected("an operation without \"value\"");
  if (*known == PatchVerb::move || *known == PatchVerb::copy) {
    const json* from = find_member(operation, "from");
    if (from == nullptr || !from->is_string()) return std::unexpected("an operation without \"from\"");
    read.from = from->get<std::string>();
  }
  if (!is_pointer(read.path) || !is_pointer(read.from)) return std::unexpected("a path that is no JSON pointer");
  return read;
}

struct Size {
  std::size_t values = 0;
  std::size_t bytes = 0;
  std::size_t depth = 0;
};

Size size_of(const json& value) {
  Size size;
  std::vector<std::pair<const json*, std::size_t>> open = {{&value, 1}};
  while (!open.empty()) {
    const auto [node, depth] = open.back();
    open.pop_back();
    ++size.values;
    size.depth = std::max(size.depth, depth);
    if (node->is_string()) size.bytes += node->get_ref<const std::string&>().size();
    if (!node->is_structured()) continue;
    for (auto at = node->begin(); at != node->end(); ++at) {
      if (node->is_object()) size.bytes += at.key().size();
      open.emplace_back(&*at, depth + 1);
    }
  }
  return size;
}

// What the operations so far have brought: each `copy` may double the document, and each `move` nest it deeper.
class Budget {
 public:
  [[nodiscard]] bool bears(const json& value, const json::json_pointer& to) {
    const Size size = size_of(value);
    values_ += size.values;
    bytes_ += size.bytes;
    const std::string text = to.to_string();
    const auto levels = static_cast<std::size_t>(std::ranges::count(text, '/'));
    return values_ <= most_patched_values && bytes_ <= most_patched_bytes && levels + size.depth <= max_json_depth;
  }

 private:
  std::size_t values_ = 0;
  std::size_t bytes_ = 0;
};

bool is_container(const json& document, const json::json_pointer& at) {
  return document.contains(at) && document.at(at).is_structured();
}

// What keeps it from being carried out; nullopt: nothing. The library asserts that an `add` has a list or an object to
// add to, and passes over a `remove` from anything else.
std::optional<std::string> obstacle(const json& document, const json& operation, const PatchOperation& read,
                                    Budget& budget) {
  const json::json_pointer path(read.path);
  const bool moves = read.verb == PatchVerb::move || read.verb == PatchVerb::copy;
  if (read.verb != PatchVerb::replace && read.verb != PatchVerb::test) {
    if (path.empty() && read.verb == PatchVerb::remove) return "the operation removes the whole resource";
    if (!path.empty() && !is_container(document, path.parent_pointer()))
      return "the operation's path is not in the resource";
  }
  if (!moves && (read.verb == PatchVerb::remove || read.verb == PatchVerb::test)) return std::nullopt;
  const json::json_pointer from(read.from);
  if (moves && !document.contains(from)) return "the operation's \"from\" is not in the resource";
  if (read.verb == PatchVerb::move && from.empty()) return "the operation moves the whole resource";
  if (read.verb == PatchVerb::move && (read.path + "/").starts_with(read.from + "/") && read.path != read.from)
    return "the operation moves an element into itself";
  const json& value = moves ? document.at(from) : operation["value"];
  return budget.bears(value, path) ? std::nullopt
                                   : std::optional<std::string>("the patch makes the resource too large");
}

}  // namespace

std::expected<std::vector<PatchOperation>, PatchFault> read_patch(const json& patch) {
  if (patch.is_object() && find_member(patch, "resourceType") != nullptr)
    return std::unexpected(PatchFault{"a FHIRPath Patch (Parameters) cannot be judged: send a JSON Patch"});
  if (!patch.is_array()) return std::unexpected(PatchFault{"a JSON Patch is a list of operations"});
  if (patch.empty()) return std::unexpected(PatchFault{"a JSON Patch without an operation"});
  if (patch.size() > most_patch_operations)
    return std::unexpected(
        PatchFault{"a JSON Patch of more than " + std::to_string(most_patch_operations) + " operations"});
  std::vector<PatchOperation> operations;
  operations.reserve(patch.size());
  for (const json& operation : patch) {
    auto read = read_operation(operation);
    if (!read) return std::unexpected(PatchFault{read.error(), place_of(operations.size())});
    operations.push_back(std::move(*read));
  }
  return operations;
}

std::expected<json, PatchFault> patched(const json& document, const json& patch) {
  const auto operations = read_patch(patch);
  if (!operations) return std::unexpected(operations.error());
  json result = document;
  Budget budget;
  for (std::size_t at = 0; at < operations->size(); ++at) {
    const PatchOperation& operation = (*operations)[at];
    // The library throws where a pointer leads nowhere and where a test fails; its texts quote the resource.
    try {
      if (auto found = obstacle(result, patch[at], operation, budget))
        return std::unexpected(PatchFault{std::move(*found), place_of(at)});
      result.patch_inplace(json::array({patch[at]}));
    } catch (const json::exception&) {
      const bool test = operation.verb == PatchVerb::test;
      return std::unexpected(PatchFault{test ? "a test of the patch fails: the resource is not as the app thinks"
                                             : "the operation's path is not in the resource",
                                        place_of(at)});
    }
  }
  return result;
}

}  // namespace wardend::fhir
