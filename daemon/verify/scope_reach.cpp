#include "daemon/verify/scope_reach.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/smart/scope_grammar.hpp"

namespace wardend::verify {
namespace {

using smart::FhirScope;
using Words = std::initializer_list<std::string_view>;

constexpr auto letters = std::to_array<std::pair<char, std::string_view>>({
    {'c', "create: new records"},
    {'r', "read: each record, its versions and its history"},
    {'u', "update: every change of a record, patches too"},
    {'d', "delete: records"},
    {'s', "search: every search, and the history of the whole type"},
});

// Types whose records FHIR sorts into categories, and what is among them that needs care.
constexpr auto sorted_types = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"Observation",
     "laboratory (HIV, genetics, pregnancy, drug screens), social history (alcohol, drugs, sexual history) and survey "
     "(mental health scores)"},
    {"Condition", "mental health, addiction, HIV and other infections, pregnancy"},
    {"DiagnosticReport", "genetics, HIV, pathology and psychological tests"},
    {"DocumentReference", "notes of psychotherapy, social work and safeguarding"},
    {"CarePlan", "mental health and safeguarding plans"},
    {"Goal", "goals of therapy and of addiction care"},
    {"ServiceRequest", "orders for genetic, HIV and psychiatric services"},
    {"QuestionnaireResponse", "answers on mental health, abuse and sexual history"},
});

// What is in one category that needs care: a scope for that category alone has it too.
struct Within {
  std::string_view type;
  std::string_view code;
  std::string_view what;
};
constexpr auto within = std::to_array<Within>({
    {"Observation", "laboratory", "HIV, genetics, pregnancy and drug screens"},
    {"Observation", "social-history", "alcohol, drugs and sexual history"},
    {"Observation", "survey", "mental health scores"},
    {"Condition", "problem-list-item", "mental health, addiction, HIV and pregnancy"},
    {"Condition", "encounter-diagnosis", "mental health, addiction, HIV and pregnancy"},
    {"DiagnosticReport", "LAB", "genetics, HIV and pathology"},
    {"DocumentReference", "clinical-note", "notes of psychotherapy, social work and safeguarding"},
});

struct Category {
  std::string_view type;
  std::string_view word;  // of the action
  std::string_view code;
};
constexpr auto categories = std::to_array<Category>({
    {"Observation", "vital", "vital-signs"},
    {"Observation", "lab", "laboratory"},
    {"Observation", "imaging", "imaging"},
    {"Observation", "social", "social-history"},
    {"Observation", "score", "survey"},
    {"Observation", "survey", "survey"},
    {"Condition", "problem", "problem-list-item"},
    {"Condition", "diagnos", "encounter-diagnosis"},
    {"DiagnosticReport", "lab", "LAB"},
    {"DiagnosticReport", "imaging", "RAD"},
    {"DiagnosticReport", "radiolog", "RAD"},
    {"DocumentReference", "note", "clinical-note"},
});

constexpr Words all_words = {"all ", "every", "whole", "complete", "entire", "any "};
constexpr Words writing = {"writ",   "creat",     "record ", "enter",   "add ",     "save",   "store",
                           "chart",  "document ", "order",   "prescri", "send",     "submit", "updat",
                           "edit",   "chang",     "correct", "amend",   "sign ",    "file ",  "book",
                           "upload", "register",  "post ",   "schedul", "note down"};
constexpr Words deleting = {"delet", "remov", "cancel", "withdraw", "retract", "eras", "undo"};
constexpr Words many_patients = {"patients", "list",   "ward",   "unit",  "clinic", "schedule",
                                 "caseload", "census", "search", "every", "all ",   "find"};

bool says(const std::string& action, Words words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return action.contains(" " + std::string(word)); });
}

// Lower case, each word between blanks.
std::string plain(std::string_view text) {
  std::string words = " " + lower_case(text) + " ";
  std::ranges::replace_if(words, [](char c) { return (c < 'a' || c > 'z') && (c < '0' || c > '9'); }, ' ');
  return words;
}

bool filters_category(const FhirScope& scope) {
  return std::ranges::any_of(scope.filters, [](const smart::Filter& filter) {
    return filter.name == "category" || (filter.name.starts_with("category:") && filter.name != "category:not");
  });
}

// The codes of a value as a search has it: "system|code,code".
std::vector<std::string_view> codes_in(std::string_view value) {
  std::vector<std::string_view> codes;
  for (;;) {
    const auto comma = value.find(',');
    const std::string_view one = value.substr(0, comma);
    codes.push_back(one.substr(one.rfind('|') + 1));
    if (comma == std::string_view::npos) return codes;
    value.remove_prefix(comma + 1);
  }
}

void say_filters(const FhirScope& scope, ScopeReach& reach) {
  if (scope.filters.empty()) return;
  std::string conditions;
  for (const smart::Filter& filter : scope.filters)
    conditions += (conditions.empty() ? "" : " and also ") + filter.name + " = " + printable(filter.value, 200);
  reach.covers.push_back("only records with " + conditions);
  for (const smart::Filter& filter : scope.filters) {
    if (filter.name != "category") continue;
    for (const std::string_view code : codes_in(filter.value))
      for (const Within& row : within)
        if (row.type == scope.resource && row.code == code)
          reach.covers.push_back("among them, with " + std::string(code) + ": " + std::string(row.what));
  }
}

// Of a type that is about no patient there is nobody to see more of.
bool is_about_patients(const FhirScope& scope) {
  return scope.resource == "*" || fhir::belonging_of(scope.resource) != fhir::Belonging::none;
}

std::string whose(std::string_view context) {
  if (context == "patient") return "of the one patient of the launch";
  if (context == "user") return "of every patient whom the signed-in user may see";
  return "of every patient, with no user behind it";
}

void say_type(const FhirScope& scope, ScopeReach& reach) {
  if (scope.resource == "*") {
    reach.covers.push_back("every resource type, those that need most care too (mental health, HIV, genetics) " +
                           whose(scope.context));
    return;
  }
  reach.covers.push_back("the type " + std::string(scope.resource) +
                         (is_about_patients(scope) ? " " + whose(scope.context) : ", which is about no patient"));
  const auto sorted = std::ranges::find(sorted_types, scope.resource, [](const auto& row) { return row.first; });
  if (sorted != sorted_types.end() && !filters_category(scope))
    reach.covers.push_back("every category, among them " + std::string(sorted->second));
  say_filters(scope, reach);
}

void compare_category(const FhirScope& scope, const std::string& action, ScopeReach& reach) {
  const bool sorted = std::ranges::any_of(sorted_types, [&](const auto& row) { return row.first == scope.resource; });
  if (!sorted || filters_category(scope) || says(action, all_words)) return;
  const auto named = std::ranges::find_if(categories, [&](const Category& row) {
    return row.type == scope.resource && action.contains(" " + std::string(row.word));
  });
  if (named == categories.end()) {
    reach.wider.emplace_back("every category, and the action names none");
    return;
  }
  reach.wider.push_back("every category, and the action names one: see whether the server knows ?category=" +
                        std::string(named->code));
}

void compare(const FhirScope& scope, const std::string& action, ScopeReach& reach) {
  const bool deletes = scope.letters.contains('d');
  if (scope.letters.find_first_of("cu") != std::string::npos && !says(action, writing))
    reach.wider.emplace_back("it writes, and the action names no writing");
  if (deletes && !says(action, deleting)) reach.wider.emplace_back("it deletes, and the action does not say so");
  if (scope.resource == "*" && !says(action, all_words))
    reach.wider.emplace_back("every resource type, and the action does not say so");
  compare_category(scope, action, reach);
  if (scope.context == "user" && is_about_patients(scope) && !says(action, many_patients))
    reach.wider.emplace_back("every patient whom the user may see, and the action names no more than one patient");
  if (scope.context == "system")
    reach.wider.emplace_back("no user stands behind it, and every action of an app here is a user's");
}

ScopeReach of_fhir(const FhirScope& scope, const std::string& action) {
  ScopeReach reach;
  for (const auto& [letter, words] : letters)
    if (scope.letters.contains(letter)) reach.covers.emplace_back(words);
  say_type(scope, reach);
  compare(scope, action, reach);
  return reach;
}

std::string of_other(std::string_view scope) {
  if (scope == "openid") return "who signs in: an identifier that stays the same";
  if (scope == "fhirUser" || scope == "profile") return "which record the signed-in user has, such as a Practitioner";
  if (scope == "offline_access") return "new tokens without the user, until the server or wardend ends the session";
  if (scope == "online_access") return "new tokens for as long as the user is signed in to the EHR";
  if (scope == "launch") return "what the EHR had open at the launch: patient, encounter and more";
  if (scope.starts_with("launch/")) return "the " + std::string(scope.substr(7)) + " that is chosen at the sign-in";
  if (scope.starts_with("fhircast/"))
    return std::string(scope.ends_with(".read") ? "what the EHR shows, as it changes: "
                                                : "what the EHR shows, and to change that: ") +
           std::string(scope.substr(9));
  return "what the server's administrators say: it is no scope of SMART";
}

}  // namespace

ScopeReach reach_of(const config::Scope& scope) {
  if (const auto parsed = smart::parse_fhir_scope(scope.scope)) return of_fhir(*parsed, plain(scope.action));
  return {.covers = {of_other(scope.scope)}, .wider = {}};
}

}  // namespace wardend::verify
