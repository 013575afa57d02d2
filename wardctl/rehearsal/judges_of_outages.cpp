#include <fmt/format.h>

#include "wardctl/rehearsal/findings.hpp"
#include "wardctl/rehearsal/judges.hpp"

namespace wardend::wardctl {

Outcome judge_token_end(const Subject& subject, const TokenEndFacts& facts) {
  if (!facts.launched) return not_played_without_session(subject, Step::token_end);
  Findings findings(begun(subject, Step::token_end));
  findings.shown(facts.after.words);
  findings.saw(fmt::format("The first token lived {} seconds.", facts.life_seconds));
  const bool another = facts.after.answered() && facts.another;
  if (another) {
    findings.saw("After its end the app got another one.");
  } else if (!subject.refreshes) {
    findings.fault("After its end: " + facts.after.error +
                       ". The app asks for neither offline_access nor online_access, so the EHR gives nothing to go on "
                       "with.",
                   "Add offline_access to its scopes and have it approved, or tell the ward that each session ends "
                   "with its first token.");
  } else {
    findings.fault(
        facts.after.answered() ? "After its end the app got the same one." : "After its end: " + facts.after.words,
        "Ask the EHR's administrators whether this client gets refresh tokens.");
  }
  return std::move(findings).outcome();
}

Outcome judge_sign_in_end(const Subject& subject, const TokenEndFacts& facts) {
  if (!facts.launched) return not_played_without_session(subject, Step::sign_in_end);
  Findings findings(begun(subject, Step::sign_in_end));
  findings.shown(facts.after.words);
  const bool told = facts.after.refused_as("ReauthenticationRequired") || facts.after.refused_as("SessionCleared");
  findings.check(told, "The app was told: " + facts.after.error + ".",
                 facts.after.answered() ? "The app still got a token." : "The app was told: " + facts.after.words,
                 "See the journal of wardend.");
  return std::move(findings).outcome();
}

Outcome judge_outage(const Subject& subject, Step step, const OutageFacts& facts) {
  Findings findings(begun(subject, step));
  findings.shown(facts.page.words);
  findings.check(facts.token.answered(), "The app kept its token.", "The app lost its token: " + facts.token.words,
                 "See the journal of wardend.");
  findings.check(facts.state == "down" || facts.state == "degraded",
                 "It was told that the link is " + facts.state + ".", "It was not told that the server is away.",
                 "See `wardctl health`.");
  findings.check(facts.stale, "Its data was called stale.", "Its data was not called stale.",
                 "See staleness of the server in the configuration.");
  findings.check(facts.page.status >= 500, "A launch says so at once.",
                 fmt::format("The page of a launch came with status {}.", facts.page.status),
                 "See the journal of wardend.");
  if (subject.advice.empty())
    findings.fault("There is no advice for clinicians.", "Write [app.fallback] advice, and have it approved.");
  else
    findings.check(facts.advice == subject.advice && facts.page.words.contains(subject.advice),
                   "App and page give the advice.", "App or page does not give the advice.",
                   "See the journal of wardend.");
  findings.check(facts.recovered, "After the outage the session went on.",
                 "After the outage the session did not go on" +
                     (facts.clearing.empty() ? std::string(".") : ": " + facts.clearing),
                 "See the journal of wardend.");
  return std::move(findings).outcome();
}

Outcome judge_trail(const Subject& subject, const TrailFacts& facts) {
  Findings findings(begun(subject, Step::trail));
  const std::string mend =
      "Mend [audit] file: its folder, its owner, the space on its disk. `wardctl status` says why.";
  if (!facts.token.answered()) {
    findings.fault("There is no answer to follow: " + facts.token.words, mend);
    findings.shown(facts.token.words);
  } else {
    findings.check(facts.found,
                   "Request " + facts.request_id + " stands in " + facts.trail + ", " + facts.outcome + ".",
                   "Request " + facts.request_id + " is not in " + facts.trail + ".", mend);
  }
  if (!facts.trouble.empty()) findings.fault("The service is not ready: " + facts.trouble + ".", mend);
  if (facts.found)
    findings.check(facts.same_session && facts.same_patient, "Its line leads back to the session and its patient.",
                   "Its line does not lead back to the session and its patient.", "See the line in the trail.");
  if (facts.chain.answered())
    findings.check(facts.intact, "No entry of the trail was changed or lost.",
                   "Entries of the trail were changed or lost.", "Tell whoever answers for security.");
  if (facts.accesses.answered())
    findings.check(facts.access_found, "A read that the app recorded stands there too.",
                   "A read that the app recorded is not there.", mend);
  else if (facts.token.answered())
    findings.fault("A read could not be recorded: " + facts.accesses.words, mend);
  return std::move(findings).outcome();
}

}  // namespace wardend::wardctl
