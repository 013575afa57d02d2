#include "daemon/service/config_changes.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"

namespace wardend {
namespace {

using config::Config;

struct Row {
  const char* name;
  void (*change)(Config&);
  const char* words;
};
class ConfigChanges : public ::testing::TestWithParam<Row> {};
TEST_P(ConfigChanges, ByTheTable) {
  const Config before = *test::basic_config();
  Config after = before;
  GetParam().change(after);
  EXPECT_EQ(service::changes_in_words(before, after), GetParam().words);
}
INSTANTIATE_TEST_SUITE_P(
    Each, ConfigChanges,
    ::testing::Values(
        Row{"Nothing", [](Config& c) { c.digest = "other, by a comment"; }, "nothing"},
        Row{"Broker", [](Config& c) { c.broker.lock_grace *= 2; }, "[broker] changed"},
        Row{"Roles", [](Config& c) { c.roles.observer.gids.push_back(7); }, "[roles] changed"},
        Row{"Audit", [](Config& c) { c.audit.purpose_of_use = "TREAT"; }, "[audit] changed"},
        Row{"Identifier", [](Config& c) { c.identifiers.push_back({.system = "urn:x"}); }, "[[identifier]] changed"},
        Row{"Server", [](Config& c) { c.servers[0].oauth.nonce = true; }, "server ehr changed"},
        Row{"ServersHealth", [](Config& c) { c.servers[0].health.fail_after = 9; }, "server ehr changed"},
        Row{"AppsPeers", [](Config& c) { c.apps[0].peers.push_back({.user = "root"}); }, "app vitals changed"},
        Row{"AppsBreakGlass", [](Config& c) { c.apps[0].break_glass = true; }, "app vitals changed"},
        Row{"AppsLifetime", [](Config& c) { c.apps[0].session.max_lifetime *= 2; }, "app vitals changed"},
        Row{"AnotherApp",
            [](Config& c) {
              c.apps.push_back(c.apps[0]);
              c.apps[1].id = "labs";
              c.apps.erase(c.apps.begin());
            },
            "app labs added; app vitals removed"},
        Row{"TwoThings",
            [](Config& c) {
              c.audit.organization = "St Elsewhere";
              c.servers.clear();
            },
            "[audit] changed; server ehr removed"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ConfigChanges, ARefusalNamesItsFirstFaultsWithinAKilobyte) {
  const Error error = errors::ConfigInvalid{
      std::vector<std::string>{"w.toml:3:1: error: unknown key nonsense", std::string(5000, 'x')}};
  const std::string words = service::refusal_in_words(error);
  EXPECT_TRUE(words.contains("w.toml:3:1: error: unknown key nonsense")) << words;
  EXPECT_LE(words.size(), 1100U);
  EXPECT_EQ(service::refusal_in_words(errors::UnknownApp{"why"}), Error(errors::UnknownApp{"why"}).detail());
}

TEST(ConfigChanges, NamesTwentyAndCountsTheRest) {
  const Config before = *test::basic_config();
  Config after = before;
  for (int i = 0; i < 25; ++i) {
    after.apps.push_back(before.apps[0]);
    after.apps.back().id = "app-" + std::to_string(i);
  }
  const std::string words = service::changes_in_words(before, after);
  EXPECT_TRUE(words.ends_with("app app-19 added; and 5 more")) << words;
}

}  // namespace
}  // namespace wardend
