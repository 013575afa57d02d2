#include "wardctl/explain.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "base/clear_reason.hpp"
#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"
#include "ipc/service_interface.hpp"
#include "wardctl/status_advice.hpp"

namespace wardend::wardctl::test {
namespace {

// Every error that an interface's text declares, qualified, with the words of its declaration.
std::map<std::string, std::string> declared_errors(std::string_view interface, std::string_view text) {
  std::map<std::string, std::string> found;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("error ")) continue;
    found[std::string(interface) + "." + line.substr(6, line.find(' ', 6) - 6)] = line;
  }
  return found;
}

std::map<std::string, std::string> all_declared() {
  auto all = declared_errors(ipc::broker::interface_name, ipc::broker::interface_text);
  all.merge(declared_errors(ipc::control::interface_name, ipc::control::interface_text));
  const ipc::ServiceInterface service("", {});
  all.merge(declared_errors("org.varlink.service", service.description()));
  return all;
}

struct Said {
  ExitCode code;
  std::string text;
};
Said explained(const client::Failure& failure) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const auto code = explain({.broker_socket = "", .control_socket = "", .in = in, .out = out, .err = err}, failure);
  EXPECT_EQ(out.str(), "");
  return {code, err.str()};
}
Said refused(const std::string& error, const std::string& parameters_json) {
  return explained(
      {.kind = client::Failure::Kind::refused, .error = error, .parameters_json = parameters_json, .detail = {}});
}

TEST(Explain, HasARowForEveryErrorOfTheInterfacesAndNoOther) {
  std::set<std::string> rows;
  for (const auto& row : advice_table()) EXPECT_TRUE(rows.emplace(row.error).second) << row.error << " is there twice";
  std::set<std::string> declared;
  for (const auto& [name, line] : all_declared()) declared.insert(name);
  EXPECT_GE(declared.size(), 30U);
  EXPECT_EQ(rows, declared);
}

TEST(Explain, NamesOnlyMembersThatTheErrorHas) {
  const auto declared = all_declared();
  for (const auto& row : advice_table()) {
    EXPECT_FALSE(row.cause.empty() || row.next_step.empty()) << row.error;
    for (auto open = row.cause.find('{'); open != std::string_view::npos; open = row.cause.find('{', open + 1)) {
      const std::string member(row.cause.substr(open + 1, row.cause.find('}', open) - open - 1));
      EXPECT_NE(declared.at(std::string(row.error)).find(member + ":"), std::string::npos)
          << row.error << " has no " << member;
    }
  }
}

TEST(Explain, SaysNameCauseMembersAndNextStep) {
  const auto said = refused("org.wardend.Broker.ServerUnavailable",
                            R"({"server":"ehr","since":0,"retry_after":30,"advice":"use paper"})");
  EXPECT_EQ(said.code, ExitCode::try_again);
  EXPECT_EQ(said.text,
            "wardctl: ServerUnavailable: the server \"ehr\" cannot be reached now\n"
            "  advice: use paper\n"
            "  retry after: 30 seconds\n"
            "  next: try again later; `wardctl health` shows when it is back\n");
}

TEST(Explain, PrintsAFindingALineAndNoPatientContext) {
  const auto findings =
      refused("org.wardend.Control.ConfigInvalid", R"({"findings":["a.toml:1:2: x","a.toml:3:4: y"]})");
  EXPECT_NE(findings.text.find("  findings: a.toml:1:2: x\n  findings: a.toml:3:4: y\n"), std::string::npos);
  const auto context = refused("org.wardend.Broker.ReauthenticationRequired",
                               R"({"session":"s","reason":"r","context":{"patient":"planted"}})");
  EXPECT_EQ(context.text.find("planted"), std::string::npos);
}

TEST(Explain, GivesEachKindOfFailureItsExitCode) {
  using Kind = client::Failure::Kind;
  const std::vector<std::pair<Kind, ExitCode>> cases = {{Kind::unreachable, ExitCode::unreachable},
                                                        {Kind::not_permitted, ExitCode::not_permitted},
                                                        {Kind::timed_out, ExitCode::try_again},
                                                        {Kind::closed, ExitCode::try_again},
                                                        {Kind::protocol, ExitCode::unreachable}};
  for (const auto& [kind, code] : cases) {
    const auto said = explained({.kind = kind, .detail = "what happened"});
    EXPECT_EQ(said.code, code);
    EXPECT_NE(said.text.find(": what happened\n  next: "), std::string::npos) << said.text;
  }
}

TEST(Explain, GivesErrorsTheirExitCodes) {
  const std::vector<std::pair<std::string, ExitCode>> cases = {
      {"org.wardend.Broker.NotAuthorized", ExitCode::not_permitted},
      {"org.wardend.Control.NotAuthorized", ExitCode::not_permitted},
      {"org.varlink.service.PermissionDenied", ExitCode::not_permitted},
      {"org.wardend.Broker.WorkstationLocked", ExitCode::try_again},
      {"org.wardend.Broker.RateLimited", ExitCode::try_again},
      {"org.wardend.Broker.UnknownSession", ExitCode::refused},
      {"org.wardend.Control.NotSupported", ExitCode::refused},
      {"org.wardend.Broker.OfALaterVersion", ExitCode::refused}};
  for (const auto& [error, code] : cases) EXPECT_EQ(refused(error, "{}").code, code) << error;
}

TEST(Explain, StopsControlCharactersOfTheServer) {
  EXPECT_EQ(refused("org.wardend.Broker.NotAuthorized", R"({"reason":"\u001b[2J"})").text.find('\x1b'),
            std::string::npos);
}

TEST(StatusAdvice, HasWordsForEveryReasonOfAClear) {
  for (const auto reason : clear_reason_names) EXPECT_NE(clear_reason_text(reason), "") << reason;
  EXPECT_EQ(clear_reason_text("of a later version"), "");
}

TEST(StatusAdvice, PutsNotReadyFirstAndNamesEachTrouble) {
  const std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};
  EXPECT_EQ(next_steps({.ready = true}, now), (std::vector<std::string>{"nothing to do"}));
  const auto steps = next_steps({.sessions = {{.state = ipc::control::SessionRowState::reauthentication_required}},
                                 .servers = {{.name = "ehr",
                                              .state = ipc::control::ServerRowState::down,
                                              .certificate_expires_at = 1'800'000'000 + 86400,
                                              .changed = "issuer is gone, was x"}},
                                 .disabled_apps = {"growth"},
                                 .pending_revocations = 1,
                                 .ready = false,
                                 .not_ready_reason = "no logind"},
                                now);
  ASSERT_EQ(steps.size(), 7U);
  EXPECT_NE(steps[0].find("no logind"), std::string::npos);
  EXPECT_NE(steps[1].find("ehr is down"), std::string::npos);
  EXPECT_NE(steps[2].find("issuer is gone, was x"), std::string::npos);
  EXPECT_NE(steps[2].find("wardctl accept ehr"), std::string::npos);
  EXPECT_NE(steps[3].find("certificate of ehr expires"), std::string::npos);
  EXPECT_NE(steps[4].find("growth is switched off: once its trouble is over, set enabled = true"), std::string::npos);
}

TEST(StatusAdvice, SaysWhatToDoAboutHubs) {
  using ipc::control::HubRowState;
  const std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};
  ipc::control::StatusReply status{.ready = true};
  status.hubs.emplace();
  status.hubs->push_back({.server = "a", .state = HubRowState::following, .tells_of_locks = true});
  EXPECT_EQ(next_steps(status, now), (std::vector<std::string>{"nothing to do"}));
  status.hubs->push_back({.server = "b", .state = HubRowState::stopped, .trouble = "http_403"});
  status.hubs->push_back({.server = "c", .state = HubRowState::waiting});
  status.hubs->push_back({.server = "d", .state = HubRowState::following, .tells_of_locks = false});
  status.hubs->push_back({.server = "d", .state = HubRowState::following, .tells_of_locks = false});
  const auto steps = next_steps(status, now);
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_NE(steps[0].find("the hub of b is not followed (http_403)"), std::string::npos);
  EXPECT_NE(steps[1].find("the hub of c is not reached"), std::string::npos);
  EXPECT_NE(steps[2].find("fhircast/UserLogout.read"), std::string::npos);
}

}  // namespace
}  // namespace wardend::wardctl::test
