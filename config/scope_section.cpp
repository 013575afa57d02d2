// [[app.scope]], and what all scopes of an app come to.
#include <chrono>
#include <string>

#include "base/nearest.hpp"
#include "config/refreshable.hpp"
#include "config/scope_spelling.hpp"
#include "config/sections.hpp"
#include "config/table_reader.hpp"

namespace wardend::config {
namespace {

// The latest day that it is anywhere now, as YYYY-MM-DD.
std::string latest_today() {
  using namespace std::chrono;
  const year_month_day day{floor<days>(system_clock::now() + hours(14))};
  std::string text = std::to_string(static_cast<int>(day.year()));
  for (const unsigned part : {static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day())})
    text += (part < 10 ? "-0" : "-") + std::to_string(part);
  return text;
}

constexpr std::string_view earliest_decision = "2000-01-01";

void check_spelling(TableReader& reader, const std::string& scope) {
  const std::string meant = probably_meant(scope);
  const std::string suggestion = meant.empty() ? std::string() : ": did you mean " + meant + "?";
  if (!smart::valid_scope(scope)) {
    const std::string otherwise = ": write it like patient/Observation.rs, openid or fhirUser";
    return reader.findings().error(reader.place("scope"),
                                   "not a SMART scope" + (suggestion.empty() ? otherwise : suggestion));
  }
  if (const std::string type = unknown_resource_type(scope); !type.empty())
    reader.findings().note(reader.place("scope"), "FHIR has no resource type " + type + suggestion);
  else if (!meant.empty())
    reader.findings().note(reader.place("scope"), "SMART has no scope " + scope + suggestion);
  // A query may have one: ?category=a,b. Spec: RFC 6749 §3.3: blanks stand between scopes
  if (scope.substr(0, scope.find('?')).contains(','))
    reader.findings().note(reader.place("scope"),
                           "this is one scope with a comma in it: write a [[app.scope]] for each scope");
  if (asks_for_everything(scope))
    reader.findings().note(reader.place("scope"),
                           "this asks for every right on every resource: name what the app needs");
}

Scope read_scope(const Node& table, const std::string& file, Findings& findings) {
  TableReader reader(table, file, "[[app.scope]]", findings);
  Scope scope;
  reader.text("scope", scope.scope);
  reader.text("action", scope.action);
  reader.text("approved_by", scope.approved_by);
  reader.date("approved_on", scope.approved_on);
  reader.need("scope", scope.scope, "a SMART scope");
  reader.need("action", scope.action, "what the app does with it");
  reader.need("approved_by", scope.approved_by, "who decided that the app may ask for it");
  reader.need("approved_on", scope.approved_on, "the date of that decision");
  reader.readable("action", scope.action, longest_text, TableReader::Lines::several);
  reader.readable("approved_by", scope.approved_by, longest_text, TableReader::Lines::several);
  if (!scope.approved_on.empty() && scope.approved_on < earliest_decision)
    findings.error(reader.place("approved_on"), "approved_on is a day before 2000: write the day of the decision");
  if (!scope.scope.empty()) check_spelling(reader, scope.scope);
  // At a start the clock may not be set yet.
  if (findings.files() == Files::looked_at && scope.approved_on > latest_today())
    findings.error(reader.place("approved_on"), "approved_on is a day to come: write the day of the decision");
  reader.done();
  return scope;
}

}  // namespace

void read_scopes(TableReader& app_table, const std::string& file, Findings& findings, App& app) {
  const std::size_t faults_before = findings.errors();
  Words wanted;
  for (const Node* part : app_table.tables("scope")) {
    Scope scope = read_scope(*part, file, findings);
    const bool again = !wanted.insert(scope.scope).second;
    if (again && !scope.scope.empty())
      findings.note(place_of(file, part->at), "app " + app.id + " has this scope already");
    app.scopes.push_back(std::move(scope));
  }
  if (findings.errors() != faults_before) return;  // what is lacking may be what is faulty
  if (app.identity == Identity::required && !wanted.contains("openid"))
    findings.note(app_table.place(),
                  "app " + app.id + " has identity \"required\" without the scope openid, so every launch fails: add " +
                      "openid and fhirUser, or set identity = \"none\"");
  if (app.identity == Identity::required && wanted.contains("openid") && !wanted.contains("fhirUser") &&
      !wanted.contains("profile"))
    findings.note(app_table.place(), "app " + app.id + " has identity \"required\" without the scope fhirUser: the " +
                                         "server says who signed in by an opaque name alone; add fhirUser");
  if (!asks_to_refresh(app))
    findings.note(app_table.place(), "app " + app.id + " has neither the scope offline_access nor online_access: its " +
                                         "sessions end with their first token");
}

}  // namespace wardend::config
