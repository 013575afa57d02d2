#include <array>
#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "protocol/balp/codes.hpp"
#include "protocol/balp/parts.hpp"
#include "protocol/balp/values.hpp"
#include "protocol/fhir/id.hpp"

namespace wardend::balp {
namespace {

// Members that have no element of their own in an AuditEvent. `patient` and `request_id` have one, but where a profile
// has no room for it.
constexpr std::array details = {"sequence", "hash",    "boot",          "action", "result",  "reason",
                                "detail",   "session", "login_session", "epoch",  "pid",     "unit",
                                "count",    "first",   "last",          "tokens", "accesses"};

Json entity(const Code& type, const Code& role) {
  Json json = {{"type", coding(type)}};
  if (!role.code.empty()) json["role"] = coding(role);
  return json;
}

Json identified(std::string_view system, const std::string& value) {
  Json identifier = Json::object();
  if (!system.empty()) identifier["system"] = system;
  identifier["value"] = value;
  Json what = Json::object();
  what["identifier"] = std::move(identifier);
  return what;
}

void add_detail(const nlohmann::json& entry, const char* member, Json& list) {
  const std::string words = words_of(entry, member);
  if (!words.empty()) list.push_back({{"type", member}, {"valueString", words}});
}

Json details_of(const nlohmann::json& entry) {
  Json list = Json::array();
  for (const char* member : details) add_detail(entry, member, list);
  return list;
}

Json patient(const nlohmann::json& entry, const std::string& id) {
  Json json = Json::object();
  const std::string base = words_of(entry, "fhir_base_url");
  const auto named = reference_of(fhir::conformant_id(id) ? "Patient/" + id : id, base);
  if (named && named->type == "Patient") {
    json["what"] = Json::object();
    json["what"]["reference"] = named->reference;
  } else {
    json["what"] = identified({}, id);
  }
  json.update(entity(entities::person, entities::patient));
  return json;
}

// Null: the entry does not say what it was about.
Json resource(const nlohmann::json& entry) {
  const std::string text = words_of(entry, "resource");
  if (text.empty()) return nullptr;
  Json what = Json::object();
  if (const auto named = reference_of(text, words_of(entry, "fhir_base_url")))
    what["reference"] = named->reference;
  else
    what["display"] = text;
  Json json = Json::object();
  json["what"] = std::move(what);
  json.update(entity(entities::system_object, entities::domain_resource));
  return json;
}

Json query(const nlohmann::json& entry) {
  const std::string base = address_of(words_of(entry, "fhir_base_url"));
  const std::string parameters = text_member(entry, "query"), type = text_member(entry, "resource");
  const std::string path = type.empty() ? base : base + "/" + type;
  Json json = entity(entities::system_object, entities::query);
  json["query"] = base64("GET " + path + (parameters.empty() || parameters.starts_with('?') ? "" : "?") + parameters);
  return json;
}

// What was sent to the authorization server, as far as it is no secret. All that the entry has stands in this entity,
// as the profile lets no other be.
Json token_request(const nlohmann::json& entry) {
  const bool refreshed = text_view_member(entry, "kind") == "refresh";
  Json json = entity(entities::system_object, entities::query);
  json["query"] = base64(refreshed ? "POST token HTTP/1.1\r\n\r\ngrant_type=refresh_token&refresh_token=[redacted]"
                                   : "POST token HTTP/1.1\r\n\r\ngrant_type=authorization_code&code=[redacted]");
  Json list = details_of(entry);
  add_detail(entry, "request_id", list);
  add_detail(entry, "patient", list);
  if (!list.empty()) json["detail"] = std::move(list);
  return json;
}

bool erases(const nlohmann::json& entry) {
  const std::string_view kind = text_view_member(entry, "kind");
  return kind == "session_end" || (kind == "clear" && words_of(entry, "count") != "0");
}

// What the trail says beyond all that.
Json trail_entry(const nlohmann::json& entry, Layout layout) {
  const std::string session = words_of(entry, "session"), sequence = words_of(entry, "sequence");
  const bool grant = layout == Layout::own && (!session.empty() || erases(entry));
  Json json = Json::object();
  if (grant && !session.empty())
    json["what"] = identified(systems::session, session);
  else if (!sequence.empty())
    json["what"] = identified(systems::entry, sequence);
  json.update(grant ? entity(entities::system_object, entities::security_resource) : entity(entities::other, {}));
  if (layout == Layout::own && erases(entry)) json["lifecycle"] = coding(entities::erased);
  Json list = details_of(entry);
  if (layout != Layout::query) add_detail(entry, "query", list);
  if (!list.empty()) json["detail"] = std::move(list);
  return json;
}

}  // namespace

Json entities_of(const nlohmann::json& entry, Layout layout) {
  if (layout == Layout::token_request) return Json::array({token_request(entry)});
  Json list = Json::array();
  if (const std::string id = words_of(entry, "patient"); !id.empty()) list.push_back(patient(entry, id));
  if (layout == Layout::query)
    list.push_back(query(entry));
  else if (Json one = resource(entry); !one.is_null())
    list.push_back(std::move(one));
  if (const std::string id = words_of(entry, "request_id"); !id.empty()) {
    Json one = Json::object();
    one["what"] = identified({}, id);
    one.update(entity(entities::request_id, {}));
    list.push_back(std::move(one));
  }
  list.push_back(trail_entry(entry, layout));
  return list;
}

}  // namespace wardend::balp
