#include "wardctl/explain.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace wardend::wardctl::test {
namespace {

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

TEST(Explain, SaysNameCauseMembersAndNextStep) {
  const auto said = refused("org.wardend.Broker.ServerUnavailable",
                            R"({"server":"ehr","since":0,"retry_after":30,"advice":"use paper"})");
  EXPECT_EQ(said.code, ExitCode::try_again);
  EXPECT_EQ(said.text,
            "wardctl: ServerUnavailable: the server \"ehr\" cannot be reached now\n"
            "  advice: use paper\n"
            "  retry after: 30 seconds\n"
            "  next: do what the reason says, or try again later; `wardctl health` shows when it is back\n");
}

TEST(Explain, SaysTheSameInOneLine) {
  using Kind = client::Failure::Kind;
  EXPECT_EQ(in_one_line({.kind = Kind::refused,
                         .error = "org.wardend.Broker.ServerUnavailable",
                         .parameters_json = R"({"server":"e\u0007hr","retry_after":30,"advice":"use paper"})"}),
            "ServerUnavailable: the server \"e?hr\" cannot be reached now; advice: use paper; retry after: 30 seconds; "
            "next: do what the reason says, or try again later; `wardctl health` shows when it is back");
  EXPECT_EQ(in_one_line({.kind = Kind::unreachable, .detail = "nobody listens"}), "Unreachable: nobody listens");
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

}  // namespace
}  // namespace wardend::wardctl::test
