// What no server's document can say, and somebody must have decided before patients' data flow.
#include <string>

#include "base/text.hpp"
#include "daemon/verify/question.hpp"

namespace wardend::verify {
namespace {

struct Decision {
  const char* key;
  const char* subject;
  const char* missing;
  const char* advice;
};

void judge(const Question& question, const Decision& decision, const std::string& words) {
  Finding finding{.subject = decision.subject, .read = Element{Source::configuration, decision.key}};
  if (words.find_first_not_of(" \t\n") != std::string::npos) {
    finding.detail = printable(words, 400);
  } else {
    finding.severity = Severity::blocking;
    finding.verdict = Verdict::unknown;
    finding.detail = decision.missing;
    finding.advice = decision.advice;
  }
  question.findings.add(std::move(finding));
}

}  // namespace

void judge_governance(const Question& question) {
  judge(question,
        {"app.population", "who may use the app", "the configuration does not say who may use it",
         "have it decided, and write population = \"...\" into the [[app]]: professions, wards, sites"},
        question.app.population);
  judge(question,
        {"app.consent", "consent of the patients", "the configuration does not say under which consent it is used",
         "have it decided, and write consent = \"...\" into the [[app]]: for example direct care, implied"},
        question.app.consent);
}

}  // namespace wardend::verify
