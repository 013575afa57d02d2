#include "daemon/verify/scope_reach.hpp"

#include <gtest/gtest.h>

namespace wardend::verify {
namespace {

ScopeReach reach(const char* scope, const char* action = "") {
  return reach_of({.scope = scope, .action = action, .approved_by = "b", .approved_on = "2026-01-01"});
}
std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += sentence + "\n";
  return text;
}

struct Covers {
  const char* scope;
  std::vector<const char*> words;
};
TEST(ScopeReach, SaysWhatAScopeReallyCovers) {
  const Covers table[] = {
      {"patient/Observation.rs", {"read: each record", "search: every", "one patient of the launch", "HIV"}},
      {"patient/Observation.read", {"read: each record", "search: every", "every category"}},
      {"patient/Observation.write", {"create: new", "update: every", "delete: records"}},
      {"user/Condition.cud", {"create", "update", "delete", "every patient whom the signed-in user may see"}},
      {"system/Patient.r", {"with no user behind it"}},
      {"patient/*.*", {"every resource type", "create", "search"}},
      {"patient/Observation.rs?category=vital-signs&status=final",
       {"only records with category = vital-signs and also status = final"}},
      {"patient/Observation.rs?category=laboratory&category=vital-signs",
       {"only records with category = laboratory and also category = vital-signs"}},
      {"patient/Observation.rs?category=laboratory", {"with laboratory: HIV, genetics"}},
      {"patient/Observation.rs?category=vital-signs,http://x|social-history", {"with social-history: alcohol"}},
      {"patient/Condition.rs?category=http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item",
       {"mental health, addiction"}},
      {"user/Practitioner.rs", {"the type Practitioner, which is about no patient"}},
      {"user/*.rs", {"every patient whom the signed-in user may see"}},
      {"patient/Observation.rs?category=a%7Cx", {"category = a|x"}},
      {"openid", {"who signs in"}},
      {"fhirUser", {"which record"}},
      {"profile", {"which record"}},
      {"offline_access", {"new tokens without the user"}},
      {"online_access", {"as long as the user is signed in"}},
      {"launch", {"what the EHR had open"}},
      {"launch/encounter", {"the encounter that is chosen"}},
      {"fhircast/Patient-open.read", {"what the EHR shows, as it changes: Patient-open.read"}},
      {"fhircast/Patient-open.write", {"and to change that"}},
      {"patient/Observation.", {"no scope of SMART"}},
      {"https://example.org/x", {"no scope of SMART"}},
  };
  for (const Covers& row : table)
    for (const char* words : row.words)
      EXPECT_TRUE(joined(reach(row.scope).covers).contains(words))
          << row.scope << ": " << joined(reach(row.scope).covers);
  EXPECT_FALSE(joined(reach("patient/Observation.rs?category=x").covers).contains("every category"));
  EXPECT_TRUE(joined(reach("patient/Observation.rs?category:not=x").covers).contains("every category"));
  EXPECT_FALSE(joined(reach("patient/Observation.rs?category=vital-signs").covers).contains("among them"));
}

struct Wider {
  const char* scope;
  const char* action;
  const char* wider;  // "": nothing
};
TEST(ScopeReach, IsComparedWithTheActionThatWasApproved) {
  const Wider table[] = {
      {"patient/Observation.rs?category=vital-signs", "Draw the vital-sign trend", ""},
      {"patient/Observation.rs", "Draw the vital-sign trend", "the server knows ?category=vital-signs"},
      {"patient/Observation.rs", "Show LABORATORY results", "?category=laboratory"},
      {"patient/Observation.rs", "Draw the trend", "the action names none"},
      {"patient/Observation.rs", "Show all observations", ""},
      {"patient/MedicationRequest.rs", "Show the medication", ""},
      {"patient/MedicationRequest.cruds", "Show the medication", "the action names no writing"},
      {"patient/MedicationRequest.crus", "Prescribe", ""},
      {"patient/MedicationRequest.cruds", "Prescribe", "it deletes"},
      {"patient/MedicationRequest.cruds", "Prescribe and cancel", ""},
      {"patient/Task.write", "Recording of tasks", "it writes"},
      {"user/Patient.rs", "Show the name", "every patient whom the user may see"},
      {"user/Patient.rs", "Find patients of the ward", ""},
      {"user/Practitioner.rs", "Show the names of staff", ""},
      {"user/Location.rs", "Show where the bed is", ""},
      {"patient/*.rs", "Show the chart", "every resource type"},
      {"patient/*.rs", "Show the whole chart", ""},
      {"system/Patient.rs", "Find patients", "no user stands behind it"},
      {"offline_access", "work", ""},
  };
  for (const Wider& row : table) {
    const std::string wider = joined(reach(row.scope, row.action).wider);
    EXPECT_TRUE(*row.wider == 0 ? wider.empty() : wider.contains(row.wider))
        << row.scope << " for " << row.action << ": " << wider;
  }
}

}  // namespace
}  // namespace wardend::verify
