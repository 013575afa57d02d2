// How an app stands at a server: what the verification said of each of its needs, as little as a later comparison
// takes. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/verify/report.hpp"

namespace wardend::drift {

// What was said of one need: the gravest finding about it.
struct Judged {
  verify::Severity severity = verify::Severity::ok;
  std::optional<verify::Verdict> verdict = {};
  friend bool operator==(const Judged&, const Judged&) = default;
};
using Standing = std::map<std::string, Judged>;  // by the subject of the findings
// The gravest finding of each subject: a report has the gravest first.
[[nodiscard]] Standing standing_of(const verify::Report& report);

// What became of one need.
struct Change {
  std::string subject = {};
  std::string place = {};  // the element that was read: "metadata, rest[0].resource[3]"; empty: none
  std::string detail = {};
  friend bool operator==(const Change&, const Change&) = default;
};
struct Difference {
  std::vector<Change> blocking = {};  // that did not block before
  std::vector<Change> settled = {};   // met now, or no longer blocking
  std::vector<Change> other = {};     // another verdict, which is neither
  [[nodiscard]] bool empty() const { return blocking.empty() && settled.empty() && other.empty(); }
};

// Whether the app's needs are those of `before`: of a need that is new since then nobody can tell what changed it.
enum class Needs { same, may_be_others };
// What the verification says otherwise than before. The order of findings, and their words, are no difference.
[[nodiscard]] Difference difference(const Standing& before, const verify::Report& after, Needs needs);

// "Observation: read (metadata, rest[0].resource[3])", the first few of them; empty: there is none.
[[nodiscard]] std::string in_words(const std::vector<Change>& changes);

}  // namespace wardend::drift
