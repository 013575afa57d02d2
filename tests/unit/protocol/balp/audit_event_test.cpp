// What the judge of tests/integration cannot know: that an event says what the entry says.
#include "protocol/balp/audit_event.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/audit_acts.hpp"

namespace wardend::balp {
namespace {

using nlohmann::json;

const json full = {{"sequence", 7},
                   {"previous", std::string(64, '0')},
                   {"at", "2026-11-29T08:00:00.007Z"},
                   {"kind", "access"},
                   {"boot", "5b0c"},
                   {"host", "ws-1"},
                   {"organization", "St Elsewhere"},
                   {"purpose_of_use", "TREAT"},
                   {"outcome", "granted"},
                   {"action", "read"},
                   {"app", "vitals"},
                   {"server", "ehr"},
                   {"session", "s-1"},
                   {"uid", 1000},
                   {"subject", "https://ehr.example.org/fhir/Practitioner/a"},
                   {"patient", "pat-7"},
                   {"fhir_base_url", "https://ehr.example.org/fhir/"},
                   {"interaction", "read"},
                   {"resource", "Observation/456"},
                   {"reason", "success"},
                   {"request_id", "r-9"},
                   {"done_at", "2026-11-29T07:59:00.000Z"},
                   {"hash", std::string(64, 'a')}};

json with(const json& changes) {
  json entry = full;
  entry.merge_patch(changes);
  return entry;
}
json event(const json& changes = json::object()) { return audit_event(with(changes)); }
std::string profile(const json& changes) {
  const json made = event(changes);
  if (!made.contains("meta")) return "none";
  const std::string url = made["/meta/profile/0"_json_pointer];
  return url.substr(url.rfind("IHE."));
}
json entity(const json& made, const std::string& type) {
  for (const json& one : made["entity"])
    if (one["type"]["code"] == type) return one;
  return nullptr;
}
json agent(const json& made, const std::string& role) {
  for (const json& one : made["agent"])
    if (one["/type/coding/0/code"_json_pointer] == role) return one;
  return nullptr;
}

TEST(AuditEvent, SaysWhatTheEntrySays) {
  const json made = event();
  EXPECT_EQ(made["recorded"], "2026-11-29T08:00:00.007Z");
  EXPECT_EQ(made["period"]["start"], "2026-11-29T07:59:00.000Z") << "when the app did it";
  EXPECT_EQ(made["outcome"], "0");
  EXPECT_EQ(made["source"]["site"], "St Elsewhere");
  EXPECT_EQ(made["/source/observer/identifier/value"_json_pointer], "ws-1");
  EXPECT_EQ(made["/purposeOfEvent/0/coding/0/code"_json_pointer], "TREAT");
  EXPECT_EQ(agent(made, "IRCP")["who"]["reference"], "https://ehr.example.org/fhir/Practitioner/a");
  EXPECT_EQ(agent(made, "IRCP")["/purposeOfUse/0/coding/0/code"_json_pointer], "TREAT");
  EXPECT_EQ(agent(made, "110152")["/who/identifier/value"_json_pointer], "vitals") << "the app receives";
  EXPECT_EQ(agent(made, "110153")["/network/address"_json_pointer], "https://ehr.example.org/fhir");
  EXPECT_EQ(entity(made, "1")["what"]["reference"], "https://ehr.example.org/fhir/Patient/pat-7");
  EXPECT_EQ(entity(made, "2")["what"]["reference"], "https://ehr.example.org/fhir/Observation/456");
  EXPECT_EQ(entity(made, "XrequestId")["/what/identifier/value"_json_pointer], "r-9");
  EXPECT_NE(made.dump().find(R"({"type":"session","valueString":"s-1"})"), std::string::npos) << made;
}

TEST(AuditEvent, ClaimsTheProfileThatItKeeps) {
  const struct {
    json changes;
    const char* profile;
  } table[] = {
      {{{"interaction", "read"}}, "IHE.BasicAudit.PatientRead"},
      {{{"interaction", "vread"}}, "IHE.BasicAudit.PatientRead"},
      {{{"interaction", "search"}, {"resource", "Observation"}}, "IHE.BasicAudit.PatientQuery"},
      {{{"interaction", "create"}}, "IHE.BasicAudit.PatientCreate"},
      {{{"interaction", "update"}}, "IHE.BasicAudit.PatientUpdate"},
      {{{"interaction", "patch"}}, "IHE.BasicAudit.PatientUpdate"},
      {{{"interaction", "delete"}}, "IHE.BasicAudit.PatientDelete"},
      {{{"interaction", "operation"}}, "none"},
      {{{"patient", nullptr}}, "IHE.BasicAudit.Read"},
      {{{"kind", "write"}, {"action", "outcome"}, {"interaction", "update"}}, "IHE.BasicAudit.PatientUpdate"},
      {{{"kind", "refresh"}, {"action", "refresh"}}, "IHE.IUA.71"},
      {{{"kind", "launch"}, {"action", "ehr"}, {"patient", nullptr}}, "IHE.IUA.71"},
      {{{"kind", "launch"}, {"action", "ehr"}}, "none"},
      {{{"outcome", "denied"}, {"reason", "failure"}}, "none"},
      {{{"outcome", "granted"}, {"reason", "denied"}}, "none"},
      {{{"host", nullptr}}, "none"},
      {{{"fhir_base_url", nullptr}}, "none"},
      {{{"resource", nullptr}}, "none"},
      {{{"kind", "write"}, {"action", "update"}, {"interaction", "update"}}, "none"},
      {{{"kind", "token"}, {"action", "issue"}}, "none"},
  };
  for (const auto& row : table) EXPECT_EQ(profile(row.changes), row.profile) << row.changes;
}

TEST(AuditEvent, HasTheCodesOfWhatIsNoRequest) {
  const struct {
    json changes;
    const char *type, *subtype, *outcome;
  } table[] = {
      {{{"kind", "start"}, {"action", "started"}}, "110100", "110120", "0"},
      {{{"kind", "stop"}, {"action", "stopped"}}, "110100", "110121", "0"},
      {{{"kind", "launch"}, {"action", "ehr"}}, "110114", "110122", "0"},
      {{{"kind", "launch"}, {"outcome", "denied"}, {"reason", ""}}, "110114", "110122", "4"},
      {{{"kind", "launch"}, {"outcome", "denied"}, {"reason", "state_mismatch"}}, "110113", "110132", "4"},
      {{{"kind", "launch"}, {"outcome", "denied"}, {"result", "UnknownServer"}}, "110113", "110132", "4"},
      {{{"kind", "token"}, {"action", "issue"}}, "110114", "token-released", "0"},
      {{{"kind", "token"}, {"outcome", "denied"}, {"result", "NotAuthorized"}}, "110113", "110132", "4"},
      {{{"kind", "token"}, {"outcome", "denied"}, {"result", "SessionCleared"}}, "110114", "token-released", "4"},
      {{{"kind", "refresh"}, {"outcome", "granted"}}, "110114", "ITI-71", "0"},
      {{{"kind", "refresh"}, {"outcome", "denied"}, {"reason", "invalid_grant"}}, "110114", "token-refresh", "4"},
      {{{"kind", "refresh"}, {"outcome", "denied"}, {"reason", "invalid_client"}}, "110114", "token-refresh", "8"},
      {{{"kind", "clear"}, {"action", "session"}, {"reason", "os_lock"}}, "110114", "110123", "0"},
      {{{"kind", "revocation"}, {"outcome", "denied"}, {"reason", "expired"}}, "110114", "token-revoked", "4"},
      {{{"kind", "control"}, {"action", "VerifyAudit"}}, "110101", "control-VerifyAudit", "0"},
      {{{"kind", "control"}, {"outcome", "denied"}, {"result", "RoleNeeded"}}, "110113", "110132", "4"},
      {{{"kind", "write"}, {"action", "create"}, {"outcome", "denied"}}, "110113", "110132", "4"},
      {{{"kind", "write"}, {"action", "create"}, {"reason", "emergency_override"}}, "110113", "110127", "0"},
      {{{"kind", "access"}, {"action", "refused"}, {"interaction", nullptr}, {"outcome", "denied"}},
       "110113",
       "110132",
       "4"},
      {{{"kind", "patient"}, {"outcome", "denied"}, {"reason", "conflict"}}, "110113", "110132", "4"},
      {{{"kind", "rotation"}, {"action", "begun"}, {"outcome", nullptr}}, "110113", "110134", "0"},
      {{{"kind", "gap"}, {"action", "dropped"}, {"outcome", nullptr}}, "110113", "110133", "4"},
      {{{"kind", "gap"}, {"action", "rewritten"}, {"outcome", nullptr}}, "110113", "110133", "8"},
      {{{"kind", "tomorrow"}, {"action", "x"}}, "110100", "tomorrow-x", "0"},
  };
  for (const auto& row : table) {
    const json made = event(row.changes);
    EXPECT_EQ(made["type"]["code"], row.type) << row.changes;
    EXPECT_EQ(made["/subtype/0/code"_json_pointer], row.subtype) << row.changes;
    EXPECT_EQ(made["outcome"], row.outcome) << row.changes;
    EXPECT_EQ(made.contains("outcomeDesc"), made["outcome"] != "0") << "a failure says why";
  }
  const json lock =
      event({{"kind", "session_end"}, {"action", "end"}, {"reason", "ehr_user_switch"}, {"resource", nullptr}});
  EXPECT_EQ(lock["/subtype/1/code"_json_pointer], "user-switch");
  EXPECT_EQ(entity(lock, "2")["/lifecycle/code"_json_pointer], "15") << "the grant is erased";
}

TEST(AuditEvent, EveryActHasAMeaning) {
  const std::set<std::string_view> activities = {"control", "service", "work", "fhircast", "start", "stop"};
  for (const AuditActRow& row : audit_acts)
    for (const char* outcome : {"granted", "denied"}) {
      const std::string_view kind = name_of(row.kind);
      const json made =
          event({{"kind", kind}, {"action", row.action}, {"outcome", outcome}, {"interaction", row.action}});
      EXPECT_TRUE(made.contains("subtype")) << kind << " " << row.action;
      EXPECT_TRUE(made["type"]["code"] != "110100" || activities.contains(kind)) << kind << " " << row.action;
    }
}

// The condition of a write has no element of its own.
TEST(AuditEvent, OfAWriteHasItsConditionAsADetail) {
  const json made = event({{"kind", "write"},
                           {"action", "outcome"},
                           {"interaction", "delete"},
                           {"resource", "Observation"},
                           {"query", "patient=pat-7&code=x"}});
  EXPECT_TRUE(made.dump().contains(R"({"type":"query","valueString":"patient=pat-7&code=x"})")) << made;
}

TEST(AuditEvent, OfABatchIsARequest) {
  const json made = event({{"action", "operation"}, {"interaction", "batch"}, {"resource", "Bundle"}});
  EXPECT_EQ(made["type"]["code"], "rest");
  EXPECT_TRUE(made["subtype"].dump().contains(R"("code":"batch")")) << made;
}

TEST(AuditEvent, AQueryStandsInItAsItWasSent) {
  const json made =
      event({{"interaction", "search"}, {"resource", "Observation"}, {"query", "patient=pat-7&_count=5"}});
  // GET https://ehr.example.org/fhir/Observation?patient=pat-7&_count=5
  EXPECT_EQ(entity(made, "2")["query"],
            "R0VUIGh0dHBzOi8vZWhyLmV4YW1wbGUub3JnL2ZoaXIvT2JzZXJ2YXRpb24/cGF0aWVudD1wYXQtNyZfY291bnQ9NQ==");
  EXPECT_FALSE(entity(made, "2").contains("what"));
}

TEST(AuditEvent, ItsIdIsAUuidOfTheEntrysHash) {
  const std::string id = event_id(full);
  EXPECT_EQ(id, "aaaaaaaa-aaaa-8aaa-aaaa-aaaaaaaaaaaa");
  EXPECT_EQ(event()["id"], id);
  EXPECT_NE(event_id(with({{"hash", std::string(64, 'b')}})), id);
  const std::string other = event_id(json::object());
  EXPECT_EQ(other.size(), 36U) << "without a hash it is made of the entry";
  EXPECT_EQ(other[14], '8');
  EXPECT_NE(event_id({{"kind", "start"}}), other);
}

TEST(AuditEvent, NothingIsLost) {
  const json refresh = event({{"kind", "refresh"}, {"action", "refresh"}});
  EXPECT_EQ(refresh["entity"].size(), 1U) << "the profile lets no other be";
  const std::string text = refresh.dump();
  for (const char* member : {"patient", "session", "request_id", "sequence", "hash"})
    EXPECT_NE(text.find("{\"type\":\"" + std::string(member) + "\""), std::string::npos) << member;
  EXPECT_EQ(text.find("Bearer"), std::string::npos);
}

}  // namespace
}  // namespace wardend::balp
