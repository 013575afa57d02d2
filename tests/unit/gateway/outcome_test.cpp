#include "daemon/gateway/outcome.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/errors.hpp"

namespace wardend::gateway {
namespace {

struct Told {
  int status;
  std::string code;
  friend bool operator==(const Told&, const Told&) = default;
};
std::ostream& operator<<(std::ostream& out, const Told& told) { return out << told.status << " " << told.code; }

const std::map<Errc, Told> expected = {{Errc::UnknownApp, {403, "forbidden"}},
                                       {Errc::NotAuthorized, {403, "forbidden"}},
                                       {Errc::InvalidRequest, {400, "invalid"}},
                                       {Errc::UnknownServer, {404, "not-found"}},
                                       {Errc::UnknownSession, {404, "not-found"}},
                                       {Errc::NotSupported, {400, "not-supported"}},
                                       {Errc::AmbiguousSession, {409, "multiple-matches"}},
                                       {Errc::SessionCleared, {401, "expired"}},
                                       {Errc::ReauthenticationRequired, {401, "login"}},
                                       {Errc::LaunchFailed, {401, "login"}},
                                       {Errc::LaunchExpired, {401, "expired"}},
                                       {Errc::PatientContextMissing, {403, "business-rule"}},
                                       {Errc::PatientMismatch, {403, "business-rule"}},
                                       {Errc::EncounterMismatch, {403, "business-rule"}},
                                       {Errc::PatientUnverified, {403, "business-rule"}},
                                       {Errc::ScopeNotGranted, {403, "forbidden"}},
                                       {Errc::ResourceRejected, {422, "business-rule"}},
                                       {Errc::ServerUnavailable, {503, "transient"}},
                                       {Errc::AppDisabled, {403, "business-rule"}},
                                       {Errc::WorkstationLocked, {401, "login"}},
                                       {Errc::RateLimited, {429, "throttled"}},
                                       {Errc::TooLarge, {413, "too-long"}},
                                       {Errc::InvalidTarget, {400, "invalid"}},
                                       {Errc::ConfigInvalid, {500, "exception"}}};

// FHIR R4, value set issue-type.
const std::set<std::string> issue_types = {
    "invalid",          "structure", "required",     "value",      "invariant",    "security",      "login",
    "unknown",          "expired",   "forbidden",    "suppressed", "processing",   "not-supported", "duplicate",
    "multiple-matches", "not-found", "deleted",      "too-long",   "code-invalid", "extension",     "too-costly",
    "business-rule",    "conflict",  "transient",    "lock-error", "no-store",     "exception",     "timeout",
    "incomplete",       "throttled", "informational"};

std::string header(const Outcome& outcome, std::string_view name) {
  for (const auto& [key, value] : outcome.headers)
    if (key == name) return value;
  return {};
}

TEST(Outcome, SaysEveryErrorInTheBrokersWords) {
  EXPECT_EQ(expected.size(), all_errcs().size());
  for (const Error& error : test::one_of_each()) {
    const Outcome outcome = outcome_of(error);
    const auto body = nlohmann::json::parse(outcome.body);
    const auto& issue = body["issue"][0];
    EXPECT_EQ((Told{outcome.status, issue["code"]}), expected.at(error.code())) << name_of(error.code());
    EXPECT_EQ(outcome.status, status_of(error.code()));
    EXPECT_TRUE(issue_types.contains(issue["code"])) << issue;
    EXPECT_EQ(body["resourceType"], "OperationOutcome");
    EXPECT_EQ(body["issue"].size(), 1);
    EXPECT_EQ(issue["severity"], "error");
    EXPECT_EQ(issue["details"]["coding"], nlohmann::json::parse(R"([{"system":"urn:wardend:error","code":")" +
                                                                std::string(name_of(error.code())) + "\"}]"));
    EXPECT_TRUE(issue["diagnostics"].get<std::string>().starts_with(error.detail()));
    EXPECT_EQ(header(outcome, "Content-Type"), "application/fhir+json; charset=utf-8");
    EXPECT_EQ(header(outcome, "Cache-Control"), "no-store");
    EXPECT_EQ(header(outcome, "WWW-Authenticate").empty(), outcome.status != 401) << issue;
    EXPECT_EQ(issue.contains("expression"), error.code() == Errc::ResourceRejected) << issue;
  }
}

TEST(Outcome, NamesNobodyWhomTheAppDidNotName) {
  for (const Error& error : test::one_of_each()) {
    const std::string body = outcome_of(error).body;
    EXPECT_FALSE(body.contains("p2") || body.contains("e2") || body.contains("\"p1\"")) << body;
  }
}

TEST(Outcome, SaysWhereAResourceIsWrong) {
  const auto body = nlohmann::json::parse(
      outcome_of(Error(errors::ResourceRejected{.reason = "another patient", .path = "entry[1].resource.subject"}))
          .body);
  EXPECT_EQ(body["issue"][0]["expression"], nlohmann::json::array({"entry[1].resource.subject"}));
  const auto whole =
      nlohmann::json::parse(outcome_of(Error(errors::ResourceRejected{.reason = "another patient"})).body);
  EXPECT_FALSE(whole["issue"][0].contains("expression"));
}

TEST(Outcome, SaysWhenToAskAgain) {
  using namespace std::chrono_literals;
  EXPECT_EQ(header(outcome_of(Error(errors::RateLimited{.retry_after_ms = 1ms, .reason = "often"})), "Retry-After"),
            "1");
  EXPECT_EQ(header(outcome_of(Error(errors::RateLimited{.retry_after_ms = 1500ms, .reason = "often"})), "Retry-After"),
            "2");
  errors::ServerUnavailable down{.server = "ehr", .reason = "why"};
  EXPECT_EQ(header(outcome_of(Error(down)), "Retry-After"), "");
  down.retry_after = 30s;
  EXPECT_EQ(header(outcome_of(Error(down)), "Retry-After"), "30");
}

TEST(Outcome, HasTheAppsApprovedAdviceForPeople) {
  const auto told = [](const Error& error) -> std::string {
    return nlohmann::json::parse(outcome_of(error).body)["issue"][0]["details"]["text"];
  };
  EXPECT_EQ(told(errors::AppDisabled{.reason = "recalled", .advice = "Use the flowsheet."}), "Use the flowsheet.");
  EXPECT_EQ(told(errors::AppDisabled{.reason = "recalled"}), "recalled");
  EXPECT_EQ(told(errors::ServerUnavailable{.server = "ehr", .reason = "no answer", .advice = "Call."}), "Call.");
}

TEST(Outcome, ListsWhatTheSentenceCounts) {
  const auto told = [](const Error& error) -> std::string {
    return nlohmann::json::parse(outcome_of(error).body)["issue"][0]["diagnostics"];
  };
  EXPECT_EQ(told(errors::AmbiguousSession{std::vector<std::string>{"s1", "s2"}}),
            "2 sessions would do: name one (s1, s2)");
  EXPECT_EQ(
      told(errors::ScopeNotGranted{.missing = std::vector<std::string>{"patient/Observation.c"}, .reason = "why"}),
      "why (patient/Observation.c)");
}

TEST(Outcome, OfARefusalHasItsOwnStatus) {
  const Refusal refusal{.status = 405,
                        .error = errors::InvalidRequest{.field = "method", .reason = "FHIR has no TRACE"}};
  const Outcome outcome = outcome_of(refusal);
  EXPECT_EQ(outcome.status, 405);
  EXPECT_EQ(header(outcome, "Allow"), "GET, HEAD, POST, PUT, PATCH, DELETE");
  EXPECT_EQ(header(outcome_of(refusal.error), "Allow"), "");
}

TEST(Outcome, NamesTheErrorInItsChallenge) {
  const Outcome outcome = outcome_of(Error(errors::WorkstationLocked{"locked: unlock it"}));
  EXPECT_EQ(header(outcome, "WWW-Authenticate"), "Wardend error=\"WorkstationLocked\"");
}

}  // namespace
}  // namespace wardend::gateway
