#include "tests/sandbox/discovery.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

constexpr const char* names[] = {"smart", "openid", "metadata"};
constexpr std::size_t most_bytes = 256 * 1024;

json object_of(const std::string& text) {
  auto object = parse_json(text, most_bytes);
  return object && object->is_object() ? std::move(*object) : json::object();
}

// Null takes a member away; everything else is laid over as it is, objects too.
void lay_over(json& object, const json& changes) {
  for (const auto& [name, value] : changes.items()) {
    if (value.is_null())
      object.erase(name);
    else
      object[name] = value;
  }
}

}  // namespace

std::expected<void, std::string> Discovery::change(std::string_view text) {
  auto members = Members::parse(text);
  if (!members) return std::unexpected(members.error());
  const auto document = static_cast<Document>(members->choice("document", names).value_or(0));
  json changes = object_of(members->object("set").value_or("{}"));
  for (const std::string& name : members->texts("remove")) changes[name] = nullptr;
  if (const auto problem = members->problem()) return std::unexpected(*problem);
  json all = object_of(changes_[document]);
  for (const auto& [name, value] : changes.items()) all[name] = value;
  changes_[document] = dump_json(all);
  return {};
}

std::string Discovery::published(Document document, const std::string& text, const Settings& settings) const {
  const auto found = changes_.find(document);
  if (found == changes_.end()) return text;
  json object = object_of(text);
  lay_over(object, object_of(settings.filled(found->second)));
  return dump_json(object);
}

std::vector<std::string> Discovery::token_endpoints(const Settings& settings) const {
  std::vector<std::string> all{settings.origin + "/oauth/token"};
  const auto found = changes_.find(Document::smart);
  if (found == changes_.end()) return all;
  const json changes = object_of(settings.filled(found->second));
  const auto endpoint = changes.find("token_endpoint");
  if (endpoint != changes.end() && endpoint->is_string()) all.push_back(endpoint->get<std::string>());
  return all;
}

std::string Discovery::list() const {
  json all = json::object();
  for (const auto& [document, changes] : changes_) all[names[static_cast<std::size_t>(document)]] = object_of(changes);
  return dump_json({{"discovery", all}});
}

}  // namespace wardend::sandbox
