#include "daemon/drift/standing.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace wardend::drift {
namespace {

using verify::Severity;
using verify::Verdict;

constexpr std::size_t most_in_words = 8;
constexpr std::size_t longest_subject_in_words = 160;

bool is_met(const Judged& judged) { return judged.verdict == Verdict::met && judged.severity == Severity::ok; }

std::string place_of(const verify::Finding& finding) {
  if (!finding.read) return {};
  const std::string document(name_of(finding.read->source));
  return finding.read->path.empty() ? document
                                    : document + ", " + printable(finding.read->path, longest_subject_in_words);
}

// The gravest finding about a subject: a report has the gravest first.
const verify::Finding* gravest(const verify::Report& report, const std::string& subject) {
  const auto found = std::ranges::find(report.findings, subject, &verify::Finding::subject);
  return found == report.findings.end() ? nullptr : &*found;
}

Change change_of(const std::string& subject, const verify::Report& after) {
  const verify::Finding* finding = gravest(after, subject);
  Change change{.subject = subject};
  if (finding == nullptr) return change;
  change.place = place_of(*finding);
  change.detail = printable(finding->detail, longest_subject_in_words);
  return change;
}

}  // namespace

Standing standing_of(const verify::Report& report) {
  Standing standing;
  for (const verify::Finding& finding : report.findings)
    standing.try_emplace(finding.subject, Judged{finding.severity, finding.verdict});
  return standing;
}

Difference difference(const Standing& before, const verify::Report& after, Needs needs) {
  Difference found;
  const Standing now = standing_of(after);
  for (const auto& [subject, judged] : now) {
    const auto known = before.find(subject);
    if (known == before.end() && needs == Needs::may_be_others) continue;
    const Judged was = known == before.end() ? Judged{} : known->second;
    if (judged == was) continue;
    const bool blocks = judged.severity == Severity::blocking;
    const bool blocked = was.severity == Severity::blocking;
    if (blocks && blocked) continue;  // it says otherwise why
    if (blocks)
      found.blocking.push_back(change_of(subject, after));
    else if (blocked || (is_met(judged) && !is_met(was) && known != before.end()))
      found.settled.push_back(change_of(subject, after));
    else if (known != before.end() || judged.severity == Severity::warning)
      found.other.push_back(change_of(subject, after));
  }
  for (const auto& [subject, judged] : before) {
    if (now.contains(subject) || needs == Needs::may_be_others) continue;
    if (judged.severity == Severity::blocking)
      found.settled.push_back(change_of(subject, after));
    else if (judged.severity == Severity::warning)
      found.other.push_back(change_of(subject, after));
  }
  return found;
}

std::string in_words(const std::vector<Change>& changes) {
  std::string words;
  std::size_t count = 0;
  for (const Change& change : changes) {
    if (count++ == most_in_words) return words + "; and " + std::to_string(changes.size() - most_in_words) + " more";
    words += (words.empty() ? "" : "; ") + printable(change.subject, longest_subject_in_words) +
             (change.place.empty() ? "" : " (" + change.place + ")");
  }
  return words;
}

}  // namespace wardend::drift
