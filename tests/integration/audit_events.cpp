#include "tests/integration/audit_events.hpp"

namespace wardend::test {

using nlohmann::json;

const std::map<AuditKind, std::vector<std::string>>& audit_actions() {
  static const auto actions = [] {
    std::map<AuditKind, std::vector<std::string>> all;
    for (const AuditActRow& row : audit_acts) all[row.kind].emplace_back(row.action);
    return all;
  }();
  return actions;
}

json full_entry() {
  return {{"sequence", 7},
          {"previous", std::string(64, '0')},
          {"at", "2026-11-29T08:00:00.007Z"},
          {"boot", "5b0c"},
          {"host", "ws-0142"},
          {"organization", "St Elsewhere"},
          {"purpose_of_use", "TREAT"},
          {"outcome", "granted"},
          {"app", "vitals-trend"},
          {"server", "st-elsewhere"},
          {"session", "s-1"},
          {"login_session", "c2"},
          {"epoch", 3},
          {"uid", 1000},
          {"pid", 4711},
          {"unit", "vitals.service"},
          {"subject", "https://ehr.example.org/fhir/Practitioner/a"},
          {"patient", "pat-7"},
          {"fhir_base_url", "https://ehr.example.org/fhir"},
          {"interaction", "read"},
          {"resource", "Observation/456"},
          {"query", "patient=pat-7&code=85354-9"},
          {"reason", "os_lock"},
          {"detail", "more, in words"},
          {"request_id", "76d148b6-586d-11ec-bf63-0242ac130002"},
          {"done_at", "2026-11-29T07:59:59.000Z"},
          {"count", 4},
          {"hash", std::string(64, 'a')}};
}

json entry_of(AuditKind kind, const std::string& action, const json& changes) {
  json entry = full_entry();
  entry["kind"] = name_of(kind);
  entry["action"] = action;
  if (action != "outcome") entry["interaction"] = action;
  if (action == "search" || action == "create") entry["resource"] = "Observation";
  entry.merge_patch(changes);
  return entry;
}

Judgement AuditEvents::judge(const std::vector<json>& events, Profiles profiles) const {
  std::string lines;
  for (const json& event : events) lines += event.dump() + "\n";
  Judgement found = judged(lines, folder, profiles);
  EXPECT_TRUE(found.asked) << found.words;
  EXPECT_EQ(found.events, events.size());
  return found;
}

}  // namespace wardend::test
