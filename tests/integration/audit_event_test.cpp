// Every kind of entry as an AuditEvent, before the judge.
#include "protocol/balp/audit_event.hpp"
#include "tests/integration/audit_events.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

// Each kind with each action: granted and denied; what an app says went wrong; without a patient; with nothing but its
// name; and with each member missing in turn.
std::vector<json> all_entries() {
  std::vector<json> entries = {json::object(), {{"kind", 5}}, {{"kind", "of tomorrow"}, {"action", "x y"}}};
  for (const auto& [kind, actions] : audit_actions())
    for (const std::string& action : actions) {
      entries.push_back(entry_of(kind, action));
      entries.push_back(entry_of(kind, action, {{"outcome", "denied"}, {"result", "NotAuthorized"}}));
      entries.push_back(entry_of(kind, action, {{"outcome", "denied"}, {"reason", "invalid_client"}}));
      entries.push_back(entry_of(kind, action, {{"reason", "failure"}}));
      entries.push_back(entry_of(kind, action, {{"patient", nullptr}}));
      entries.push_back(entry_of(kind, action, {{"patient", "no id of FHIR: 7/8"}, {"subject", "sub|7"}}));
      entries.push_back({{"kind", name_of(kind)}, {"action", action}});
    }
  for (const AuditKind kind : {AuditKind::launch, AuditKind::refresh, AuditKind::access, AuditKind::clear})
    for (const auto& [member, value] : full_entry().items()) {
      entries.push_back(entry_of(kind, audit_actions().at(kind).front(), {{member, nullptr}}));
      if (value.is_string()) entries.push_back(entry_of(kind, audit_actions().at(kind).front(), {{member, " \t"}}));
      entries.push_back(entry_of(kind, audit_actions().at(kind).front(), {{member, json::array({json::object()})}}));
    }
  return entries;
}

TEST_F(AuditEvents, OfEveryKindAndActionPassTheJudge) {
  std::vector<json> events;
  for (const json& entry : all_entries()) events.push_back(balp::audit_event(entry));
  EXPECT_GT(events.size(), 400U);
  for (const auto& [index, errors] : judge(events).errors)
    ADD_FAILURE() << errors.front() << "\n" << events[index].dump();
}

TEST_F(AuditEvents, ThatSucceededKeepTheProfileOfTheirRequest) {
  std::vector<json> events;
  const auto add = [&](const json& entry) { events.push_back(balp::audit_event(entry)); };
  for (const std::string& action : audit_actions().at(AuditKind::access)) {
    if (action == "operation" || action == "refused") continue;  // BALP has no profile for them
    add(entry_of(AuditKind::access, action));
    add(entry_of(AuditKind::access, action, {{"patient", nullptr}}));
    add(entry_of(AuditKind::access, action, {{"subject", nullptr}, {"uid", nullptr}}));
    add(entry_of(AuditKind::access, action, {{"subject", "sub|7"}}));
  }
  for (const char* interaction : {"create", "update", "patch", "delete"})
    add(entry_of(AuditKind::write, "outcome", {{"interaction", interaction}, {"reason", "success"}}));
  add(entry_of(AuditKind::refresh, "refresh"));
  add(entry_of(AuditKind::refresh, "refresh", {{"subject", nullptr}, {"uid", nullptr}}));
  add(entry_of(AuditKind::launch, "ehr", {{"patient", nullptr}}));
  for (const auto& [index, errors] : judge(events, Profiles::required).errors)
    ADD_FAILURE() << errors.front() << "\n" << events[index].dump();
}

}  // namespace
}  // namespace wardend::test
