#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::oauth {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> fields(const Secret& body) {
  return parse_form(body.reveal()).value();
}

ClientAuthentication public_client(std::string client_id) {
  return authenticate_client({.client_id = std::move(client_id)}, {}, {}).value();
}

TEST(TokenRequest, ExchangesACodeWithItsVerifier) {
  EXPECT_THAT(
      fields(code_exchange_body(public_client("vitals trend"), "a/b+c&d", "http://127.0.0.1:8724/callback", "v-1")),
      ElementsAre(Pair("grant_type", "authorization_code"), Pair("code", "a/b+c&d"),
                  Pair("redirect_uri", "http://127.0.0.1:8724/callback"), Pair("code_verifier", "v-1"),
                  Pair("client_id", "vitals trend")));
}

TEST(TokenRequest, RefreshesWithoutAScopeUnlessToldOne) {
  EXPECT_THAT(fields(refresh_body(public_client("c"), "r=1&x", "")),
              ElementsAre(Pair("grant_type", "refresh_token"), Pair("refresh_token", "r=1&x"), Pair("client_id", "c")));
  EXPECT_THAT(fields(refresh_body(public_client("c"), "r", "openid patient/Observation.rs?category=a|x")),
              ElementsAre(Pair("grant_type", "refresh_token"), Pair("refresh_token", "r"),
                          Pair("scope", "openid patient/Observation.rs?category=a|x"), Pair("client_id", "c")));
}

TEST(TokenRequest, RevokesWithAHintOfTheKind) {
  EXPECT_THAT(fields(revocation_body(public_client("c"), "t", RevokedToken::refresh_token)),
              ElementsAre(Pair("token", "t"), Pair("token_type_hint", "refresh_token"), Pair("client_id", "c")));
  EXPECT_THAT(fields(revocation_body(public_client("c"), "t", RevokedToken::access_token)),
              ElementsAre(Pair("token", "t"), Pair("token_type_hint", "access_token"), Pair("client_id", "c")));
}

TEST(TokenRequest, CarriesWhatAConfidentialClientSendsInTheBodyAndNoMore) {
  ClientAuthentication by_header{.authorization = Secret("Basic x")};
  EXPECT_THAT(fields(refresh_body(by_header, "r", "")),
              ElementsAre(Pair("grant_type", "refresh_token"), Pair("refresh_token", "r")));
  ClientAuthentication by_assertion;
  by_assertion.fields.emplace_back("client_assertion_type", Secret("urn:a:b"));
  by_assertion.fields.emplace_back("client_assertion", Secret("h.p.s"));
  EXPECT_THAT(fields(code_exchange_body(by_assertion, "c", "https://app.example.org/", "v")),
              ElementsAre(Pair("grant_type", "authorization_code"), Pair("code", "c"),
                          Pair("redirect_uri", "https://app.example.org/"), Pair("code_verifier", "v"),
                          Pair("client_assertion_type", "urn:a:b"), Pair("client_assertion", "h.p.s")));
}

}  // namespace
}  // namespace wardend::oauth
