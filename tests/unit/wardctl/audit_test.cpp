#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using ControlCommands = WardctlRun;

TEST_F(ControlCommands, AuditVerifyFailsOnABrokenChain) {
  control_answers("VerifyAudit", {{"entries", 9}, {"intact", true}});
  EXPECT_EQ(run({"audit", "verify"}), ExitCode::done);
  control_answers("VerifyAudit", {{"entries", 9}, {"intact", false}, {"first_bad", 4}});
  EXPECT_EQ(run({"audit", "verify"}), ExitCode::refused);
  EXPECT_NE(err.str().find("entry 4"), std::string::npos);
}

TEST_F(ControlCommands, WhatIsNotThereSaysSoWithANextStep) {
  for (const std::string what : {"show", "export"}) {
    EXPECT_EQ(run({"audit", what}), ExitCode::refused);
    EXPECT_NE(err.str().find("NotSupported"), std::string::npos);
    EXPECT_NE(err.str().find("  next: "), std::string::npos);
  }
}

}  // namespace
}  // namespace wardend::wardctl::test
