#include <nlohmann/json.hpp>

#include "protocol/balp/codes.hpp"
#include "protocol/balp/parts.hpp"
#include "protocol/balp/values.hpp"

namespace wardend::balp {
namespace {

constexpr std::string_view machine_name = "1", uri = "5";  // network.type

// Roles follow the data, so app and server change theirs between reading and writing.
struct Parts {
  Code app, server, user;
};
Parts parts_of(Layout layout) {
  switch (layout) {
    case Layout::own:
      return {roles::application, roles::custodian, roles::human};
    case Layout::token_request:
      return {roles::application, roles::authorization_server, roles::recipient};
    case Layout::read:
      return {roles::destination, roles::source, roles::recipient};
    case Layout::query:
      return {roles::source, roles::destination, roles::recipient};
    case Layout::write:
    case Layout::other_request:
      return {roles::source, roles::destination, roles::author};
    case Layout::erase:
      return {roles::application, roles::custodian, roles::author};
  }
  return {roles::application, roles::custodian, roles::human};
}

Json identifier(std::string_view system, const std::string& value) {
  Json json = Json::object();
  if (!system.empty()) json["system"] = system;
  json["value"] = value;
  return json;
}

// The user as the EHR names them, or else as this machine does; null: the entry names nobody.
Json who_of(const nlohmann::json& entry) {
  const std::string subject = words_of(entry, "subject"), uid = words_of(entry, "uid");
  if (subject.empty() && uid.empty()) return nullptr;
  Json who = Json::object();
  const auto named = reference_of(subject, words_of(entry, "fhir_base_url"));
  const bool may_act = named && (named->type == "Practitioner" || named->type == "PractitionerRole" ||
                                 named->type == "Patient" || named->type == "RelatedPerson");
  if (may_act)
    who["reference"] = named->reference;
  else if (subject.empty())
    who["identifier"] = identifier(systems::unix_user, uid);
  else
    who["identifier"] = identifier({}, subject);
  return who;
}

Json user(const nlohmann::json& entry, const Code& role, Layout layout) {
  Json agent = {{"type", concept_of(role)}, {"who", who_of(entry)}};
  if (const std::string uid = words_of(entry, "uid"); !uid.empty() && layout != Layout::token_request)
    agent["altId"] = uid;
  agent["requestor"] = true;
  if (Json purpose = purpose_of(entry); !purpose.is_null()) agent["purposeOfUse"] = Json::array({std::move(purpose)});
  return agent;
}

Json app(const nlohmann::json& entry, const Code& role, bool requestor) {
  const std::string name = words_of(entry, "app"), host = words_of(entry, "host");
  Json who = Json::object();
  if (!name.empty()) who["identifier"] = identifier({}, name);
  who["display"] = name.empty() ? "wardend" : name;
  Json agent = {{"type", concept_of(role)}, {"who", std::move(who)}, {"requestor", requestor}};
  if (!host.empty()) agent["network"] = {{"address", host}, {"type", machine_name}};
  return agent;
}

Json server(const nlohmann::json& entry, const Code& role) {
  const std::string name = words_of(entry, "server"), base = address_of(words_of(entry, "fhir_base_url"));
  if (name.empty() && base.empty()) return nullptr;
  Json who = Json::object();
  who["display"] = name.empty() ? base : name;
  Json agent = {{"type", concept_of(role)}, {"who", std::move(who)}, {"requestor", false}};
  if (!base.empty()) agent["network"] = {{"address", base}, {"type", uri}};
  return agent;
}

}  // namespace

Json agents_of(const nlohmann::json& entry, Layout layout) {
  const Parts parts = parts_of(layout);
  const bool somebody = !who_of(entry).is_null();
  Json agents = Json::array({app(entry, parts.app, !somebody)});
  if (Json one = server(entry, parts.server); !one.is_null()) agents.push_back(std::move(one));
  if (somebody) agents.push_back(user(entry, parts.user, layout));
  return agents;
}

Json source_of(const nlohmann::json& entry) {
  const std::string host = words_of(entry, "host"), organization = words_of(entry, "organization");
  Json observer = Json::object();
  if (!host.empty()) observer["identifier"] = identifier(systems::workstation, host);
  observer["display"] = "wardend";
  Json source = Json::object();
  if (!organization.empty()) source["site"] = organization;
  source["observer"] = std::move(observer);
  source["type"] =
      Json::array({coding({"http://terminology.hl7.org/CodeSystem/security-source-type", "1", "User Device"})});
  return source;
}

Json purpose_of(const nlohmann::json& entry) {
  const std::string purpose = words_of(entry, "purpose_of_use");
  if (purpose.empty()) return nullptr;
  if (const std::string code = code_of(purpose); !code.empty()) return concept_of({systems::purpose, code, {}});
  Json words = Json::object();
  words["text"] = purpose;
  return words;
}

}  // namespace wardend::balp
