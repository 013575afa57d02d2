// Whether both documents are there, and what is odd about them.
#include <algorithm>

#include "base/text.hpp"
#include "daemon/verify/question.hpp"

namespace wardend::verify {
namespace {

constexpr std::size_t longest_shown = 200;
constexpr std::size_t few_types = 8;
constexpr std::size_t all_interactions = 8;

// It is there, and cannot be read: the address is right, unless a page for people is served at it.
bool is_there(const Absence& absence) { return absence.status >= 200 && absence.status < 300; }

constexpr const char* correct_the_document =
    "something answers at this address: look at it with `curl -H 'Accept: application/json'`, and have the server's "
    "administrators serve the document there";

void judge_smart_absence(const Question& question, const Absence& absence) {
  Finding finding{.severity = Severity::blocking,
                  .subject = "smart-configuration",
                  .detail = "the document was not had: " + absence.why,
                  .read = Element{Source::smart_configuration, ""},
                  .advice =
                      "ask the server's administrators for the address below which "
                      ".well-known/smart-configuration is served, and correct fhir_base_url"};
  const auto* metadata = question.metadata();
  const bool smart1 = metadata != nullptr && std::ranges::any_of(metadata->rest, [](const fhir::Rest& rest) {
                        return !rest.oauth_path.empty();
                      });
  if (is_there(absence))
    finding.advice = correct_the_document;
  else if (smart1 && !question.server.oauth.smart1_discovery)
    finding.advice =
        "if the server knows SMART 1.0 alone, set smart1_discovery = true under [server.oauth]: its "
        "CapabilityStatement names the endpoints";
  question.findings.add(std::move(finding));
}

void judge_metadata_absence(const Question& question, const Absence& absence) {
  const bool closed = absence.status == 401 || absence.status == 403;
  const bool needed = !question.app.requirements.empty();
  question.findings.add(
      {.severity = needed && !closed ? Severity::blocking : Severity::warning,
       .subject = "metadata",
       .detail = closed ? "the server shows its CapabilityStatement to nobody without a token, so nothing of it could "
                          "be compared"
                        : "the document was not had: " + absence.why,
       .read = Element{Source::metadata, ""},
       .advice = closed ? "have somebody who may read it save it, and compare with `wardctl verify --offline`"
                 : is_there(absence) && absence.advice.empty() ? correct_the_document
                 : absence.advice.empty()
                     ? "ask the server's administrators why " + question.server.fhir_base_url.child("metadata") +
                           " is not served, and correct fhir_base_url"
                     : absence.advice});
}

struct OddityWords {
  const char* detail;
  const char* advice;
};
OddityWords words_of(fhir::Oddity::Kind kind) {
  using enum fhir::Oddity::Kind;
  switch (kind) {
    case wrong_kind_of_value:
      return {"a value of the wrong kind was passed over", "have the server's administrators correct it"};
    case unknown_type:
      return {"this is no FHIR resource type: the entry was passed over",
              "have the server's administrators correct it"};
    case interaction_without_code:
      return {"an interaction without a code was passed over", "have the server's administrators name it"};
    case repeated_type:
      return {"this resource type is listed more than once: the entries count as one",
              "have the server's administrators join them"};
    case too_long:
      return {"a text that is too long for a name was passed over", "have the server's administrators correct it"};
    case oauth_uris_under_other_url:
      return {"an extension that looks like SMART's oauth-uris has another URL, and was not read",
              "rely on the smart-configuration; smart1_discovery cannot work here"};
  }
  return {"", ""};
}

void judge_oddities(const Question& question, const fhir::CapabilityStatement& metadata) {
  for (const fhir::Oddity& oddity : metadata.oddities) {
    const auto [detail, advice] = words_of(oddity.kind);
    std::string text = detail;
    if (!oddity.sample.empty()) text += ": " + oddity.sample;
    if (oddity.count > 1) text += " (and " + std::to_string(oddity.count - 1) + " more such places)";
    question.findings.add({.severity = Severity::note,
                           .subject = "metadata",
                           .detail = std::move(text),
                           .read = Element{Source::metadata, oddity.path},
                           .advice = advice});
  }
  if (!metadata.prefix.empty())
    question.findings.add({.severity = Severity::warning,
                           .subject = "metadata",
                           .detail = "the CapabilityStatement comes in a Bundle, which FHIR does not allow; the "
                                     "statement in it was compared",
                           .read = Element{Source::metadata, "resourceType"},
                           .advice = "have the server's administrators serve the statement itself"});
}

void judge_status(const Question& question, const fhir::CapabilityStatement& metadata) {
  const auto say = [&](Severity severity, const char* path, std::string detail, const char* advice) {
    question.findings.add({.severity = severity,
                           .subject = "metadata",
                           .detail = std::move(detail),
                           .read = Element{Source::metadata, metadata.prefix + path},
                           .advice = advice});
  };
  const std::string kind = printable(metadata.kind, longest_shown);
  if (!kind.empty() && kind != "instance")
    say(Severity::note, "kind", "kind is " + kind + ", not instance; it was read as what the server does",
        "ask the vendor whether the statement describes this very server");
  if (metadata.status == "retired")
    say(Severity::warning, "status", "the statement says that it is retired", "ask for the one that is in force");
  else if (metadata.status != "active")
    say(Severity::note, "status",
        metadata.status.empty() ? "the statement has no status"
                                : "the status is " + printable(metadata.status, longest_shown),
        "ask the vendor whether the statement is in force");
}

// The address is never used for a request.
void judge_address(const Question& question, const fhir::CapabilityStatement& metadata) {
  const std::string& written = metadata.implementation_url;
  if (written.empty()) return;
  const auto base = fhir::BaseUrl::parse(written);
  if (base && *base == question.server.fhir_base_url) return;
  question.findings.add({.severity = base ? Severity::warning : Severity::note,
                         .subject = "metadata",
                         .detail = base
                                       ? "implementation.url is " + printable(written, longest_shown) +
                                             ", another address than " + question.server.fhir_base_url.text()
                                       : "implementation.url is no https address: " + printable(written, longest_shown),
                         .read = Element{Source::metadata, metadata.prefix + "implementation.url"},
                         .advice = "make sure that the statement is this server's; wardend uses fhir_base_url alone"});
}

// It is there, and says as little as one that is not.
void judge_emptiness(const Question& question, const fhir::CapabilityStatement& metadata) {
  if (!metadata.rest.empty()) return;
  const bool needed = !question.app.requirements.empty() && !metadata.has_imports;
  question.findings.add(
      {.severity = needed ? Severity::blocking : Severity::note,
       .subject = "metadata",
       .detail = "the statement has no `rest` of mode server, so nothing of it could be compared",
       .read = Element{Source::metadata, metadata.prefix + "rest"},
       .advice = "ask the server's administrators for the statement that lists what the server does"});
}

void judge_security(const Question& question, const fhir::CapabilityStatement& metadata) {
  bool smart = false;
  for (const fhir::Rest& rest : metadata.rest) {
    smart = smart || !rest.oauth_path.empty();
    for (const fhir::SecurityService& service : rest.services) {
      const bool named = service.code == "SMART-on-FHIR" || service.code == "OAuth";
      smart = smart || named;
      if (!named || service.system == "http://terminology.hl7.org/CodeSystem/restful-security-service" ||
          service.system == "http://hl7.org/fhir/restful-security-service")
        continue;
      question.findings.add({.severity = Severity::note,
                             .subject = "metadata",
                             .detail = "the security service " + service.code + " has the code system " +
                                       printable(service.system, longest_shown) + ", which is not FHIR's",
                             .read = Element{Source::metadata, service.path},
                             .advice = "nothing: the code alone was read"});
    }
  }
  if (smart || metadata.rest.empty()) return;
  question.findings.add({.severity = Severity::note,
                         .subject = "metadata",
                         .detail = "the statement does not say that the server knows SMART",
                         .read = Element{Source::metadata, metadata.rest.front().path +
                                                               (metadata.rest.front().has_security ? ".security" : "")},
                         .advice = "nothing, where the smart-configuration is there: that document counts"});
}

void judge_completeness(const Question& question, const fhir::CapabilityStatement& metadata) {
  std::size_t types = 0;
  bool everything = true;
  for (const fhir::Rest& rest : metadata.rest)
    for (const fhir::ServedResource& resource : rest.resources) {
      ++types;
      everything = everything && resource.interactions.size() >= all_interactions;
    }
  if (types >= few_types && everything)
    question.findings.add({.severity = Severity::note,
                           .subject = "metadata",
                           .detail = "every resource type is declared with every interaction, as servers do that list "
                                     "what their software could do",
                           .read = Element{Source::metadata, metadata.rest.front().path + ".resource"},
                           .advice = "try what the app needs at the server before going live"});
}

// Both documents may name the endpoints. Spec: SMART App Launch 2.2.0: the smart-configuration counts
void judge_agreement(const Question& question, const fhir::CapabilityStatement& metadata) {
  const auto* smart = question.smart();
  if (smart == nullptr || question.evidence.smart1) return;
  for (const fhir::Rest& rest : metadata.rest) {
    for (const fhir::OAuthAddress& declared : rest.oauth) {
      const bool token = declared.name == "token";
      if (!token && declared.name != "authorize") continue;
      const std::string here = token ? smart->discovery.token_endpoint.text()
                               : smart->discovery.authorization_endpoint
                                   ? smart->discovery.authorization_endpoint->text()
                                   : std::string();
      if (here.empty() || here == declared.address) continue;
      question.findings.add({.severity = Severity::warning,
                             .subject = "metadata",
                             .detail = "the oauth-uris name " + printable(declared.address, longest_shown) + " as " +
                                       declared.name + ", the smart-configuration " + here,
                             .read = Element{Source::metadata, declared.path},
                             .advice = "ask the server's administrators which is right; wardend uses the "
                                       "smart-configuration"});
    }
  }
}

}  // namespace

void judge_documents(const Question& question) {
  const Evidence& evidence = question.evidence;
  if (!evidence.endpoints_changed.empty())
    question.findings.add(
        {.severity = Severity::blocking,
         .subject = "smart-configuration",
         .detail = "the server's endpoints have changed: " + printable(evidence.endpoints_changed, 2 * longest_shown),
         .read = Element{Source::smart_configuration, ""},
         .advice = "ask the server's administrators whether that is theirs, then `wardctl accept`"});
  if (!evidence.smart.survey) judge_smart_absence(question, evidence.smart.survey.error());
  if (!evidence.metadata.statement) return judge_metadata_absence(question, evidence.metadata.statement.error());
  const fhir::CapabilityStatement& metadata = *evidence.metadata.statement;
  judge_status(question, metadata);
  judge_emptiness(question, metadata);
  judge_address(question, metadata);
  judge_security(question, metadata);
  judge_completeness(question, metadata);
  judge_agreement(question, metadata);
  judge_oddities(question, metadata);
}

}  // namespace wardend::verify
