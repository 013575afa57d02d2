#include "protocol/fhir/capability_statement.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::fhir {
namespace {

using Json = nlohmann::json;
using Kind = Oddity::Kind;

constexpr std::size_t longest_word = 256;
constexpr std::size_t longest_address = 8192;
constexpr std::size_t longest_sample = 64;
constexpr std::size_t most_services = 16;
constexpr std::size_t most_capabilities = 256;
constexpr std::string_view oauth_uris = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
constexpr std::string_view capabilities = "http://fhir-registry.smarthealthit.org/StructureDefinition/capabilities";

std::string at(const std::string& list, std::size_t index) { return list + "[" + std::to_string(index) + "]"; }

class Reader {
 public:
  explicit Reader(std::string prefix) { statement_.prefix = std::move(prefix); }
  CapabilityStatement read(const Json& document);

 private:
  void note(Kind kind, const std::string& path, std::string_view sample = {});
  const Json* member(const Json& object, const char* name, const std::string& path, Json::value_t type);
  std::string word(const Json& object, const char* name, const std::string& path, std::size_t longest = longest_word);
  // Calls `take` with each object of a list, its path and its index.
  template <typename Take>
  bool each(const Json& object, const char* name, const std::string& path, Take take);
  std::vector<Listed> listed(const Json& object, const char* list, const char* name, const std::string& path);
  std::vector<SearchParameter> search(const Json& object, const std::string& path);

  void read_rest(const Json& entry, const std::string& path);
  void read_resource(const Json& entry, const std::string& path, Rest& rest);
  void read_security(const Json& security, const std::string& path, Rest& rest);
  void read_extension(const Json& extension, const std::string& path, Rest& rest);
  void read_services(const Json& security, const std::string& path, Rest& rest);

  CapabilityStatement statement_;
  std::map<std::string, std::string, std::less<>> types_;  // each type that was met, and where first
};

void Reader::note(Kind kind, const std::string& path, std::string_view sample) {
  const auto known = std::ranges::find(statement_.oddities, kind, &Oddity::kind);
  if (known != statement_.oddities.end()) {
    ++known->count;
    return;
  }
  statement_.oddities.push_back({.kind = kind, .path = path, .sample = printable(sample, longest_sample)});
}

// nullptr: it is not there, is null, or is of another type.
const Json* Reader::member(const Json& object, const char* name, const std::string& path, Json::value_t type) {
  const Json* found = find_member(object, name);
  if (found == nullptr || found->is_null()) return nullptr;
  if (found->type() == type) return found;
  note(Kind::wrong_kind_of_value, path + name);
  return nullptr;
}

std::string Reader::word(const Json& object, const char* name, const std::string& path, std::size_t longest) {
  const Json* found = member(object, name, path, Json::value_t::string);
  if (found == nullptr) return {};
  const auto& text = found->get_ref<const std::string&>();
  if (text.size() <= longest) return text;
  note(Kind::too_long, path + name);
  return {};
}

template <typename Take>
bool Reader::each(const Json& object, const char* name, const std::string& path, Take take) {
  const Json* list = member(object, name, path, Json::value_t::array);
  if (list == nullptr) return false;
  std::uint32_t index = 0;
  for (const Json& entry : *list) {
    if (entry.is_object())
      take(entry, index);
    else if (!entry.is_null())
      note(Kind::wrong_kind_of_value, at(path + name, index));
    ++index;
  }
  return true;
}

std::vector<Listed> Reader::listed(const Json& object, const char* list, const char* name, const std::string& path) {
  std::vector<Listed> words;
  each(object, list, path, [&](const Json& entry, std::uint32_t index) {
    const std::string place = at(path + list, index);
    std::string text = word(entry, name, place + ".");
    if (!text.empty()) return words.push_back({.word = std::move(text), .at = index});
    if (std::string_view(list) == "interaction") note(Kind::interaction_without_code, place);
  });
  return words;
}

std::vector<SearchParameter> Reader::search(const Json& object, const std::string& path) {
  std::vector<SearchParameter> parameters;
  each(object, "searchParam", path, [&](const Json& entry, std::uint32_t index) {
    const std::string place = at(path + "searchParam", index) + ".";
    std::string name = word(entry, "name", place);
    if (!name.empty()) parameters.push_back({.name = std::move(name), .type = word(entry, "type", place), .at = index});
  });
  return parameters;
}

CapabilityStatement Reader::read(const Json& document) {
  const std::string& prefix = statement_.prefix;
  statement_.resource_type = text_member(document, "resourceType");
  statement_.fhir_version = word(document, "fhirVersion", prefix);
  statement_.status = word(document, "status", prefix);
  statement_.kind = word(document, "kind", prefix);
  if (const Json* software = member(document, "software", prefix, Json::value_t::object)) {
    statement_.software = word(*software, "name", prefix + "software.");
    const std::string version = word(*software, "version", prefix + "software.");
    if (!version.empty()) statement_.software += (statement_.software.empty() ? "" : " ") + version;
  }
  if (const Json* implementation = member(document, "implementation", prefix, Json::value_t::object))
    statement_.implementation_url = word(*implementation, "url", prefix + "implementation.", longest_address);
  for (const char* name : {"imports", "instantiates"}) {
    const Json* list = member(document, name, prefix, Json::value_t::array);
    statement_.has_imports = statement_.has_imports || (list != nullptr && !list->empty());
  }
  each(document, "rest", prefix, [&](const Json& entry, std::uint32_t index) {
    if (text_member(entry, "mode") != "client") read_rest(entry, at(prefix + "rest", index));
  });
  return std::move(statement_);
}

void Reader::read_rest(const Json& entry, const std::string& path) {
  Rest rest{.path = path};
  const std::string below = path + ".";
  rest.interactions = listed(entry, "interaction", "code", below);
  rest.search = search(entry, below);
  rest.operations = listed(entry, "operation", "name", below);
  if (const Json* security = member(entry, "security", below, Json::value_t::object))
    read_security(*security, below + "security", rest);
  rest.lists_resources = each(entry, "resource", below, [&](const Json& resource, std::uint32_t index) {
    read_resource(resource, at(below + "resource", index), rest);
  });
  statement_.rest.push_back(std::move(rest));
}

void Reader::read_resource(const Json& entry, const std::string& path, Rest& rest) {
  const std::string below = path + ".";
  ServedResource resource{.type = word(entry, "type", below), .path = path};
  if (!is_resource_type(resource.type)) return note(Kind::unknown_type, below + "type", resource.type);
  if (!types_.try_emplace(resource.type, path).second) note(Kind::repeated_type, path, resource.type);
  resource.interactions = listed(entry, "interaction", "code", below);
  resource.search = search(entry, below);
  resource.operations = listed(entry, "operation", "name", below);
  rest.resources.push_back(std::move(resource));
}

void Reader::read_security(const Json& security, const std::string& path, Rest& rest) {
  rest.has_security = true;
  const std::string below = path + ".";
  each(security, "extension", below, [&](const Json& extension, std::uint32_t index) {
    read_extension(extension, at(below + "extension", index), rest);
  });
  read_services(security, below, rest);
}

void Reader::read_extension(const Json& extension, const std::string& path, Rest& rest) {
  const std::string url = text_member(extension, "url");
  if (url == capabilities) {
    std::string code = word(extension, "valueCode", path + ".");
    if (!code.empty() && rest.smart_capabilities.size() < most_capabilities)
      rest.smart_capabilities.push_back(std::move(code));
    return;
  }
  if (url != oauth_uris) {
    if (url.ends_with("/oauth-uris")) note(Kind::oauth_uris_under_other_url, path + ".url", url);
    return;
  }
  if (!rest.oauth_path.empty()) return;
  rest.oauth_path = path;
  each(extension, "extension", path + ".", [&](const Json& entry, std::uint32_t index) {
    const std::string place = at(path + ".extension", index) + ".";
    std::string name = word(entry, "url", place);
    std::string address = word(entry, "valueUri", place, longest_address);
    const bool known = std::ranges::find(rest.oauth, name, &OAuthAddress::name) != rest.oauth.end();
    if (!name.empty() && !address.empty() && !known && rest.oauth.size() < most_services)
      rest.oauth.push_back({.name = std::move(name), .address = std::move(address), .path = place + "valueUri"});
  });
}

void Reader::read_services(const Json& security, const std::string& path, Rest& rest) {
  each(security, "service", path, [&](const Json& service, std::uint32_t index) {
    const std::string place = at(path + "service", index) + ".";
    each(service, "coding", place, [&](const Json& coding, std::uint32_t which) {
      const std::string below = at(place + "coding", which) + ".";
      std::string code = word(coding, "code", below);
      if (!code.empty() && rest.services.size() < most_services)
        rest.services.push_back(
            {.code = std::move(code), .system = word(coding, "system", below), .path = below + "code"});
    });
  });
}

bool is_statement(const Json& document) {
  const std::string type = text_member(document, "resourceType");
  return type == "CapabilityStatement" || type == "Conformance";
}

}  // namespace

std::expected<CapabilityStatement, std::string> read_capability_statement(const Json& document, Bundles bundles) {
  if (is_statement(document)) return Reader("").read(document);
  const std::string type = printable(text_member(document, "resourceType"), longest_sample);
  if (type != "Bundle" || bundles == Bundles::refused)
    return std::unexpected(type.empty() ? "it is no FHIR resource" : "it is of the resource type " + type);
  std::size_t index = 0;
  for (const Json& entry : list_member(document, "entry")) {
    const Json* resource = find_member(entry, "resource");
    if (resource != nullptr && is_statement(*resource))
      return Reader(at("entry", index) + ".resource.").read(*resource);
    ++index;
  }
  return std::unexpected("it is a Bundle without a CapabilityStatement");
}

}  // namespace wardend::fhir
