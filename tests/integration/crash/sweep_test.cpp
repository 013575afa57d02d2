// kill -9 at every passing of every failure point of a stay, found by reading the sources: a new point is swept without
// a word here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/integration/crash/stay.hpp"

namespace wardend::test {
namespace {

constexpr int killed = 128 + SIGKILL;

// The names of all points in the product.
std::set<std::string> points_of_the_product() {
  const std::regex point(R"re(at_failure_point\("([a-z_.]+)"\))re");
  std::set<std::string> names;
  for (const char* folder : {"base", "protocol", "config", "systemd", "ipc", "daemon"})
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path(WARDEND_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".cpp") continue;
      std::ostringstream out;
      out << std::ifstream(entry.path()).rdbuf();
      const std::string text = out.str();
      for (std::sregex_iterator at(text.begin(), text.end(), point), end; at != end; ++at)
        if (!(*at)[1].str().starts_with("audit.")) names.insert((*at)[1]);  // trail_test.cpp's
    }
  return names;
}

std::string death_at(const std::string& point, int passing) {
  return "WARDEND_DIE_AT=" + point + "#" + std::to_string(passing);
}

class Dying : public ::testing::TestWithParam<std::string> {};

TEST_P(Dying, LosesNothingAndRevivesNothing) {
  for (int passing = 1;; ++passing) {
    SCOPED_TRACE(death_at(GetParam(), passing));
    Stay stay;
    if (stay.play({death_at(GetParam(), passing)})) {
      EXPECT_GT(passing, 1) << "nothing in a stay passes this point: let the stay do what does";
      EXPECT_EQ(stay.service.kill(), killed);
      EXPECT_TRUE(stay.start());
      return stay.expect_as_promised();
    }
    ASSERT_EQ(stay.service.await_end(), killed);
    ASSERT_TRUE(stay.start());
    stay.expect_as_promised();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(At, Dying, ::testing::ValuesIn(points_of_the_product()), [](const auto& of) {
  std::string name = of.param;
  std::ranges::replace(name, '.', '_');
  return name;
});

// Dies at one point, and again at each that the restart passes.
class DyingAgain : public ::testing::TestWithParam<const char*> {};

TEST_P(DyingAgain, WhileItComesBackLosesNothingAndRevivesNothing) {
  Stay stay;
  ASSERT_FALSE(stay.play({death_at(GetParam(), 1)}));
  const std::string left = stay.service.vault();
  ASSERT_TRUE(stay.start());
  const std::vector<std::string> points = stay.passed();
  ASSERT_FALSE(points.empty()) << "the restart writes something";
  std::map<std::string, int> passings;
  for (const std::string& point : points) {
    SCOPED_TRACE(point);
    ASSERT_EQ(stay.service.kill(), killed);
    const std::size_t now = stay.service.vault().size();
    stay.service.write_vault(0, left + std::string(now - left.size(), '\0'));
    EXPECT_FALSE(stay.start({death_at(point, ++passings[point])}));
    ASSERT_EQ(stay.service.await_end(), killed);
    ASSERT_TRUE(stay.start());
    stay.expect_served_or_cleared();
  }
}

INSTANTIATE_TEST_SUITE_P(After, DyingAgain,
                         ::testing::Values("refresh.intent_kept", "refresh.answered", "clear.login_session_kept",
                                           "clear.session_erased"),
                         [](const auto& of) {
                           std::string name = of.param;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

// The order is the promise: nothing is published before it is kept, nobody is told before it is erased.
TEST(FailurePoints, AreInTheOrderThatKeepsThePromise) {
  Stay stay;
  ASSERT_TRUE(stay.start() && stay.launch());
  const std::vector<std::string> launched = stay.passed();
  ASSERT_TRUE(stay.refresh());
  const std::vector<std::string> refreshed = stay.passed();
  ASSERT_TRUE(stay.lock());
  const std::vector<std::string> locked = stay.passed();
  const auto since = [](const std::vector<std::string>& all, const std::vector<std::string>& before) {
    return std::vector(all.begin() + static_cast<std::ptrdiff_t>(before.size()), all.end());
  };
  // First the server's endpoints are kept, as they are approved.
  EXPECT_THAT(launched, testing::ElementsAre("vault.bytes_written", "vault.both_written", "launch.made",
                                             "vault.bytes_written", "vault.both_written", "vault.bytes_written",
                                             "vault.both_written", "launch.kept", "launch.published",
                                             // that a token was given
                                             "vault.bytes_written", "vault.both_written", "vault.block_freed"));
  EXPECT_THAT(
      since(refreshed, launched),
      testing::ElementsAre("vault.bytes_written", "vault.both_written", "vault.block_freed", "refresh.intent_kept",
                           "refresh.answered", "refresh.tokens_set", "vault.bytes_written", "vault.both_written",
                           "vault.block_freed", "refresh.tokens_kept", "refresh.published", "vault.bytes_written",
                           "vault.both_written", "vault.block_freed"));
  EXPECT_THAT(
      since(locked, refreshed),
      testing::ElementsAre("clear.epoch_ended", "vault.bytes_written", "vault.both_written", "vault.block_freed",
                           "clear.login_session_kept", "vault.block_freed", "clear.session_erased",
                           "clear.session_wiped", "clear.revocation_queued", "clear.told"));
}

}  // namespace
}  // namespace wardend::test
