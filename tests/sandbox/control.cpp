#include "tests/sandbox/control.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/config.hpp"
#include "tests/sandbox/control_json.hpp"
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

}  // namespace

Reply Control::answer(const Request& request) {
  struct Route {
    std::string_view name;
    std::string_view methods;
    Reply (Control::*handle)(const Request&);
  };
  static constexpr Route routes[] = {{"faults", "GET, POST, DELETE", &Control::faults},
                                     {"log", "GET, DELETE", &Control::log},
                                     {"config", "GET, POST", &Control::config},
                                     {"down", "POST", &Control::down},
                                     {"logout", "POST", &Control::logout},
                                     {"clients", "GET, POST, DELETE", &Control::clients},
                                     {"discovery", "GET, POST, DELETE", &Control::discovery},
                                     {"rotate-keys", "POST", &Control::rotate_keys},
                                     {"records", "GET, POST, DELETE", &Control::records},
                                     {"profile", "GET, POST", &Control::profile}};
  const std::string_view what = std::string_view(request.path).substr(std::string_view("/_sandbox/").size());
  if (what == "stats") return request.method == "GET" ? stats() : not_allowed("GET");
  std::string all = "stats";
  for (const auto& [name, methods, handle] : routes) {
    if (what == name)
      return methods.contains(request.method) ? (this->*handle)(request) : not_allowed(std::string(methods));
    all += ", " + std::string(name);
  }
  return json_reply(404, dump_json({{"error", "there are " + all}}));
}

Reply Control::faults(const Request& request) {
  if (request.method == "DELETE") return clear_faults(request);
  if (request.method == "POST") {
    if (const auto added = add_fault(request.body); !added) return bad_request(added.error());
    return json_reply(201, dump_json(fault_json(parts_.faults.list().back())));
  }
  json list = json::array();
  for (const Fault& fault : parts_.faults.list()) list.push_back(fault_json(fault));
  return json_reply(200, dump_json({{"faults", list}}));
}

Control::Done Control::add_fault(std::string_view text) {
  auto fault = parse_fault(text);
  if (!fault) return std::unexpected(fault.error());
  if (!parts_.faults.add(std::move(*fault))) return std::unexpected("too many faults: clear some");
  return {};
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

Control::Done Control::change_settings(std::string_view text) {
  auto changed = changed_by(parts_.settings, text);
  if (!changed) return std::unexpected(changed.error());
  parts_.settings = std::move(*changed);
  if (parts_.settings.signing_algorithm != parts_.keys.algorithm())
    parts_.keys.rotate(parts_.settings.signing_algorithm, SigningKeys::Old::removed);
  return {};
}

Reply Control::config(const Request& request) {
  if (request.method == "POST") {
    if (const auto changed = change_settings(request.body); !changed) return bad_request(changed.error());
  }
  return json_reply(200, config_json(parts_.settings));
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

Reply Control::logout(const Request& /*request*/) {
  parts_.grants.kill_all();
  parts_.sign_ins.forget();
  return stats();
}

Reply Control::clients(const Request& request) {
  if (request.method == "DELETE") parts_.clients.clear();
  if (request.method == "POST") {
    auto client = parse_client(request.body);
    if (!client) return bad_request(client.error());
    const std::string shown = client_json(*client);
    if (!parts_.clients.add(std::move(*client))) return bad_request("too many clients: clear them");
    return json_reply(201, shown);
  }
  std::string list;
  for (const auto& [id, client] : parts_.clients.list()) list += (list.empty() ? "" : ",") + client_json(client);
  return json_reply(200, R"({"clients":[)" + list + "]}");
}

Reply Control::records(const Request& request) {
  if (request.method == "DELETE") parts_.shelf.clear();
  if (request.method == "POST") {
    if (const auto put = parts_.shelf.put(request.body); !put) return bad_request(put.error());
  }
  return json_reply(request.method == "POST" ? 201 : 200, parts_.shelf.list());
}

Reply Control::discovery(const Request& request) {
  if (request.method == "DELETE") parts_.discovery.reset();
  if (request.method == "POST") {
    if (const auto changed = parts_.discovery.change(request.body); !changed) return bad_request(changed.error());
  }
  return json_reply(200, parts_.discovery.list());
}

Reply Control::rotate_keys(const Request& request) {
  auto members = Members::parse(request.body.empty() ? "{}" : request.body);
  if (!members) return bad_request(members.error());
  const bool kept = members->boolean("keep_old").value_or(false);
  const auto bits = static_cast<unsigned>(members->integer("bits", 1024, 4096).value_or(2048));
  if (const auto problem = members->problem()) return bad_request(*problem);
  parts_.keys.rotate(parts_.keys.algorithm(), kept ? SigningKeys::Old::kept : SigningKeys::Old::removed, bits);
  return json_reply(200, dump_json({{"kid", parts_.keys.key_id()}, {"keys", parts_.keys.count()}}));
}

// Everything that a profile says is taken back first; clients, grants and the log stay.
Control::Done Control::take_on(const Profile& profile) {
  Settings fresh = start_;
  fresh.origin = parts_.settings.origin;
  fresh.down = parts_.settings.down;
  parts_.settings = fresh;
  parts_.faults.clear();
  parts_.discovery.reset();
  parts_.inferno.clear();
  profile_ = profile.name;
  if (auto changed = change_settings(profile.config); !changed) return changed;
  for (const std::string_view change : profile.discovery)
    if (auto changed = parts_.discovery.change(change); !changed) return changed;
  for (const std::string_view fault : profile.faults)
    if (auto added = add_fault(fault); !added) return added;
  return {};
}

Reply Control::profile(const Request& request) {
  if (request.method == "POST") {
    auto members = Members::parse(request.body);
    if (!members) return bad_request(members.error());
    const std::string name = members->text("name").value_or("");
    const auto error = members->text("error");
    const Profile* const known = name == "none" ? nullptr : profile_named(name);
    if (known == nullptr && name != "none") members->complain("name", "no such profile: GET lists them");
    if (error && !launcher_error(*error)) members->complain("error", "not one that the launcher simulates");
    if (const auto problem = members->problem()) return bad_request(*problem);
    const auto taken =
        take_on(known == nullptr ? Profile{.name = "none", .what = "the sandbox itself", .config = "{}"} : *known);
    if (!taken) return bad_request(taken.error());
    if (error)
      if (const auto added = add_fault(*launcher_error(*error)); !added) return bad_request(added.error());
  }
  json reply = {{"name", profile_}, {"profiles", json::array({"none"})}, {"errors", launcher_errors()}};
  for (const Profile& profile : profiles()) reply["profiles"].push_back(profile.name);
  if (auto report = parse_json(parts_.inferno.report(), 1024 * 1024)) reply.update(*report);
  return json_reply(200, dump_json(reply));
}

}  // namespace wardend::sandbox
