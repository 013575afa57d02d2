// Endpoints, PKCE and grants; launch modes and the patient that a launch brings.
#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "daemon/verify/question.hpp"

namespace wardend::verify {
namespace {

constexpr std::string_view pkce_element = "code_challenge_methods_supported";

bool lists(const smart::DeclaredTexts& texts, std::string_view word) {
  return texts && std::ranges::find(*texts, word) != texts->end();
}

// A fault says what is wrong and, behind the last colon, what to do.
Finding of_fault(const smart::DiscoveryFault& fault, Source source) {
  Finding finding{.severity = Severity::blocking,
                  .verdict = Verdict::contradicted,
                  .subject = fault.element.empty() ? std::string(name_of(source)) : fault.element,
                  .detail = fault.description,
                  .read = Element{source, fault.element},
                  .advice = "have the server's administrators correct it: a launch is refused for this"};
  const auto colon = fault.description.rfind(": ");
  if (fault.code == "discovery_bad_endpoint" || colon == std::string::npos) return finding;
  finding.detail = fault.description.substr(0, colon);
  finding.advice = fault.description.substr(colon + 2);
  return finding;
}

void judge_pkce(const Question& question, const smart::DiscoverySurvey& smart) {
  Finding finding{.severity = Severity::note, .verdict = Verdict::unknown, .subject = "PKCE with S256"};
  const auto fault = std::ranges::find(smart.faults, pkce_element, &smart::DiscoveryFault::element);
  if (question.evidence.smart1) {
    finding.detail = "a CapabilityStatement cannot say whether the server knows PKCE";
    finding.advice = "nothing: S256 is sent, answered or not";
  } else if (lists(smart.code_challenge_methods, "S256")) {
    finding = {.verdict = Verdict::met, .subject = finding.subject, .detail = "the server lists S256"};
    finding.read = Element{Source::smart_configuration,
                           place_in(pkce_element, *smart.code_challenge_methods, "S256").value_or("")};
  } else if (fault != smart.faults.end()) {
    const std::string subject = finding.subject;
    finding = of_fault(*fault, Source::smart_configuration);
    finding.subject = subject;
    if (!smart.code_challenge_methods) finding.verdict = Verdict::not_declared;
  } else {
    finding = {.severity = Severity::warning, .verdict = Verdict::not_declared, .subject = finding.subject};
    finding.detail = "the server does not list S256; it is sent all the same, as legacy_pkce says";
    finding.read = Element{Source::smart_configuration, smart.code_challenge_methods ? std::string(pkce_element) : ""};
    finding.advice = "have the vendor confirm that it ignores PKCE, or ask it to support S256";
  }
  question.findings.add(std::move(finding));
}

void judge_grants(const Question& question, const smart::DiscoverySurvey& smart) {
  constexpr std::string_view element = "grant_types_supported";
  const auto& grants = smart.grant_types_supported;
  Finding finding{.verdict = Verdict::met, .subject = "grant authorization_code", .detail = "the server lists it"};
  if (!grants) {
    finding.severity = Severity::note;
    finding.verdict = question.evidence.smart1 ? Verdict::unknown : Verdict::not_declared;
    finding.detail = "the server does not say which grants it knows";
    finding.advice = "nothing: every SMART server has this one";
  } else if (lists(grants, "authorization_code")) {
    finding.read = Element{Source::smart_configuration, place_in(element, *grants, "authorization_code").value_or("")};
  } else {
    finding.severity = Severity::blocking;
    finding.verdict = Verdict::contradicted;
    finding.detail = "the server lists its grants, and this one is not among them";
    finding.read = Element{Source::smart_configuration, std::string(element)};
    finding.advice = "ask the server's administrators whether this is the endpoint for apps that people launch";
  }
  question.findings.add(std::move(finding));
  for (const char* unused : {"implicit", "password"})
    if (lists(grants, unused))
      question.findings.add(
          {.severity = Severity::note,
           .subject = std::string("grant ") + unused,
           .detail = "the server offers it; wardend never uses it",
           .read = Element{Source::smart_configuration, place_in(element, *grants, unused).value_or("")},
           .advice = "nothing; a server does better without it"});
}

// The other half of the same: what the sign-in answers with. Where it is not listed, every SMART server has it.
void judge_response_types(const Question& question, const smart::DiscoverySurvey& smart) {
  constexpr std::string_view element = "response_types_supported";
  const auto& types = smart.response_types_supported;
  if (!types || types->empty() || lists(types, "code")) return;
  question.findings.add(
      {.severity = Severity::blocking,
       .verdict = Verdict::contradicted,
       .subject = "response type code",
       .detail = "the server lists what its sign-in answers with, and code is not among it",
       .read = Element{Source::smart_configuration, std::string(element)},
       .advice = "ask the server's administrators whether this is the endpoint for apps that people launch"});
}

// A launch mode or a kind of context that the app has.
struct Need {
  std::string subject;
  std::string_view capability;
  Severity otherwise = Severity::warning;
  std::string advice;
};

void judge_capability(const Question& question, const smart::DiscoverySurvey* smart, const Need& need) {
  Finding finding{.verdict = Verdict::met, .subject = need.subject};
  const std::string name(need.capability);
  const auto place = smart != nullptr ? place_in("capabilities", smart->discovery.capabilities, name) : std::nullopt;
  if (place) {
    finding.detail = "the server declares " + name;
    finding.read = Element{question.smart_source(), question.evidence.smart1 ? "" : *place};
  } else if (smart == nullptr || question.evidence.smart1) {
    finding.severity = Severity::note;
    finding.verdict = Verdict::unknown;
    finding.detail = smart == nullptr ? "without a smart-configuration nothing can be said"
                                      : "a server of SMART 1.0 need not declare " + name;
    finding.advice = smart == nullptr ? "get the document first" : need.advice;
  } else {
    finding.severity = need.otherwise;
    finding.verdict = Verdict::not_declared;
    finding.detail = "the server does not declare " + name;
    finding.read = Element{Source::smart_configuration, "capabilities"};
    finding.advice = need.advice;
  }
  question.findings.add(std::move(finding));
}

}  // namespace

void judge_discovery(const Question& question) {
  const auto* smart = question.smart();
  if (smart == nullptr) return;
  for (const smart::DiscoveryFault& fault : smart->faults)
    if (fault.element != pkce_element) question.findings.add(of_fault(fault, question.smart_source()));
  const bool told = std::ranges::any_of(smart->faults, [](const smart::DiscoveryFault& fault) {
    return fault.element.contains("authorization_endpoint");
  });
  if (!smart->discovery.authorization_endpoint && !told)
    question.findings.add({.severity = Severity::blocking,
                           .verdict = Verdict::contradicted,
                           .subject = "authorization_endpoint",
                           .detail = "the server names none, so nobody can sign in",
                           .read = Element{question.smart_source(), ""},
                           .advice = "ask for the address of the server that people launch apps at: this one may be "
                                     "for backend services alone"});
  for (const std::string& warning : smart->discovery.warnings)
    question.findings.add({.severity = Severity::note,
                           .subject = std::string(name_of(question.smart_source())),
                           .detail = printable(warning, 512),
                           .read = Element{question.smart_source(), ""},
                           .advice = "tell the server's administrators"});
  judge_pkce(question, *smart);
  judge_grants(question, *smart);
  judge_response_types(question, *smart);
}

void judge_launch(const Question& question) {
  using config::PatientContext;
  const config::App& app = question.app;
  const auto* smart = question.smart();
  const std::string ask = "ask the server's administrators whether it works all the same, and try a launch";
  const Severity patient = app.patient_context == PatientContext::required ? Severity::warning : Severity::note;
  const bool wants_patient = app.patient_context != PatientContext::none;
  if (app.launch_ehr) {
    judge_capability(question, smart, {"launch from the EHR", "launch-ehr", Severity::warning, ask});
    if (wants_patient)
      judge_capability(question, smart, {"patient of an EHR launch", "context-ehr-patient", patient, ask});
  }
  if (!app.launch_standalone) return;
  judge_capability(
      question, smart,
      {"launch by the app itself", "launch-standalone", Severity::warning, ask + "; or set launch = [\"ehr\"]"});
  if (wants_patient)
    judge_capability(question, smart,
                     {"patient of the app's own launch", "context-standalone-patient", patient,
                      ask + "; such a launch may bring no patient, and another address of the vendor may have it"});
}

}  // namespace wardend::verify
