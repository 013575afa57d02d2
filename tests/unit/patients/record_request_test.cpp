#include "daemon/patients/record_request.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"

namespace wardend::patients {
namespace {

TEST(RecordRequest, AsksForOneRecordWithTheTokenAndPastEveryCache) {
  const auto config = test::basic_config();
  const HttpRequest request = record_request(config->servers.front(), "Patient/p1", Secret("t"), 1500us);
  EXPECT_EQ(request.url, "https://ehr.example.org/fhir/Patient/p1");
  EXPECT_EQ(request.authorization.reveal(), "Bearer t");
  EXPECT_EQ(request.timeout, 2ms);
  EXPECT_EQ(request.max_response_bytes, 1024U * 1024);
  bool past_caches = false;
  for (const auto& [name, value] : request.headers)
    past_caches = past_caches || (name + value == "Cache-Controlno-cache");
  EXPECT_TRUE(past_caches);
}

}  // namespace
}  // namespace wardend::patients
