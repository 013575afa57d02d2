#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "tests/unit/verify/traps.hpp"

namespace wardend::verify::test {
namespace {

void check(const Trap& trap) {
  Comparison comparison;
  trap.set(comparison);
  const Report report = comparison.report();
  const Finding* finding = find(report, trap.subject, trap.words);
  ASSERT_NE(finding, nullptr) << report;
  EXPECT_EQ(words_of(finding->severity), words_of(trap.severity)) << report;
  EXPECT_EQ(words_of(finding->verdict), words_of(trap.verdict)) << report;
  EXPECT_EQ(finding->read ? finding->read->path : "", trap.path) << report;
  EXPECT_TRUE(finding->severity == ok || !finding->advice.empty()) << "it says what to do" << report;
}

class Traps : public testing::TestWithParam<Trap> {};
TEST_P(Traps, AreToldForWhatTheyAre) { check(GetParam()); }
const auto name = [](const auto& info) {
  return "No" + std::to_string(info.param.number) + std::string(info.param.name);
};
INSTANTIATE_TEST_SUITE_P(OfStatements, Traps, testing::ValuesIn(statement_traps()), name);
INSTANTIATE_TEST_SUITE_P(OfSmart, Traps, testing::ValuesIn(smart_traps()), name);

// Number 27: some servers write the time of the request.
TEST(Traps, TheDateChangesNothing) {
  Comparison then, now;
  metadata(now, R"({"date":"2026-08-14T09:30:21.123Z"})");
  std::ostringstream before, after;
  before << then.report();
  after << now.report();
  EXPECT_EQ(before.str(), after.str());
}

TEST(Traps, EachHasARow) {
  std::set<int> numbers = {27};
  for (const Trap& trap : statement_traps()) numbers.insert(trap.number);
  for (const Trap& trap : smart_traps()) numbers.insert(trap.number);
  for (int number = 1; number <= 48; ++number) EXPECT_TRUE(numbers.contains(number)) << number;
}

}  // namespace
}  // namespace wardend::verify::test
