#include "wardctl/rehearsal/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "wardctl/markdown.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

std::string_view wire_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::as_expected:
      return "as_expected";
    case Verdict::not_as_expected:
      return "not_as_expected";
    case Verdict::not_played:
      return "not_played";
  }
  return "";
}

std::ptrdiff_t count_of(const Rehearsal& rehearsal, Verdict verdict) {
  return std::ranges::count(rehearsal.outcomes, verdict, &Outcome::verdict);
}

std::string result_of(const Rehearsal& rehearsal) {
  const auto count = [&](Verdict verdict) { return count_of(rehearsal, verdict); };
  return fmt::format("{} as expected, {} not as expected, {} not played", count(Verdict::as_expected),
                     count(Verdict::not_as_expected), count(Verdict::not_played));
}

std::string server_words(const Rehearsal& rehearsal) {
  return rehearsal.like.empty() ? "wardend-sandbox" : "wardend-sandbox, like " + rehearsal.like;
}

void print_line(const Context& context, std::string_view name, const std::string& text) {
  if (!text.empty()) context.out << fmt::format("    {:<10} {}\n", name, printable(text));
}

}  // namespace

bool all_as_expected(const Rehearsal& rehearsal) {
  return !rehearsal.outcomes.empty() && count_of(rehearsal, Verdict::not_as_expected) == 0;
}

std::string words_for(Verdict verdict) { return words_of(wire_name(verdict)); }

void print_rehearsal(const Context& context, const Rehearsal& rehearsal) {
  for (const Outcome& outcome : rehearsal.outcomes) {
    context.out << fmt::format("{:<17}{}\n", words_for(outcome.verdict), printable(outcome.step));
    print_line(context, "expected", outcome.expected);
    print_line(context, outcome.verdict == Verdict::not_played ? "because" : "seen", outcome.seen);
    print_line(context, "screen", outcome.clinician);
    print_line(context, "next", outcome.next);
  }
  context.out << fmt::format("{} at {}, played by {}: {}\n", printable(rehearsal.subject.app),
                             printable(rehearsal.subject.server), printable(server_words(rehearsal)),
                             result_of(rehearsal));
}

std::string markdown_of(const Rehearsal& rehearsal) {
  const Subject& subject = rehearsal.subject;
  std::string text =
      fmt::format("# Rehearsal of {} at {}\n\n", markdown::cell(subject.app), markdown::cell(subject.server));
  text += "| fact | value |\n| --- | --- |\n";
  text += markdown::row({"app", subject.app}) + markdown::row({"server", subject.server});
  text += markdown::row({"the EHR was played by", server_words(rehearsal)});
  text += markdown::row({"wardend", rehearsal.version});
  text += markdown::row({"configuration, SHA-256", subject.digest});
  text += markdown::row({"rehearsed at", local_date_time(rehearsal.at)});
  text += markdown::row({"result", result_of(rehearsal)});
  text += "\n## Steps\n\n| step | verdict | expected | seen | on the clinician's screen | what to do |\n";
  text += "| --- | --- | --- | --- | --- | --- |\n";
  for (const Outcome& outcome : rehearsal.outcomes)
    text += markdown::row(
        {outcome.step, words_for(outcome.verdict), outcome.expected, outcome.seen, outcome.clinician, outcome.next});
  text += "\n## What differed from the site's configuration\n\n";
  for (const std::string& sentence : subject.replaced) text += "- " + markdown::cell(sentence) + "\n";
  return text;
}

nlohmann::json json_of(const Rehearsal& rehearsal) {
  nlohmann::json steps = nlohmann::json::array();
  for (const Outcome& outcome : rehearsal.outcomes)
    steps.push_back({{"name", outcome.name},
                     {"step", outcome.step},
                     {"verdict", wire_name(outcome.verdict)},
                     {"expected", outcome.expected},
                     {"seen", outcome.seen},
                     {"clinician", outcome.clinician},
                     {"next", outcome.next}});
  return {{"app", rehearsal.subject.app},
          {"server", rehearsal.subject.server},
          {"like", rehearsal.like},
          {"version", rehearsal.version},
          {"config_digest", rehearsal.subject.digest},
          {"at", rehearsal.at},
          {"as_expected", all_as_expected(rehearsal)},
          {"steps", std::move(steps)},
          {"replaced", rehearsal.subject.replaced}};
}

}  // namespace wardend::wardctl
