#include "daemon/workstation/login_session_record.hpp"

#include <algorithm>
#include <utility>

#include "base/record_members.hpp"
#include "base/vault.hpp"

namespace wardend::workstation {
namespace {

using nlohmann::json;

json end_of(const EpochEnd& end) {
  return {{"cleared_for", name_of(end.reason)}, {"cleared_at", number(end.at)}, {"cleared_boot", number(end.boot)}};
}

std::optional<EpochEnd> end_from(const Members& members) {
  std::string reason;
  members.text("cleared_for", reason);
  const auto known = std::ranges::find(clear_reason_names, reason);
  if (known == clear_reason_names.end()) return std::nullopt;
  EpochEnd end{static_cast<ClearReason>(known - clear_reason_names.begin()), {}, {}};
  members.time("cleared_at", end.at);
  members.time("cleared_boot", end.boot);
  return end;
}

json parts_of(const std::vector<PartClear>& clears) {
  json parts = json::array();
  for (const PartClear& clear : clears) {
    if (!clear.held) continue;  // it is only of interest to launches, which do not outlast this process
    json part = end_of(clear.end);
    part["server"] = clear.part.server;
    part["app"] = clear.part.app;
    parts.push_back(std::move(part));
  }
  return parts;
}

// What cannot be read in full is held since the moment of its return, as Workstation::resume has it.
PartClear part_from(const Members& members) {
  PartClear clear{.part = {}, .end = end_from(members).value_or(EpochEnd{ClearReason::restart, {}, {}}), .held = true};
  members.text("server", clear.part.server);
  members.text("app", clear.part.app);
  return clear;
}

}  // namespace

Secret to_record(const LoginSessionState& state) {
  json record = {{"login_session", state.login_session},
                 {"seat", state.seat},
                 {"type", state.type},
                 {"epoch", state.epoch},
                 {"held", state.held},
                 {"subjects", state.subjects}};
  if (state.uid) record["uid"] = *state.uid;
  if (state.last_clear) record.update(end_of(*state.last_clear));
  if (!state.parts.empty()) record["parts"] = parts_of(state.parts);
  return sealed(record);
}

std::optional<LoginSessionState> login_session_from(std::string_view record) {
  const auto parsed = parse_json(record, Vault::max_record);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  const Members members(*parsed);
  LoginSessionState state{.held = true};
  members.text("login_session", state.login_session);
  members.text("seat", state.seat);
  members.text("type", state.type);
  members.whole("epoch", state.epoch);
  members.flag("held", state.held);
  if (parsed->contains("uid")) members.whole("uid", state.uid.emplace());
  if (const auto subjects = members.object("subjects"))
    for (const auto& [issuer, subject] : subjects->all().items())
      if (subject.is_string()) state.subjects.emplace(issuer, subject.get<std::string>());
  state.last_clear = end_from(members);
  if (const auto parts = parsed->find("parts"); parts != parsed->end() && parts->is_array())
    for (const json& part : *parts)
      if (part.is_object()) state.parts.push_back(part_from(Members(part)));
  if (state.epoch == 0 || (state.login_session.empty() && !is_common(state.epoch))) return std::nullopt;
  return state;
}

}  // namespace wardend::workstation
