#include "daemon/verify/report.hpp"

#include <gtest/gtest.h>

namespace wardend::verify {
namespace {

TEST(Report, IsReadyUnlessSomethingBlocks) {
  Report report;
  EXPECT_TRUE(report.ready());
  report.findings = {{.severity = Severity::warning}, {.severity = Severity::note}, {.severity = Severity::ok}};
  EXPECT_TRUE(report.ready());
  report.findings.push_back({.severity = Severity::blocking});
  EXPECT_FALSE(report.ready());
}

TEST(Report, CallsDocumentsAsPeopleDo) {
  EXPECT_EQ(name_of(Source::smart_configuration), "smart-configuration");
  EXPECT_EQ(name_of(Source::metadata), "metadata");
  EXPECT_EQ(name_of(Source::configuration), "wardend.toml");
}

}  // namespace
}  // namespace wardend::verify
