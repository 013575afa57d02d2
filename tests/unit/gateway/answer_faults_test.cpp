#include "daemon/gateway/answer_faults.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::gateway {
namespace {

std::string fault_of(HttpResponse head, Expected expected = {}) {
  head.headers.emplace_back("content-type", "application/fhir+json");
  const auto refusal = head_fault(head, "ehr", expected);
  return refusal ? std::to_string(refusal->status) + " " + refusal->error.detail() : "";
}

TEST(AnswerFaults, AStatusThatNoAppCanUse) {
  EXPECT_EQ(fault_of({.status = 200}), "");
  EXPECT_EQ(fault_of({.status = 204}), "");
  EXPECT_TRUE(fault_of({.status = 204}, {.record = true}).starts_with("502 the server answered nothing"));
  EXPECT_EQ(fault_of({.status = 304}, {.change = true}), "");
  EXPECT_TRUE(fault_of({.status = 304}).starts_with("502 the server answered \"not modified\""));
  EXPECT_TRUE(fault_of({.status = 205}).starts_with("502 the server answered HTTP 205"));
  EXPECT_TRUE(fault_of({.status = 600}).starts_with("502 the server answered HTTP 600"));
}

TEST(AnswerFaults, ARedirectTellsItsServerAndNoMore) {
  const auto told = [](const char* location) { return fault_of({.status = 302, .headers = {{"location", location}}}); };
  EXPECT_EQ(told("https://u:p@login.example.org/fhir/Patient/p2?t=x"),
            "502 the server redirects to https://login.example.org, which is not followed (HTTP 302): ask IT");
  for (const char* location : {"/fhir/Patient/p2", "Patient/p2", "//evil/p2"}) {
    EXPECT_FALSE(told(location).contains("p2")) << told(location);
    EXPECT_TRUE(told(location).contains("another of its addresses")) << told(location);
  }
  EXPECT_EQ(fault_of({.status = 302}), "502 the server answers HTTP 302, and nothing else: ask IT");
}

TEST(AnswerFaults, ABodyThatBrokeOffOrDoesNotFit) {
  EXPECT_EQ(broken("ehr", {.kind = HttpFailure::Kind::too_large}).error.code(), Errc::TooLarge);
  EXPECT_EQ(broken("ehr", {}).error.code(), Errc::ServerUnavailable);
  EXPECT_EQ(no_fhir_answer("ehr", {.status = 404}).status, 404);
  const auto told = [](Asked asked) { return no_fhir_answer("ehr", {.status = 504}, asked).error.detail(); };
  EXPECT_TRUE(told(Asked::read).contains("try again")) << told(Asked::read);
  EXPECT_TRUE(told(Asked::write).contains("may have been carried out")) << told(Asked::write);
  EXPECT_FALSE(told(Asked::write).contains("try again")) << told(Asked::write);
  EXPECT_EQ(no_fhir_answer("ehr", {.status = 200}).status, 502);
}

}  // namespace
}  // namespace wardend::gateway
