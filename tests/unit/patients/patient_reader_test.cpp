#include "daemon/patients/patient_reader.hpp"

#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend::patients {
namespace {

using fhir::Verification;

struct Reading : test::LaunchWorld {
  Reading() { ehr.records["Patient/p1"] = {.body = R"({"resourceType":"Patient","id":"p1"})", .etag = "W/\"1\""}; }
  session::PatientCheck read(PatientReader::Order order) {
    order.until = clock.now() + 8s;
    auto check = within(30s, core.patient_reader.read(std::move(order)));
    EXPECT_TRUE(check);
    return check ? std::move(*check) : session::PatientCheck{};
  }
};

TEST(PatientReader, ReadsTheRecordWithTheTokenAndJudgesIt) {
  Reading world;
  const auto check = world.read(
      {.server = "ehr", .patient = "p1", .granted = smart::ScopeSet("patient/Patient.r"), .token = Secret("t1")});
  EXPECT_EQ(check.identity.status, Verification::verified);
  EXPECT_EQ(world.ehr.reads, std::vector<std::string>{"Patient/p1 Bearer t1"});
}

TEST(PatientReader, AsksOnlyWhetherTheRecordHasChanged) {
  Reading world;
  session::PatientCheck before{.etag = "W/\"1\""};
  before.identity.status = Verification::conflict;
  world.ehr.records["Patient/p1"].body = "never sent";
  const auto check = world.read({.server = "ehr",
                                 .patient = "p1",
                                 .granted = smart::ScopeSet("patient/Patient.r"),
                                 .token = Secret("t1"),
                                 .before = before});
  EXPECT_EQ(check.identity.status, Verification::conflict);
}

TEST(PatientReader, SendsNothingWithoutAScopeATokenOrAServer) {
  Reading world;
  EXPECT_EQ(world
                .read({.server = "ehr",
                       .patient = "p1",
                       .granted = smart::ScopeSet("patient/Observation.r"),
                       .token = Secret("t")})
                .identity.status,
            Verification::unavailable);
  EXPECT_EQ(
      world.read({.server = "ehr", .patient = "p1", .granted = smart::ScopeSet("patient/Patient.r")}).identity.status,
      Verification::unavailable);
  EXPECT_EQ(world
                .read({.server = "gone",
                       .patient = "p1",
                       .granted = smart::ScopeSet("patient/Patient.r"),
                       .token = Secret("t")})
                .identity.status,
            Verification::unavailable);
  EXPECT_TRUE(world.ehr.reads.empty());
}

TEST(PatientReader, GivesUpAtTheDeadline) {
  Reading world;
  world.ehr.slow["Patient/p1"] = 60s;
  const auto check = world.read(
      {.server = "ehr", .patient = "p1", .granted = smart::ScopeSet("patient/Patient.r"), .token = Secret("t1")});
  EXPECT_EQ(check.identity.status, Verification::unavailable);
}

TEST(PatientReader, WhatItSeesOfTheLinkIsEvidence) {
  Reading world;
  static_cast<void>(world.read(
      {.server = "ehr", .patient = "p1", .granted = smart::ScopeSet("patient/Patient.r"), .token = Secret("t1")}));
  EXPECT_TRUE(world.server_health.record("ehr").confirmed_at);
  world.ehr.records["Patient/p1"].status = 500;
  for (int i = 0; i < 5; ++i)
    static_cast<void>(world.read(
        {.server = "ehr", .patient = "p1", .granted = smart::ScopeSet("patient/Patient.r"), .token = Secret("t1")}));
  EXPECT_FALSE(world.server_health.down("ehr")) << "one record that it cannot give";
}

}  // namespace
}  // namespace wardend::patients
