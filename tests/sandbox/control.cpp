#include "tests/sandbox/control.hpp"

#include <fmt/core.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

Reply bad_request(const std::string& problem) { return json_reply(400, dump_json({{"error", problem}})); }

Reply not_allowed(const std::string& methods) {
  Reply reply = json_reply(405, dump_json({{"error", "use " + methods}}));
  reply.headers.emplace_back("Allow", methods);
  return reply;
}

std::int64_t unix_ms(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::string rfc3339(WallTime time) {
  const std::time_t seconds = unix_seconds(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, unix_ms(time) % 1000);
}

json fault_json(const Fault& fault) {
  json entry = {{"id", fault.id}, {"at", name_of(fault.at)}, {"kind", name_of(fault.kind)}, {"applied", fault.applied}};
  if (fault.status) entry["status"] = *fault.status;
  if (fault.span) entry["seconds"] = static_cast<double>(fault.span->count()) / 1000;
  if (!fault.fields.empty()) entry["fields"] = fault.fields;
  if (fault.count) entry["count"] = *fault.count;
  const std::pair<const char*, const std::optional<std::string>&> texts[] = {
      {"oauth_error", fault.oauth_error},   {"grant_type", fault.grant_type},
      {"retry_after", fault.retry_after},   {"body", fault.body},
      {"content_type", fault.content_type}, {"patient", fault.patient}};
  for (const auto& [name, value] : texts)
    if (value) entry[name] = *value;
  return entry;
}

json log_json(const LogEntry& entry) {
  json line = {{"time", rfc3339(entry.time)}, {"unix_ms", unix_ms(entry.time)}, {"method", entry.method},
               {"path", entry.path},          {"query_keys", entry.query_keys}, {"status", entry.status}};
  if (!entry.form_keys.empty()) line["form_keys"] = entry.form_keys;
  if (!entry.grant_type.empty()) line["grant_type"] = entry.grant_type;
  if (!entry.fault.empty()) line["fault"] = entry.fault;
  return line;
}

// A FHIR id. Spec: FHIR R4, datatypes, id
void read_id(Members& members, const std::string& name, std::string& into) {
  const auto value = members.text(name);
  if (!value) return;
  constexpr const char* alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
  if (value->empty() || value->size() > 64 || value->find_first_not_of(alphabet) != std::string::npos)
    members.complain(name, "not a FHIR id");
  into = *value;
}

}  // namespace

Reply Control::answer(const Request& request) {
  const std::string_view what = std::string_view(request.path).substr(std::string_view("/_sandbox/").size());
  if (what == "faults") return faults(request);
  if (what == "log") return log(request);
  if (what == "stats") return request.method == "GET" ? stats() : not_allowed("GET");
  if (what == "config") return config(request);
  if (what == "down") return request.method == "POST" ? down(request) : not_allowed("POST");
  if (what == "logout") {
    if (request.method != "POST") return not_allowed("POST");
    parts_.grants.kill_all();
    return stats();
  }
  return json_reply(404, dump_json({{"error", "there are faults, log, stats, config, down, logout"}}));
}

Reply Control::faults(const Request& request) {
  if (request.method == "DELETE") return clear_faults(request);
  if (request.method == "POST") {
    auto fault = parse_fault(request.body);
    if (!fault) return bad_request(fault.error());
    if (!parts_.faults.add(std::move(*fault))) return bad_request("too many faults: clear some");
    return json_reply(201, dump_json(fault_json(parts_.faults.list().back())));
  }
  if (request.method != "GET") return not_allowed("GET, POST, DELETE");
  json list = json::array();
  for (const Fault& fault : parts_.faults.list()) list.push_back(fault_json(fault));
  return json_reply(200, dump_json({{"faults", list}}));
}

Reply Control::clear_faults(const Request& request) {
  const auto form = Form::parse(request.query);
  if (!form || !form->has("at")) {
    parts_.faults.clear();
    return json_reply(200, dump_json({{"faults", json::array()}}));
  }
  const auto at = place_named(form->get("at"));
  if (!at) return bad_request("at: no such place");
  parts_.faults.clear(*at);
  return faults({.method = "GET", .path = request.path});
}

Reply Control::log(const Request& request) {
  if (request.method == "DELETE") parts_.log.clear();
  if (request.method != "GET" && request.method != "DELETE") return not_allowed("GET, DELETE");
  json list = json::array();
  for (const LogEntry& entry : parts_.log.entries()) list.push_back(log_json(entry));
  return json_reply(200, dump_json({{"requests", list}, {"forgotten", parts_.log.forgotten()}}));
}

Reply Control::stats() const {
  const TokenCounts& tokens = parts_.oauth.counts();
  const GrantCounts& grants = parts_.grants.counts();
  const json by_grant = {{"authorization_code", tokens.authorization_code},
                         {"refresh_token", tokens.refresh_token},
                         {"other", tokens.other}};
  const json families = {{"made", grants.families}, {"alive", parts_.grants.alive()}, {"killed", grants.killed}};
  return json_reply(200, dump_json({{"token_requests", by_grant},
                                    {"refreshes", grants.refreshes},
                                    {"rejected", tokens.rejected},
                                    {"families", families},
                                    {"reuses", grants.reuses},
                                    {"revocations", grants.revocations},
                                    {"launches", grants.launches},
                                    {"codes", grants.codes}}));
}

Reply Control::config(const Request& request) {
  if (request.method != "GET" && request.method != "POST") return not_allowed("GET, POST");
  if (request.method == "POST") {
    auto members = Members::parse(request.body);
    if (!members) return bad_request(members.error());
    Settings changed = parts_.settings;
    constexpr std::int64_t year = 365 * 86400;
    if (const auto life = members->integer("token_life", 1, year)) changed.token_life = std::chrono::seconds(*life);
    if (const auto life = members->integer("refresh_lifetime", 0, year))
      changed.refresh_lifetime = std::chrono::seconds(*life);
    changed.rotation = members->boolean("rotation").value_or(changed.rotation);
    read_id(*members, "patient", changed.patient);
    read_id(*members, "user", changed.user);
    read_id(*members, "encounter", changed.encounter);
    if (const auto problem = members->problem()) return bad_request(*problem);
    parts_.settings = changed;
  }
  const Settings& now = parts_.settings;
  return json_reply(200, dump_json({{"token_life", now.token_life.count()},
                                    {"refresh_lifetime", now.refresh_lifetime.count()},
                                    {"rotation", now.rotation},
                                    {"patient", now.patient},
                                    {"user", now.user},
                                    {"encounter", now.encounter}}));
}

Reply Control::down(const Request& request) {
  auto members = Members::parse(request.body);
  if (!members) return bad_request(members.error());
  const auto down = members->boolean("down");
  if (!down) members->complain("down", "must be true or false");
  if (const auto problem = members->problem()) return bad_request(*problem);
  parts_.settings.down = *down;
  return json_reply(200, dump_json({{"down", *down}}));
}

}  // namespace wardend::sandbox
