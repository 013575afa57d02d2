// Requests that must not act: what a browser loads on a suspicion, and methods that only look.
#include <gtest/gtest.h>

#include "daemon/launch/browser_request.hpp"
#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using test::LaunchWorld;

const std::string ehr_launch = "iss=https%3A%2F%2Fehr.example.org%2Ffhir&launch=abc";

struct Speculation {
  const char* name;
  std::pair<std::string, std::string> header;
};
class LoadedAhead : public ::testing::TestWithParam<Speculation> {};
TEST_P(LoadedAhead, BeginsNothingAndSpendsNothing) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const std::string cookie = launch::cookie_name(pending.id) + "=" + std::string(pending.cookie.reveal());
  const std::string state(pending.state.reveal());
  const auto ahead = [&](http::InboundRequest request) {
    request.headers.push_back(GetParam().header);
    return world.visit(std::move(request)).status;
  };
  EXPECT_EQ(ahead(world.page("/launch/vitals", ehr_launch)), 503);
  EXPECT_EQ(ahead(world.page("/go/" + pending.id)), 503);
  const auto callback = [&] {
    http::InboundRequest request = world.page("/callback", "code=c1&state=" + state);
    request.headers.emplace_back("cookie", cookie);
    return request;
  };
  EXPECT_EQ(ahead(callback()), 503);
  EXPECT_EQ(world.pending.size(), 1U);
  EXPECT_TRUE(world.wire.seen.empty());
  EXPECT_EQ(world.visit(callback()).status, 200) << "the page itself still works";
}
INSTANTIATE_TEST_SUITE_P(Loopback, LoadedAhead,
                         ::testing::Values(Speculation{"Prefetch", {"sec-purpose", "prefetch"}},
                                           Speculation{"Prerender", {"sec-purpose", "prefetch;prerender"}},
                                           Speculation{"InCapitals", {"purpose", "PREFETCH"}},
                                           Speculation{"OlderChrome", {"purpose", "prefetch"}},
                                           Speculation{"Firefox", {"x-moz", "prefetch"}},
                                           Speculation{"Safari", {"x-purpose", "preview"}}),
                         [](const auto& info) { return info.param.name; });

TEST(Loopback, HeadBeginsNothing) {
  LaunchWorld world;
  for (const char* path : {"/launch/vitals", "/callback"}) {
    http::InboundRequest request = world.page(path, ehr_launch);
    request.method = "HEAD";
    EXPECT_EQ(world.visit(std::move(request)).status, 405) << path;
  }
  EXPECT_EQ(world.pending.size(), 0U);
}

TEST(LoadedAhead, CountsWhateverElseTheBrowserDeclares) {
  LaunchWorld world;
  for (const char* mode : {"navigate", "no-cors", "cors"}) {
    http::InboundRequest request = world.page("/launch/vitals", ehr_launch);
    request.headers = {{"host", "localhost:8724"}, {"sec-fetch-mode", mode}, {"sec-purpose", "prefetch"}};
    EXPECT_EQ(world.visit(std::move(request)).status, 503) << mode;
  }
  EXPECT_EQ(world.pending.size(), 0U);
}

}  // namespace
}  // namespace wardend
