// What is posted where, and with which proof. A recording client stands for the network.
#include "daemon/server/token_endpoint.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/task_group.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/support/virtual_random.hpp"

namespace wardend::server {
namespace {

struct Recorder final : HttpClient {
  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
    requests.push_back(std::move(request));
    if (down) co_return std::unexpected(HttpFailure{HttpFailure::Kind::network, false, "down"});
    co_return HttpResponse{.status = status, .body = Secret(body)};
  }
  std::vector<HttpRequest> requests;
  bool down = false;
  int status = 200;
  std::string body = "{}";
};

struct Posting {
  TokenEndpoint::Party party() {
    smart::Discovery found{.token_endpoint = http::Url::parse(token_endpoint).value(),
                           .revocation_endpoint = http::Url::parse("https://ehr.example.org/revoke").value()};
    found.issuer = issuer;
    return {.server = "ehr",
            .client = {.identity = {.method = oauth::ClientAuth::none, .client_id = "vitals-client"}},
            .discovery = std::make_shared<const smart::Discovery>(std::move(found)),
            .timeout = std::chrono::milliseconds(1234)};
  }
  PostAnswer answer_of(asio::awaitable<PostAnswer> post) {
    std::optional<PostAnswer> answer;
    TaskGroup tasks(loop.get_executor());
    tasks.spawn("post", keep(std::move(post), answer));
    clock.settle();
    return std::move(answer.value());
  }
  [[nodiscard]] std::string body() const { return std::string(http.requests.back().body.reveal()); }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  test::VirtualRandom random;
  std::shared_ptr<config::Config> settings = test::basic_config();
  config::Live config{settings};
  ClientCredentials proof{clock, random, ""};
  Recorder http;
  events::EventHub hub;
  ServerHealth health{clock, config, hub};
  TokenEndpoint endpoint{http, proof, config, health};
  std::optional<smart::AuthorizationIssuer> issuer;
  std::string token_endpoint = "https://ehr.example.org/token";

 private:
  static asio::awaitable<void> keep(asio::awaitable<PostAnswer> post, std::optional<PostAnswer>& answer) {
    answer.emplace(co_await std::move(post));
  }
};

TEST(TokenEndpoint, PostsACodeWithItsVerifierOnce) {
  Posting world;
  world.settings->servers.front().route.proxy = "http://proxy:3128";
  ASSERT_TRUE(world.answer_of(world.endpoint.exchange(
      world.party(), {.code = Secret("c 1"), .redirect_uri = "http://127.0.0.1/callback", .verifier = Secret("v")})));
  ASSERT_EQ(world.http.requests.size(), 1U);
  const HttpRequest& request = world.http.requests[0];
  EXPECT_EQ(request.method, HttpRequest::Method::post);
  EXPECT_EQ(request.url, "https://ehr.example.org/token");
  EXPECT_EQ(request.timeout, std::chrono::milliseconds(1234));
  EXPECT_EQ(request.route.proxy, "http://proxy:3128");
  EXPECT_EQ(request.max_response_bytes, oauth::max_token_answer);
  EXPECT_TRUE(request.authorization.empty());
  EXPECT_TRUE(world.body().contains("code=c+1") || world.body().contains("code=c%201")) << world.body();
  EXPECT_TRUE(world.body().contains("code_verifier=v")) << world.body();
  EXPECT_TRUE(world.body().contains("client_id=vitals-client")) << world.body();
}

TEST(TokenEndpoint, LeavesTheScopeOutWhereThereIsNone) {
  Posting world;
  ASSERT_TRUE(world.answer_of(world.endpoint.refresh(world.party(), Secret("rt"), "")));
  EXPECT_FALSE(world.body().contains("scope=")) << world.body();
  ASSERT_TRUE(world.answer_of(world.endpoint.refresh(world.party(), Secret("rt"), "openid")));
  EXPECT_TRUE(world.body().contains("scope=openid")) << world.body();
  EXPECT_TRUE(world.body().contains("refresh_token=rt")) << world.body();
}

TEST(TokenEndpoint, RevokesAtTheRevocationEndpoint) {
  Posting world;
  ASSERT_TRUE(world.answer_of(
      world.endpoint.revoke(world.party(), {.token = Secret("at"), .kind = oauth::RevokedToken::access_token})));
  EXPECT_EQ(world.http.requests.back().url, "https://ehr.example.org/revoke");
  EXPECT_TRUE(world.body().contains("token_type_hint=access_token")) << world.body();
}

TEST(TokenEndpoint, SendsNothingWhereItCannotSayForWhomAProofIs) {
  Posting world;
  config::OAuth& oauth = world.settings->servers.front().oauth;
  oauth.assertion_audience = "issuer";
  const auto answer = world.answer_of(world.endpoint.refresh(world.party(), Secret("rt"), ""));
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().unprovable.contains("names no issuer")) << answer.error().unprovable;
  EXPECT_TRUE(world.http.requests.empty());
  world.issuer = smart::AuthorizationIssuer{"https://ehr.example.org"};
  EXPECT_TRUE(world.answer_of(world.endpoint.refresh(world.party(), Secret("rt"), "")));
}

TEST(TokenEndpoint, SaysWhyThereIsNoAnswer) {
  Posting world;
  world.http.down = true;
  const auto lost = world.answer_of(world.endpoint.refresh(world.party(), Secret("rt"), ""));
  ASSERT_FALSE(lost);
  ASSERT_TRUE(lost.error().network);
  EXPECT_FALSE(lost.error().network->request_sent);
  world.settings->servers.clear();
  const auto gone = world.answer_of(world.endpoint.refresh(world.party(), Secret("rt"), ""));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().unprovable, "the server was taken out of the configuration");
  EXPECT_EQ(world.http.requests.size(), 1U);
}

// A code's answer is as good as a probe's, and so is none.
TEST(TokenEndpoint, EachRequestForTokensIsEvidenceOfTheLink) {
  Posting posting;
  const auto state = [&] { return posting.health.record("ehr").link.state; };
  (void)posting.answer_of(posting.endpoint.exchange(posting.party(), {Secret("code"), "uri", Secret("verifier")}));
  EXPECT_EQ(state(), State::up);
  EXPECT_TRUE(posting.health.freshness("ehr").confirmed_at);
  posting.http.down = true;
  for (int i = 0; i < 2; ++i)
    (void)posting.answer_of(posting.endpoint.exchange(posting.party(), {Secret("code"), "uri", Secret("verifier")}));
  EXPECT_EQ(state(), State::down);
  posting.http.down = false;
  for (int i = 0; i < 2; ++i) (void)posting.answer_of(posting.endpoint.refresh(posting.party(), Secret("rt"), ""));
  EXPECT_EQ(state(), State::up);
}

TEST(TokenEndpoint, APageInsteadOfTokensConfirmsNothing) {
  Posting posting;
  posting.http.body = "\r\n<!DOCTYPE html><title>Welcome to Guest-WiFi</title>";
  for (int i = 0; i < 2; ++i) (void)posting.answer_of(posting.endpoint.refresh(posting.party(), Secret("rt"), ""));
  EXPECT_EQ(posting.health.record("ehr").link.state, State::down);
  EXPECT_FALSE(posting.health.freshness("ehr").confirmed_at);
  EXPECT_TRUE(posting.health.record("ehr").last_trouble.contains("sign-in page may be in between"));
}

// A server that cannot revoke a token lives; one that nobody answers for does not.
TEST(TokenEndpoint, ARevocationThatFailsIsNoOutage) {
  Posting posting;
  const auto revoke = [&] {
    for (int i = 0; i < 2; ++i)
      (void)posting.answer_of(posting.endpoint.revoke(
          posting.party(), {.token = Secret("rt"), .kind = oauth::RevokedToken::refresh_token}));
  };
  posting.http.status = 500;
  revoke();
  EXPECT_EQ(posting.health.record("ehr").link.state, State::unknown);
  posting.http.down = true;
  revoke();
  EXPECT_EQ(posting.health.record("ehr").link.state, State::down);
}

TEST(TokenEndpoint, OnAnotherHostItTellsNothingOfTheServer) {
  Posting posting;
  posting.token_endpoint = "https://login.example.org/token";
  posting.http.down = true;
  for (int i = 0; i < 3; ++i) (void)posting.answer_of(posting.endpoint.refresh(posting.party(), Secret("rt"), ""));
  EXPECT_EQ(posting.health.record("ehr").link.state, State::unknown);
}

}  // namespace
}  // namespace wardend::server
