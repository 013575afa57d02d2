// How a judge collects what it saw: sentences of what held, and of what did not.
#pragma once

#include <string>
#include <utility>

#include "wardctl/rehearsal/outcome.hpp"

namespace wardend::wardctl {

class Findings {
 public:
  explicit Findings(Outcome outcome) : outcome_(std::move(outcome)) { outcome_.verdict = Verdict::as_expected; }

  // What was seen, and is as it should be.
  void saw(const std::string& sentence) { add(outcome_.seen, sentence); }
  // What was seen, and should not be; what a person does about it.
  void fault(const std::string& sentence, const std::string& next) {
    outcome_.verdict = Verdict::not_as_expected;
    add(outcome_.seen, sentence);
    add(outcome_.next, next);
  }
  // `holds` as one sentence, or else the other one.
  void check(bool holds, const std::string& sentence, const std::string& otherwise, const std::string& next) {
    if (holds)
      saw(sentence);
    else
      fault(otherwise, next);
  }
  // What stood on the clinician's screen.
  void shown(const std::string& words) { add(outcome_.clinician, words); }
  // What a person does, though all is as expected.
  void advise(const std::string& next) { add(outcome_.next, next); }
  // The step could not be played at all.
  Outcome not_played(const std::string& why, const std::string& next) && {
    outcome_.verdict = Verdict::not_played;
    outcome_.seen = why;
    outcome_.next = next;
    return std::move(outcome_);
  }
  Outcome outcome() && { return std::move(outcome_); }

 private:
  static void add(std::string& text, const std::string& sentence) {
    if (sentence.empty() || text.contains(sentence)) return;
    text += (text.empty() ? "" : " ") + sentence;
  }
  Outcome outcome_;
};

}  // namespace wardend::wardctl
