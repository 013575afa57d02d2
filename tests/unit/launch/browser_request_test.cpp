#include "daemon/launch/browser_request.hpp"

#include <gtest/gtest.h>

namespace wardend::launch {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

http::InboundRequest navigation(Headers more = {}) {
  http::InboundRequest request{
      .method = "GET",
      .path = "/launch/vitals",
      .headers = {{"host", "127.0.0.1:8724"}, {"sec-fetch-mode", "navigate"}, {"sec-fetch-dest", "document"}},
      .peer_uid = 1000};
  for (auto& [name, value] : more) {
    std::erase_if(request.headers, [&](const auto& header) { return header.first == name; });
    if (!value.empty()) request.headers.emplace_back(name, value);
  }
  return request;
}

struct Fault {
  Headers headers;  // in place of those of a navigation; empty: left out
  std::optional<Refusal> refused;
};

TEST(BrowserRequest, IsRefusedForTheFirstOfItsFaults) {
  for (const Fault& row : {
           Fault{{}, std::nullopt},
           Fault{{{"host", "[::1]:8724"}}, std::nullopt},
           Fault{{{"sec-fetch-mode", ""}, {"sec-fetch-dest", ""}}, std::nullopt},
           Fault{{{"host", "127.0.0.1"}}, Refusal::other_host},
           Fault{{{"host", "127.0.0.1:8725"}}, Refusal::other_host},
           Fault{{{"host", ""}}, Refusal::other_host},
           Fault{{{"host", "rebound.example:8724"}}, Refusal::other_host},
           Fault{{{"host", "LocalHost:8724"}}, Refusal::localhost},
           Fault{{{"host", "localhost."}}, Refusal::localhost},
           Fault{{{"sec-fetch-dest", "iframe"}}, Refusal::framed},
           Fault{{{"sec-fetch-dest", "object"}}, Refusal::framed},
           Fault{{{"sec-fetch-dest", "iframe"}, {"sec-fetch-mode", "cors"}}, Refusal::in_background},
           Fault{{{"sec-fetch-dest", "image"}}, Refusal::in_background},
           Fault{{{"sec-fetch-mode", "no-cors"}}, Refusal::in_background},
           Fault{{{"purpose", "prefetch"}}, Refusal::loaded_ahead},
           Fault{{{"purpose", "something else"}}, std::nullopt},
           Fault{{{"sec-purpose", "prefetch"}, {"host", "localhost:8724"}}, Refusal::loaded_ahead},
       }) {
    EXPECT_EQ(fault_of(navigation(row.headers), 8724), row.refused)
        << (row.headers.empty() ? "" : row.headers.front().first + ": " + row.headers.front().second);
  }
  http::InboundRequest twice = navigation();
  twice.headers.emplace_back("sec-fetch-dest", "document");
  EXPECT_EQ(fault_of(twice, 8724), Refusal::in_background) << "one that stands twice is neither absent nor right";
  http::InboundRequest nobody = navigation();
  nobody.peer_uid.reset();
  EXPECT_EQ(fault_of(nobody, 8724), Refusal::unknown_user);
  nobody.method = "POST";
  EXPECT_EQ(fault_of(nobody, 8724), Refusal::method);
}

TEST(BrowserRequest, SaysWhoOpenedThePage) {
  EXPECT_EQ(origin_of(navigation({{"sec-fetch-user", "?1"}, {"sec-fetch-site", "cross-site"}})), Origin::click);
  EXPECT_EQ(origin_of(navigation({{"sec-fetch-site", "cross-site"}})), Origin::navigation);
  EXPECT_EQ(origin_of(navigation()), Origin::navigation) << "it declares something, and not that no site did it";
  EXPECT_EQ(origin_of(navigation({{"sec-fetch-site", "none"}})), Origin::undeclared) << "the address bar";
  EXPECT_EQ(origin_of(navigation({{"sec-fetch-mode", ""}, {"sec-fetch-dest", ""}})), Origin::undeclared);
}

TEST(LaunchParameters, AreIssAndLaunchOnceEach) {
  const auto parameters = launch_parameters("launch=a%20b&iss=https%3A%2F%2Fe&x=1");
  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->iss, "https://e");
  EXPECT_EQ(parameters->launch.reveal(), "a b");
  for (const char* query :
       {"", "iss=https%3A%2F%2Fe", "launch=a", "iss=a&launch=b&iss=a", "iss=a&launch=b&launch=b", "iss=a&launch=%zz"})
    EXPECT_FALSE(launch_parameters(query)) << query;
}

TEST(State, IsTheOneOfARedirect) {
  EXPECT_EQ(state_of("code=c&state=s%2B1").reveal(), "s+1");
  for (const char* query : {"", "code=c", "state=a&state=a", "state=%zz"})
    EXPECT_TRUE(state_of(query).empty()) << query;
}

TEST(MisspeltApp, IsTheOneThatDiffersByLettersSlashesOrEscapes) {
  config::Config config;
  config.apps.resize(1);
  config.apps[0].id = "Vitals-trend";
  for (const char* written : {"vitals-trend", "VITALS-TREND", "Vitals-trend/", "/Vitals-trend", "vitals%2Dtrend"})
    EXPECT_EQ(misspelt_app(config, written), &config.apps[0]) << written;
  for (const char* written : {"", "vitals", "vitals_trend", "Vitals-trend/x"})
    EXPECT_EQ(misspelt_app(config, written), nullptr) << written;
}

TEST(Cookie, BindsALaunchToItsBrowserAndUser) {
  Pending pending;
  pending.id = "launch-1";
  pending.uid = 1000;
  pending.cookie = Secret("c-1");
  const std::string name = cookie_name("launch-1");
  EXPECT_NE(cookie_name("launch-2"), name);
  EXPECT_TRUE(is_of(navigation({{"cookie", "a=1; " + name + "=c-1"}}), pending));
  EXPECT_FALSE(is_of(navigation({{"cookie", name + "=c-2"}}), pending));
  EXPECT_FALSE(is_of(navigation(), pending));
  http::InboundRequest other = navigation({{"cookie", name + "=c-1"}});
  other.peer_uid = 1001;
  EXPECT_FALSE(is_of(other, pending));
  pending.cookie = Secret();
  EXPECT_FALSE(is_of(navigation({{"cookie", name + "="}}), pending)) << "a launch that no browser began";
}

TEST(CookieValue, IsTheOneCookieOfThatExactName) {
  const struct {
    const char* header;
    const char* value;
  } table[] = {{"", ""},         {"a=1", "1"},     {"b=2; a=1", "1"}, {"a=1;b=2", "1"}, {"  a=1", "1"},
               {"aa=1", ""},     {"a=1; a=2", ""}, {"a", ""},         {"a=", ""},       {"b=a=1", ""},
               {"a=x=y", "x=y"}, {"A=1", ""},      {";;a=1;;", "1"}};
  for (const auto& row : table) EXPECT_EQ(cookie_value(row.header, "a"), row.value) << row.header;
}

}  // namespace
}  // namespace wardend::launch
