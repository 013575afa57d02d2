#include "daemon/access/told_access.hpp"

#include <gtest/gtest.h>

namespace wardend::access {
namespace {

constexpr WallTime now{std::chrono::seconds(1'800'000'000)};

ToldAccess read_of(const std::string& resource) { return {.act = AuditAct::access_read, .resource = resource}; }

std::string fault(const ToldAccess& access) {
  const auto fine = check(access, 3, now);
  return fine ? "" : *fine.error().as<errors::InvalidRequest>()->field;
}

TEST(ToldAccess, NamesAResourceOfFhir) {
  for (const char* good : {"Observation", "Observation/7", "Observation/7/_history/2", "Patient/1/$everything",
                           "Observation/$lastn", "Patient/a.b-c_d"})
    EXPECT_EQ(fault(read_of(good)), "") << good;
  for (const char* bad : {"", "Observations", "observation", "Observation/", "Observation/7/", "Observation/7/8",
                          "Observation/7/_history", "https://ehr.example.org/fhir/Observation/7", "Observation/a b",
                          "Observation?code=1", "$everything", "Observation/\n", "Observation/$"})
    EXPECT_EQ(fault(read_of(bad)), "accesses[3].resource") << bad;
}

TEST(ToldAccess, NamesAPatientOrNone) {
  ToldAccess access = read_of("Observation/7");
  access.patient = "p1";
  EXPECT_EQ(fault(access), "");
  for (const std::string& bad : {std::string(), std::string("p 1"), std::string("p\n1"), std::string(257, 'p')}) {
    access.patient = bad;
    EXPECT_EQ(fault(access), "accesses[3].patient") << bad;
  }
}

TEST(ToldAccess, HasAQueryThatIsShortAndHoldsNoToken) {
  ToldAccess access = read_of("Observation");
  access.query = "code=8867-4&date=ge2026";
  EXPECT_EQ(fault(access), "");
  for (const std::string& bad : {std::string(4097, 'q'), std::string("a=1&Access_Token=x"), std::string("Bearer x")}) {
    access.query = bad;
    EXPECT_EQ(fault(access), "accesses[3].query") << bad.substr(0, 40);
  }
}

TEST(ToldAccess, HasTheIdThatTheRequestBoreOrNone) {
  ToldAccess access = read_of("Observation");
  for (const std::string& good :
       {std::string("r"), std::string("0f8a6d3e-93b5-4d7c-9f55-1a5c5d0c9a10"), std::string(128, 'r')}) {
    access.request_id = good;
    EXPECT_EQ(fault(access), "") << good;
  }
  for (const std::string& bad : {std::string(), std::string("r 1"), std::string("r\n1"), std::string("r\x1b[2J"),
                                 std::string("r\0", 2), std::string("r\x7f"), std::string(129, 'r')}) {
    access.request_id = bad;
    EXPECT_EQ(fault(access), "accesses[3].request_id") << bad;
  }
}

TEST(ToldAccess, WasNotDoneInTheFuture) {
  ToldAccess access = read_of("Observation");
  access.at = 1'800'000'000;
  EXPECT_EQ(fault(access), "");
  for (const std::int64_t bad :
       {std::int64_t{1'800'000'001}, std::int64_t{1'800'000'000'000}, INT64_MAX, std::int64_t{-1}, INT64_MIN}) {
    access.at = bad;
    EXPECT_EQ(fault(access), "accesses[3].at") << bad;
  }
}

TEST(ToldAccess, SaysWhatIsWrongAndThatNothingWasRecorded) {
  const auto fine = check(read_of("https://ehr/Observation/7"), 0, now);
  ASSERT_FALSE(fine);
  const std::string reason = *fine.error().as<errors::InvalidRequest>()->reason;
  EXPECT_TRUE(reason.contains("without the server's URL")) << reason;
  EXPECT_TRUE(reason.contains("nothing of this call was recorded")) << reason;
}

}  // namespace
}  // namespace wardend::access
