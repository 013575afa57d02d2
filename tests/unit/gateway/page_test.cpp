// docs/gateway.md against the code: the status of each error, the headers, the limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "daemon/gateway/body_room.hpp"
#include "daemon/gateway/outcome.hpp"
#include "daemon/gateway/pages.hpp"
#include "daemon/gateway/relay.hpp"
#include "daemon/gateway/state_headers.hpp"

namespace wardend::gateway {
namespace {

using testing::HasSubstr;

std::string page() {
  std::ostringstream text;
  text << std::ifstream(WARDEND_SOURCE_DIR "/docs/gateway.md").rdbuf();
  return text.str();
}

// The errors in each row of its table, by status.
std::map<int, std::set<std::string>> rows() {
  std::map<int, std::set<std::string>> found;
  const std::string text = page();
  const std::regex row(R"(\n\| ([0-9, ]+) \| ([^\n]+))"), number("[0-9]+"), name("`([A-Z][A-Za-z]+)`");
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    const std::string statuses = (*at)[1], errors = (*at)[2];
    for (std::sregex_iterator status(statuses.begin(), statuses.end(), number); status != end; ++status)
      for (std::sregex_iterator error(errors.begin(), errors.end(), name); error != end; ++error)
        found[std::stoi(status->str())].insert((*error)[1]);
  }
  return found;
}

TEST(GatewayPage, HasTheStatusOfEachErrorThatARequestCanHave) {
  const auto told = rows();
  const std::set<Errc> of_other_calls = {Errc::UnknownApp,   Errc::UnknownServer, Errc::InvalidTarget,
                                         Errc::LaunchFailed, Errc::LaunchExpired, Errc::ConfigInvalid};
  for (const Errc code : all_errcs()) {
    if (of_other_calls.contains(code)) continue;
    ASSERT_TRUE(told.contains(status_of(code))) << status_of(code);
    EXPECT_TRUE(told.at(status_of(code)).contains(std::string(name_of(code)))) << name_of(code) << status_of(code);
  }
}

TEST(GatewayPage, NamesEachHeaderThatWardendAdds) {
  const std::string text = page();
  for (const auto& [name, value] : state_headers({.confirmed_at = WallTime()}))
    EXPECT_THAT(text, HasSubstr("`" + name + "`"));
}

TEST(GatewayPage, HasTheLimits) {
  const std::string text = page();
  constexpr std::size_t mib = 1024UL * 1024;
  EXPECT_THAT(text, HasSubstr(") of " + std::to_string(Relay::longest_whole / mib) + " MiB"));
  EXPECT_THAT(text, HasSubstr("bodies over " + std::to_string(BodyRoom::small / 1024) + " KiB may have " +
                              std::to_string(BodyRoom::of_a_user / mib) + " MiB together"));
  EXPECT_THAT(text, HasSubstr("all users' " + std::to_string(BodyRoom::of_all / mib) + " MiB"));
  EXPECT_THAT(text, HasSubstr(std::to_string(PageStore::most_of_a_session) + " a session"));
  EXPECT_EQ(PageStore::lifetime, std::chrono::minutes(10)) << "it says ten minutes";
}

}  // namespace
}  // namespace wardend::gateway
