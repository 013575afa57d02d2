#include "daemon/patients/patient_answer.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes.hpp"

namespace wardend::patients {
namespace {

using fhir::Verification;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

HttpResponse answer(int status, const std::string& body, const std::string& etag = "") {
  HttpResponse response{.status = status, .sent_at = BootTime(5s)};
  response.body = Secret(body);
  if (!etag.empty()) response.headers.emplace_back("etag", etag);
  return response;
}

const std::string good = R"({"resourceType":"Patient","id":"p1"})";

TEST(PatientAnswer, MeansWhatItsStatusAndItsBodySay) {
  const struct {
    int status;
    std::string body;
    Verification means;
    const char* finding;  // "": none
  } table[] = {
      {200, good, Verification::verified, ""},
      {200, R"({"resourceType":"Patient","id":"p2"})", Verification::conflict, "another record"},
      {200, "<html>", Verification::unavailable, "cannot be read"},
      {200, "", Verification::unavailable, "cannot be read"},
      {200, R"({"resourceType":"Patient","id":"p1","id":"p2"})", Verification::unavailable, "cannot be read"},
      {404, R"({"resourceType":"OperationOutcome"})", Verification::conflict, "no record"},
      {410, R"({"resourceType":"OperationOutcome"})", Verification::conflict, "no record"},
      {404, "<html>", Verification::unavailable, "HTTP 404"},
      {404, "", Verification::unavailable, "HTTP 404"},
      {404, R"({"message":"no Route matched"})", Verification::unavailable, "HTTP 404"},
      {401, "{}", Verification::unavailable, "does not let"},
      {403, good, Verification::unavailable, "does not let"},
      {304, "", Verification::unavailable, "HTTP 304"},
      {302, good, Verification::unavailable, "HTTP 302"},
      {206, good, Verification::unavailable, "HTTP 206"},
      {429, "{}", Verification::unavailable, "HTTP 429"},
      {503, "{}", Verification::unavailable, "HTTP 503"},
  };
  for (const auto& row : table) {
    const auto check = judge_answer(answer(row.status, row.body), {.patient = "p1", .config = test::basic_config()});
    EXPECT_EQ(name_of(check.identity.status), name_of(row.means)) << row.status << row.body;
    EXPECT_EQ(check.read_at, BootTime(5s));
    if (*row.finding == '\0')
      EXPECT_THAT(check.identity.findings, SizeIs(0));
    else
      EXPECT_THAT(check.identity.findings, ElementsAre(HasSubstr(row.finding))) << row.status;
  }
}

TEST(PatientAnswer, ThatNothingHasChangedConfirmsTheCheckBefore) {
  session::PatientCheck before{.etag = "W/\"1\""};
  before.identity.found(Verification::conflict, "Merged.");
  const auto check = judge_answer(answer(304, ""), {.patient = "p1", .config = test::basic_config(), .before = before});
  EXPECT_EQ(check.identity.status, Verification::conflict);
  EXPECT_EQ(check.etag, "W/\"1\"");
  EXPECT_EQ(check.read_at, BootTime(5s));
}

TEST(PatientAnswer, KeepsItsETag) {
  const auto check = judge_answer(answer(200, good, "W/\"7\""), {.patient = "p1", .config = test::basic_config()});
  EXPECT_EQ(check.etag, "W/\"7\"");
}

TEST(PatientAnswer, ThatDidNotComeIsUnavailable) {
  using enum HttpFailure::Kind;
  for (const auto kind : {network, tls, handshake, timeout, too_large, abandoned}) {
    const auto check = unanswered({.kind = kind}, BootTime(1s));
    EXPECT_EQ(check.identity.status, Verification::unavailable);
    EXPECT_THAT(check.identity.findings, SizeIs(1));
  }
}

TEST(PatientAnswer, NeedsAScopeThatReadsPatients) {
  for (const char* scope : {"patient/Patient.r", "patient/Patient.rs", "patient/Patient.read", "patient/*.rs",
                            "user/Patient.r", "patient/*.*"})
    EXPECT_TRUE(may_read_patient(smart::ScopeSet(scope))) << scope;
  for (const char* scope : {"patient/Patient.s", "patient/Patient.u", "patient/Observation.rs", "openid", "",
                            "system/Patient.r", "patient/Patient.r?gender=male"})
    EXPECT_FALSE(may_read_patient(smart::ScopeSet(scope))) << scope;
}

}  // namespace
}  // namespace wardend::patients
