// Scopes: in which syntax they would be asked for, and whether the server lists what covers them.
#include <algorithm>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "daemon/verify/question.hpp"
#include "protocol/fhir/resource_types.hpp"
#include "protocol/smart/scope_grammar.hpp"

namespace wardend::verify {
namespace {

using smart::FhirScope;
using smart::ScopeSet;
using smart::ScopeSyntax;

constexpr std::string_view element = "scopes_supported";

std::string_view name_of(ScopeSyntax syntax) { return syntax == ScopeSyntax::v1 ? "v1" : "v2"; }

// What the server lists, and what of it is in which syntax.
struct ListedScopes {
  explicit ListedScopes(const Question& question) {
    const auto* smart = question.smart();
    if (smart == nullptr || !smart->scopes_supported) return;
    listed = &*smart->scopes_supported;
    all = ScopeSet(*listed);
    for (const std::string& scope : *listed)
      if (const auto parsed = smart::parse_fhir_scope(scope)) (parsed->v1 ? v1 : v2)++;
  }
  [[nodiscard]] bool speaks_of_resources() const { return v1 + v2 > 0; }

  const std::vector<std::string>* listed = nullptr;  // nullptr: the server lists none
  ScopeSet all;
  std::size_t v1 = 0;
  std::size_t v2 = 0;
};

// Where the first scope stands that covers `wanted` alone.
std::string place_of(const ListedScopes& scopes, const std::string& wanted) {
  const auto& list = *scopes.listed;
  auto found = std::ranges::find(list, wanted);
  if (found == list.end())
    found = std::ranges::find_if(
        list, [&](const std::string& scope) { return ScopeSet(std::vector<std::string>{scope}).covers(wanted); });
  if (found == list.end()) return std::string(element);
  return std::string(element) + "[" + std::to_string(found - list.begin()) + "]";
}

void judge_syntax(const Question& question, const smart::DiscoverySurvey& smart, const ListedScopes& scopes,
                  ScopeSyntax syntax) {
  const smart::Discovery& discovery = smart.discovery;
  const std::string chosen(name_of(syntax));
  const std::string permission = "permission-" + chosen;
  Finding finding{.verdict = Verdict::met, .subject = "scope syntax " + chosen};
  if (const auto place = place_in("capabilities", discovery.capabilities, permission)) {
    finding.detail = "the server declares " + permission + ", and scopes are asked for in that syntax";
    finding.read = Element{question.smart_source(), question.evidence.smart1 ? "" : *place};
  } else {
    const bool other = discovery.has("permission-v1") || discovery.has("permission-v2");
    finding.severity = Severity::warning;
    finding.verdict = other ? Verdict::contradicted : Verdict::not_declared;
    finding.detail =
        other ? "the server declares the other syntax alone, and scope_syntax asks for this one"
              : "the server declares neither permission-v1 nor permission-v2; scopes are asked for in " + chosen;
    finding.read = Element{question.smart_source(), question.evidence.smart1 ? "" : "capabilities"};
    finding.advice = other ? "set scope_syntax = \"auto\" under [server.oauth]"
                           : "ask the vendor for which syntax the client is registered, and set scope_syntax to it";
  }
  question.findings.add(std::move(finding));
  const bool differs = syntax == ScopeSyntax::v2 ? scopes.v2 == 0 && scopes.v1 > 0 : scopes.v1 == 0 && scopes.v2 > 0;
  if (differs)
    question.findings.add({.severity = Severity::note,
                           .subject = "scope syntax " + chosen,
                           .detail = "scopes are asked for in " + chosen +
                                     ", and the server lists scopes of the other "
                                     "syntax alone",
                           .read = Element{Source::smart_configuration, std::string(element)},
                           .advice = "ask the vendor for which syntax the client is registered: a server may drop the "
                                     "scopes of the other one and say nothing"});
}

// The letters of `wanted` that the listed scopes do not cover.
std::string uncovered(const ScopeSet& listed, const FhirScope& wanted, const std::string& text) {
  std::string missing;
  const std::string head = text.substr(0, text.find('.') + 1);
  const auto question_mark = text.find('?');
  const std::string tail = question_mark == std::string::npos ? std::string() : text.substr(question_mark);
  for (const char letter : wanted.letters)
    if (!listed.covers(head + letter + tail)) missing += letter;
  return missing;
}

Finding coverage(const Question& question, const ListedScopes& scopes, const FhirScope& parsed,
                 const std::string& asked) {
  Finding finding{.verdict = Verdict::met, .subject = "scope " + asked};
  finding.read = Element{Source::smart_configuration, scopes.listed == nullptr ? "" : std::string(element)};
  if (scopes.listed == nullptr || !scopes.speaks_of_resources()) {
    finding.severity = Severity::note;
    finding.verdict = Verdict::unknown;
    finding.detail = question.smart() == nullptr ? "without a smart-configuration nothing can be said"
                     : scopes.listed == nullptr  ? "the server lists no scopes"
                                                 : "the server lists no scope of any resource";
    finding.advice = "look at the client's registration: a server may grant what it does not list";
    return finding;
  }
  const std::string missing = uncovered(scopes.all, parsed, asked);
  if (missing.empty()) {
    finding.detail = "the server lists what covers it";
    finding.read->path = place_of(scopes, asked);
    return finding;
  }
  finding.severity = Severity::warning;
  finding.verdict = Verdict::not_declared;
  finding.detail = missing == parsed.letters
                       ? "no scope that the server lists covers it"
                       : "the scopes that the server lists leave out " + missing + " of " + parsed.letters;
  finding.advice = "ask the server's administrators whether this client is granted it; the list need not be complete";
  return finding;
}

// What the scope itself has that no server would change.
void judge_text(const Question& question, const FhirScope& parsed, const std::string& scope, const std::string& asked) {
  const auto say = [&](Severity severity, std::string detail, std::string advice) {
    question.findings.add({.severity = severity,
                           .subject = "scope " + scope,
                           .detail = std::move(detail),
                           .read = Element{Source::configuration, "app.scope"},
                           .advice = std::move(advice)});
  };
  if (parsed.resource != "*" && !fhir::is_resource_type(parsed.resource))
    say(Severity::warning, "FHIR has no resource type " + std::string(parsed.resource), "correct the scope");
  if (parsed.context == "system")
    say(Severity::warning, "scopes of system/ are for backend services, not for apps that people launch",
        "ask for patient/ or user/");
  if (asked != scope && !parsed.filters.empty())
    say(Severity::warning,
        "v1 knows no search parameters in scopes, so " + asked + " is asked for: more than was approved",
        "have the wider scope approved, or ask the vendor to register the client for v2");
}

void judge_permission(const Question& question, const smart::DiscoverySurvey& smart, std::string_view context) {
  const std::string permission = "permission-" + std::string(context);
  const auto place = place_in("capabilities", smart.discovery.capabilities, permission);
  Finding finding{.verdict = Verdict::met, .subject = "scopes of " + std::string(context) + "/"};
  finding.detail = "the server declares " + permission;
  finding.read = Element{question.smart_source(), question.evidence.smart1 || !place ? "" : *place};
  if (!place) {
    finding.severity = Severity::note;
    finding.verdict = question.evidence.smart1 ? Verdict::unknown : Verdict::not_declared;
    finding.detail = "the server does not declare " + permission;
    finding.advice = "ask the server's administrators whether it grants such scopes";
    if (!question.evidence.smart1) finding.read->path = "capabilities";
  }
  question.findings.add(std::move(finding));
}

void judge_word(const Question& question, const ListedScopes& scopes, const std::string& scope) {
  if (scope == "offline_access" || scope == "online_access") return;  // judged by what permits them
  Finding finding{.verdict = Verdict::met, .subject = "scope " + scope, .detail = "the server lists it"};
  if (scopes.listed != nullptr && scopes.all.contains(scope)) {
    finding.read = Element{Source::smart_configuration, place_in(element, *scopes.listed, scope).value_or("")};
  } else {
    finding.severity = Severity::note;
    finding.verdict = scopes.listed == nullptr ? Verdict::unknown : Verdict::not_declared;
    finding.detail = scopes.listed == nullptr ? "the server lists no scopes" : "the server does not list it";
    finding.read = Element{Source::smart_configuration, scopes.listed == nullptr ? "" : std::string(element)};
    finding.advice = "look at the client's registration: a server may grant what it does not list";
  }
  question.findings.add(std::move(finding));
}

}  // namespace

void judge_scopes(const Question& question) {
  const auto* smart = question.smart();
  const ListedScopes scopes(question);
  const ScopeSet wanted = question.app.wanted_scopes();
  const std::vector<std::string> none;
  const ScopeSyntax syntax =
      smart::choose_syntax(question.server.oauth.scope_syntax, smart == nullptr ? none : smart->discovery.capabilities);
  bool any = false, patient = false, user = false;
  for (const std::string& scope : wanted.list()) {
    const auto parsed = smart::parse_fhir_scope(scope);
    if (!parsed) {
      if (smart != nullptr) judge_word(question, scopes, scope);
      continue;
    }
    any = true;
    patient = patient || parsed->context == "patient";
    user = user || parsed->context == "user";
    const std::string asked = smart::in_syntax(ScopeSet(std::vector<std::string>{scope}), syntax).text();
    judge_text(question, *parsed, scope, asked);
    const auto as_asked = smart::parse_fhir_scope(asked);
    question.findings.add(coverage(question, scopes, as_asked ? *as_asked : *parsed, asked));
  }
  if (smart == nullptr || !any) return;
  judge_syntax(question, *smart, scopes, syntax);
  if (patient) judge_permission(question, *smart, "patient");
  if (user) judge_permission(question, *smart, "user");
}

}  // namespace wardend::verify
