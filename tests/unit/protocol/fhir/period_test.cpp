#include "protocol/fhir/period.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::fhir {
namespace {

using namespace std::chrono;

struct Row {
  const char* period;
  bool covers;
};

// At noon of 2026-06-15, UTC.
TEST(Period, CoversAMomentBetweenItsEnds) {
  const system_clock::time_point now = sys_days(2026y / June / 15) + 12h;
  const Row table[] = {
      {"{}", true},
      {R"({"start":"2020"})", true},
      {R"({"start":"2026-06"})", true},
      {R"({"start":"2026-06-15"})", true},
      {R"({"start":"2026-06-16"})", true},  // in Kiribati
      {R"({"start":"2026-06-17"})", false},
      {R"({"start":"2026-07"})", false},
      {R"({"start":"2027"})", false},
      {R"({"end":"2026"})", true},
      {R"({"end":"2026-06"})", true},
      {R"({"end":"2026-06-15"})", true},
      {R"({"end":"2026-06-14"})", true},  // on Baker Island
      {R"({"end":"2026-06-13"})", false},
      {R"({"end":"2026-05"})", false},
      {R"({"end":"2025"})", false},
      {R"({"end":"2026-06-15T12:00:00Z"})", true},
      {R"({"end":"2026-06-15T11:59:58Z"})", false},
      {R"({"end":"2026-06-15T13:59:00+02:00"})", false},
      {R"({"end":"2026-06-15T14:01:00+02:00"})", true},
      {R"({"end":"2026-06-15T08:30:00.123-04:30"})", true},
      {R"({"start":"2026-06-15T12:00:01Z"})", false},
      {R"({"start":"2020","end":"2025-12-31"})", false},
      {R"({"start":"2020","end":"2030-12-31"})", true},
      {R"({"end":"soon"})", false},
      {R"({"end":""})", false},
      {R"({"end":"2026-13"})", false},
      {R"({"end":"2026-02-30"})", false},
      {R"({"end":"2030-01-01T10:00:00"})", false},  // without a time zone
      {R"({"end":"2030-01-01T25:00:00Z"})", false},
      {R"({"end":20300101})", false},
      {R"({"start":null})", false},
      {R"([])", false},
      {R"("2026")", false},
  };
  for (const Row& row : table) EXPECT_EQ(covers(nlohmann::json::parse(row.period), now), row.covers) << row.period;
}

}  // namespace
}  // namespace wardend::fhir
