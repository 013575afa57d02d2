// Resources: the interactions and search parameters that the app requires, and scopes that no interaction serves.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "daemon/verify/declared.hpp"
#include "daemon/verify/question.hpp"
#include "protocol/fhir/resource_types.hpp"
#include "protocol/smart/scope_grammar.hpp"

namespace wardend::verify {
namespace {

constexpr const char* ask_vendor = "ask the server's administrators whether it works all the same, or change the app";

// What a declaration comes to for a need that the app cannot do without.
Finding of_declaration(const Declaration& declared, std::string subject) {
  Finding finding{.verdict = declared.verdict,
                  .subject = std::move(subject),
                  .detail = declared.detail,
                  .read = Element{Source::metadata, declared.path}};
  if (declared.verdict == Verdict::met) {
    finding.severity = declared.doubt.empty() ? Severity::ok : Severity::note;
    if (!declared.doubt.empty()) finding.detail += "; " + declared.doubt;
    finding.advice = declared.doubt.empty() ? "" : "try it at the server before going live";
    return finding;
  }
  finding.severity = declared.verdict == Verdict::unknown ? Severity::warning : Severity::blocking;
  finding.advice = declared.verdict == Verdict::unknown ? "try it at the server before going live" : ask_vendor;
  return finding;
}

// The app's own scopes must allow what it requires: the server's declaration is for everybody, a token for its scopes.
void judge_own_scope(const Question& question, const config::Requires& need, const std::string& interaction) {
  const char letter = letter_for(interaction);
  if (letter == 0) return;
  const auto allows = [&](const std::string& scope) {
    const auto parsed = smart::parse_fhir_scope(scope);
    return parsed && (parsed->resource == "*" || parsed->resource == need.resource) && parsed->letters.contains(letter);
  };
  if (std::ranges::any_of(question.app.wanted_scopes().list(), allows)) return;
  question.findings.add({.severity = Severity::blocking,
                         .verdict = Verdict::contradicted,
                         .subject = need.resource + ": " + interaction,
                         .detail = "no scope of the app allows it, so no token will",
                         .read = Element{Source::configuration, "app.scope"},
                         .advice = "add a scope of " + need.resource + " with the letter " + std::string(1, letter) +
                                   " and its approval, or require less"});
}

void judge_search(const Question& question, const config::Requires& need, const Declaration& type_search) {
  for (const std::string& parameter : need.search) {
    const std::string subject = need.resource + ": search by " + parameter;
    if (type_search.verdict != Verdict::met)
      question.findings.add(of_declaration(type_search, subject));
    else
      question.findings.add(
          of_declaration(search_parameter(*question.metadata(), {need.resource, parameter}), subject));
  }
}

void judge_requirement(const Question& question, const config::Requires& need) {
  if (!fhir::is_resource_type(need.resource))
    question.findings.add({.severity = Severity::blocking,
                           .verdict = Verdict::contradicted,
                           .subject = need.resource,
                           .detail = "FHIR has no resource type " + need.resource,
                           .read = Element{Source::configuration, "app.requires.resource"},
                           .advice = "correct [[app.requires]]"});
  std::vector<std::string> interactions = need.interactions;
  const bool searches = std::ranges::find(interactions, "search-type") != interactions.end();
  if (!need.search.empty() && !searches) interactions.emplace_back("search-type");
  const auto* metadata = question.metadata();
  Declaration type_search;
  for (const std::string& name : interactions) {
    judge_own_scope(question, need, name);
    const Declaration declared = metadata != nullptr ? interaction(*metadata, {need.resource, name}) : Declaration{};
    if (name == "search-type") type_search = declared;
    Finding finding = of_declaration(declared, need.resource + ": " + name);
    if (metadata == nullptr) finding.severity = Severity::note;  // that the document is not there has been said
    question.findings.add(std::move(finding));
  }
  if (metadata != nullptr) return judge_search(question, need, type_search);
  for (const std::string& parameter : need.search) {
    Finding finding = of_declaration({}, need.resource + ": search by " + parameter);
    finding.severity = Severity::note;
    question.findings.add(std::move(finding));
  }
}

// The interactions that a letter allows. Spec: SMART App Launch 2.2.0, scopes for requesting FHIR resources
std::vector<std::string> served_by(char letter) {
  switch (letter) {
    case 'c':
      return {"create"};
    case 'r':
      return {"read", "vread", "history-instance"};
    case 'u':
      return {"update", "patch"};
    case 'd':
      return {"delete"};
    default:
      return {"search-type", "history-type"};
  }
}

// A scope may be granted, and do nothing: the server lists the type's interactions, and none is for the letter.
void judge_scope(const Question& question, const fhir::CapabilityStatement& metadata, const std::string& scope) {
  const auto parsed = smart::parse_fhir_scope(scope);
  if (!parsed || parsed->resource == "*") return;
  const std::string type(parsed->resource);
  std::string idle;
  std::string path;
  for (const char letter : parsed->letters) {
    const auto names = served_by(letter);
    const auto contradicted = [&](const std::string& name) {
      const Declaration declared = interaction(metadata, {type, name});
      if (declared.verdict != Verdict::contradicted) return false;
      path = declared.path;
      return true;
    };
    if (std::ranges::all_of(names, contradicted)) idle += letter;
  }
  const bool updates = parsed->letters.contains('u') && !idle.contains('u');
  const Declaration patch = updates ? interaction(metadata, {type, "patch"}) : Declaration{};
  if (patch.verdict == Verdict::met && interaction(metadata, {type, "update"}).verdict == Verdict::contradicted)
    question.findings.add({.severity = Severity::note,
                           .subject = "scope " + scope,
                           .detail = "the letter u allows patch alone here: the server has no update of " + type,
                           .read = Element{Source::metadata, patch.path},
                           .advice = "make sure that the app does not need to replace whole resources"});
  if (idle.empty()) return;
  const bool whole = idle == parsed->letters;
  question.findings.add({.severity = whole ? Severity::blocking : Severity::warning,
                         .verdict = Verdict::contradicted,
                         .subject = "scope " + scope,
                         .detail = "the server has no interaction of " + type + " for " +
                                   (idle.size() == 1 ? "the letter " : "the letters ") + idle,
                         .read = Element{Source::metadata, path},
                         .advice = "ask for less, or ask the server's administrators whether it can do that"});
}

std::string without_blanks(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// What makes somebody doubt the version although it can be read; empty: nothing.
std::string odd_version(const fhir::CapabilityStatement& metadata, const std::string& version, fhir::Release release) {
  if (version.empty()) return {};
  const bool dstu2 = release == fhir::Release::dstu2;
  if ((metadata.resource_type == "Conformance") != dstu2)
    return "but its statement is a " + metadata.resource_type + ", as " +
           (dstu2 ? "only later versions have it" : "only DSTU2 has it");
  if (version != metadata.fhir_version) return "fhirVersion has blanks around it";
  if (std::ranges::count(version, '.') < 2) return "fhirVersion is no whole version, such as 4.0.1";
  return {};
}

}  // namespace

void judge_fhir_version(const Question& question) {
  const auto* metadata = question.metadata();
  const auto& wanted = question.app.fhir_versions;
  std::string names;
  for (const fhir::Release release : wanted)
    names += (names.empty() ? "" : " or ") + std::string(fhir::name_of(release));
  Finding finding{.subject = "FHIR version" + (names.empty() ? "" : " " + names)};
  finding.read = Element{Source::metadata, metadata != nullptr ? metadata->prefix + "fhirVersion" : ""};
  const std::string version =
      metadata != nullptr ? without_blanks(printable(metadata->fhir_version, 64)) : std::string();
  auto release = fhir::release_of_version(version);
  if (!release) release = fhir::release_named(version);  // some write the name where the version belongs
  if (!release && version.empty() && metadata != nullptr && metadata->resource_type == "Conformance")
    release = fhir::Release::dstu2;
  const std::string has =
      release ? std::string(fhir::name_of(*release)) + (version.empty() ? "" : " (" + version + ")") : version;
  if (metadata == nullptr || has.empty()) {
    finding.severity = wanted.empty() ? Severity::note : Severity::warning;
    finding.verdict = Verdict::unknown;
    finding.detail = "the server does not say which version it has";
    finding.read->path = "";
    finding.advice = "ask the server's administrators";
  } else if (wanted.empty()) {
    finding.severity = Severity::note;
    finding.detail = "the server has " + has + ", and the app does not say for which it was written";
    finding.advice = "set fhir_versions of the app";
  } else if (release && std::ranges::find(wanted, *release) != wanted.end()) {
    finding.verdict = Verdict::met;
    finding.detail = "the server has " + has;
    if (const std::string odd = odd_version(*metadata, version, *release); !odd.empty()) {
      finding.severity = Severity::note;
      finding.detail += "; " + odd;
      finding.advice = "make sure that the server serves this version, and tell its administrators";
    }
  } else {
    finding.severity = Severity::blocking;
    finding.verdict = Verdict::contradicted;
    finding.detail = "the server has " + has;
    finding.advice = "ask for the server's address for " + names + ", and set fhir_base_url to it";
  }
  question.findings.add(std::move(finding));
}

void judge_resources(const Question& question) {
  for (const config::Requires& need : question.app.requirements) judge_requirement(question, need);
  const auto* metadata = question.metadata();
  if (metadata == nullptr) return;
  for (const std::string& scope : question.app.wanted_scopes().list()) judge_scope(question, *metadata, scope);
}

}  // namespace wardend::verify
