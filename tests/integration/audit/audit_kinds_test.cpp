// Each thing that the trail can tell of, provoked on the real wardend: exactly one entry, whose AuditEvent is as IHE's
// profiles want it.
#include <algorithm>

#include "tests/integration/audit/audit_day.hpp"

namespace wardend::test {
namespace {

std::vector<Day> all_days() {
  std::vector<Day> all;
  for (auto days : {days_of_apps, days_of_writes, days_of_operators, days_of_hubs, days_of_the_machine, days_of_gaps})
    for (Day& day : days()) all.push_back(std::move(day));
  return all;
}

class AuditKinds : public AuditDay, public ::testing::WithParamInterface<Day> {};

TEST_P(AuditKinds, HasTheEntriesOf) {
  GetParam().play(*this);
  if (IsSkipped()) return;
  for (const AuditAct act : GetParam().shows)
    EXPECT_TRUE(shown().contains(act)) << name_of(kind_of(act)) << "/" << name_of(act) << " did not come";
  judge();
}

INSTANTIATE_TEST_SUITE_P(Day, AuditKinds, ::testing::ValuesIn(all_days()),
                         [](const auto& of) { return of.param.name; });

TEST(AuditKindsOfAll, EachActIsShownByADay) {
  std::set<AuditAct> shown;
  for (const Day& day : all_days()) shown.insert(day.shows.begin(), day.shows.end());
  for (const AuditActRow& row : audit_acts)
    EXPECT_TRUE(shown.contains(row.act)) << name_of(row.kind) << "/" << row.action << ": no day provokes it";
}

}  // namespace
}  // namespace wardend::test
