#include "daemon/ops/zeros.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"

namespace wardend::ops {
namespace {

const config::Config& config() {
  static const auto made = [] {
    auto settings = test::basic_config();
    settings->apps.front().launch_ehr = false;
    return settings;
  }();
  return *made;
}

TEST(Zeros, StandForWhatIsConfiguredAndHasNotHappened) {
  EXPECT_EQ(for_apps(config(), {}), (Counts<std::string>{{"vitals", 0}}));
  EXPECT_EQ(for_servers(config(), {}), (Counts<std::string>{{"ehr", 0}}));
  EXPECT_EQ(for_apps(config(), {}, {"ok"}), (Counts<Words2>{{{"vitals", "ok"}, 0}}));
  EXPECT_EQ(for_apps(config(), {}, FixedPairs{.first = {"read"}, .second = {"ok", "odd"}}),
            (Counts<Words3>{{{"vitals", "read", "ok"}, 0}, {{"vitals", "read", "odd"}, 0}}));
  EXPECT_EQ(for_servers(config(), {}, {"ok", "failed"}), (Results{{"ehr", {{"ok", 0}, {"failed", 0}}}}));
  EXPECT_EQ(for_pairs(config(), {}), (Counts<Words2>{{{"vitals", "ehr"}, 0}}));
  EXPECT_EQ(for_pairs(config(), {}, {"verified"}), (Counts<Words3>{{{"vitals", "ehr", "verified"}, 0}}));
  EXPECT_EQ(for_launches(config(), {}, {"ok"}), (Counts<Words4>{{{"vitals", "ehr", "standalone", "ok"}, 0}}));
}

TEST(Zeros, ChangeNothingThatWasCounted) {
  EXPECT_EQ(for_apps(config(), {{"vitals", 3}, {"gone", 1}}), (Counts<std::string>{{"vitals", 3}, {"gone", 1}}));
  EXPECT_EQ(for_servers(config(), {{"ehr", {{"ok", 2}}}}, {"ok"}), (Results{{"ehr", {{"ok", 2}}}}));
  EXPECT_EQ(for_pairs(config(), {{{"vitals", "ehr"}, 7}}), (Counts<Words2>{{{"vitals", "ehr"}, 7}}));
}

}  // namespace
}  // namespace wardend::ops
