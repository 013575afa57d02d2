#include "daemon/verify/compare.hpp"

#include <algorithm>

#include "daemon/verify/question.hpp"

namespace wardend::verify {

std::vector<Finding> Findings::take() {
  std::vector<Finding> sorted;
  for (const Severity severity : {Severity::blocking, Severity::warning, Severity::note, Severity::ok})
    for (Finding& finding : list_)
      if (finding.severity == severity) sorted.push_back(std::move(finding));
  if (sorted.size() > most_findings) {
    sorted.resize(most_findings - 1);
    sorted.push_back({.severity = Severity::note,
                      .subject = "this report",
                      .detail = "there are more findings than are shown, the gravest first",
                      .advice = "settle these, then verify again"});
  }
  return sorted;
}

std::optional<std::string> place_in(std::string_view name, const std::vector<std::string>& list,
                                    std::string_view word) {
  const auto found = std::ranges::find(list, word);
  if (found == list.end()) return std::nullopt;
  return std::string(name) + "[" + std::to_string(found - list.begin()) + "]";
}

Report compare(const Subject& subject, const Evidence& evidence) {
  Findings findings;
  const Question question{subject.app, subject.server, evidence, findings};
  for (const auto judge : {judge_documents, judge_discovery, judge_launch, judge_client, judge_identity, judge_scopes,
                           judge_fhir_version, judge_resources, judge_governance})
    judge(question);
  Report report{.findings = findings.take(),
                .documents = {evidence.smart.compared, evidence.metadata.compared},
                .fhir_base_url = subject.server.fhir_base_url.text()};
  if (const auto* metadata = question.metadata()) report.fhir_version = metadata->fhir_version;
  return report;
}

}  // namespace wardend::verify
