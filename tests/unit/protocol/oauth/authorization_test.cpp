#include "protocol/oauth/authorization.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace wardend::oauth {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(PkceChallenge, AgreesWithTheExampleOfRfc7636) {
  EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(PkceChallenge, AgreesWithTheExampleOfSmartAppLaunch) {
  EXPECT_EQ(pkce_challenge("o28xyrYY7-lGYfnKwRjHEZWlFIPlzVnFPYMWbH-g_BsNnQNem-IAg9fDh92X0KtvHCPO5_C-RJd2QhApKQ-2cRp-S_"
                           "W3qmTidTEPkeWyniKQSF9Q_k10Q5wMc8fGzoyF"),
            "YPXe7B8ghKrj8PsT4L6ltupgI12NQJ5vblB07F4rGaw");
}

AuthorizationRequest example() {
  return {.client_id = "vitals trend",
          .redirect_uri = "http://127.0.0.1:8724/callback",
          .scope = smart::ScopeSet(std::string_view("openid patient/Observation.rs?category=a|x&status=final")),
          .aud = "https://ehr.example.org/fhir/",
          .launch = "l+/=&#",
          .state = "s-1",
          .code_challenge = "c-1"};
}

std::vector<std::pair<std::string, std::string>> query_of(const Secret& url) {
  const std::string text(url.reveal());
  return parse_form(text.substr(text.find('?') + 1)).value();
}

TEST(AuthorizationUrl, CarriesEveryParameterOnceAndUnchanged) {
  const Secret url = authorization_url(http::Url::parse("https://ehr.example.org/authorize").value(), example());
  EXPECT_TRUE(std::string(url.reveal()).starts_with("https://ehr.example.org/authorize?"));
  EXPECT_THAT(query_of(url),
              UnorderedElementsAre(Pair("response_type", "code"), Pair("client_id", "vitals trend"),
                                   Pair("redirect_uri", "http://127.0.0.1:8724/callback"),
                                   Pair("scope", "openid patient/Observation.rs?category=a|x&status=final"),
                                   Pair("state", "s-1"), Pair("aud", "https://ehr.example.org/fhir/"),
                                   Pair("code_challenge", "c-1"), Pair("code_challenge_method", "S256"),
                                   Pair("launch", "l+/=&#")));
}

TEST(AuthorizationUrl, LeavesOutLaunchPromptAndNonceUnlessGiven) {
  AuthorizationRequest request = example();
  request.launch = {};
  const http::Url endpoint = http::Url::parse("https://ehr.example.org/authorize").value();
  const std::string standalone(authorization_url(endpoint, request).reveal());
  for (const char* name : {"launch=", "prompt=", "nonce=", "max_age="}) EXPECT_THAT(standalone, Not(HasSubstr(name)));
  request.prompt = "login";
  request.nonce = "n-1";
  const std::string asking(authorization_url(endpoint, request).reveal());
  EXPECT_THAT(asking, HasSubstr("&prompt=login"));
  EXPECT_THAT(asking, HasSubstr("&nonce=n-1"));
  EXPECT_THAT(asking, HasSubstr("&max_age=0")) << "else the id_token need not say when the sign-in was";
  request.prompt = "consent select_account";
  EXPECT_THAT(std::string(authorization_url(endpoint, request).reveal()), Not(HasSubstr("max_age=")));
}

TEST(AuthorizationUrl, KeepsTheQueryThatTheEndpointHas) {
  const http::Url endpoint = http::Url::parse("https://ehr.example.org/authorize?tenant=7").value();
  const std::string url(authorization_url(endpoint, example()).reveal());
  EXPECT_TRUE(url.starts_with("https://ehr.example.org/authorize?tenant=7&response_type=code&")) << url;
  EXPECT_EQ(std::ranges::count(url, '?'), 1);
}

TEST(AuthorizationUrl, EscapesLineBreaksAndDelimitersInValues) {
  AuthorizationRequest request = example();
  request.client_id = "a&aud=b\r\nc";
  const Secret url = authorization_url(http::Url::parse("https://ehr.example.org/authorize").value(), request);
  EXPECT_THAT(std::string(url.reveal()), HasSubstr("client_id=a%26aud%3Db%0D%0Ac&"));
}

}  // namespace
}  // namespace wardend::oauth
