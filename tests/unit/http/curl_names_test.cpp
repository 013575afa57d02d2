// A server that moves to another address: how long its old one is remembered.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <atomic>
#include <string>
#include <string_view>

#include "tests/unit/http/curl_world.hpp"

namespace {

// The address that the resolver gives for ehr.test, the last byte of it, and how often it was asked. libcurl asks on a
// thread of its own.
std::atomic<int> ehr_lives_at{1};
std::atomic<int> asked{0};

}  // namespace

// In the place of the C library's: libcurl finds this one first.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** result) {
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name == nullptr || std::string_view(name) != "ehr.test") return real(name, service, hints, result);
  ++asked;
  return real(("127.0.0." + std::to_string(ehr_lives_at)).c_str(), service, hints, result);
}

namespace wardend {
namespace {

using test::reply;

class CurlNames : public test::CurlWorld {
 protected:
  CurlNames() {
    ehr_lives_at = 1;
    asked = 0;
  }
  // On a new connection, as a token request.
  test::HttpOutcome post() {
    std::string url = server.url("/token");
    url.replace(url.find("127.0.0.1"), 9, "ehr.test");
    return send({.method = HttpRequest::Method::post, .url = url, .body = Secret("a=b")});
  }
};

TEST_F(CurlNames, AServerThatMovedIsFoundByTheNextAttempt) {
  ehr_lives_at = 9;  // where nobody listens
  const auto before = post();
  ASSERT_FALSE(before);
  EXPECT_FALSE(before.error().request_sent);
  ehr_lives_at = 1;
  server.scripts = {{reply("200 OK", "{}")}};
  const auto after = post();
  EXPECT_TRUE(after) << after.error().detail;
  EXPECT_EQ(asked, 2);
}

TEST_F(CurlNames, AServerThatHasMovedAwayIsLookedUpAgainWhenItIsMissed) {
  server.scripts = {{reply("200 OK", "{}")}, {reply("200 OK", "{}")}};
  ASSERT_TRUE(post());
  ehr_lives_at = 9;
  EXPECT_TRUE(post()) << "while it answers its address is remembered";
  EXPECT_EQ(asked, 1);
  server.scripts = {{"", test::ScriptedServer::Then::close}};  // it goes
  EXPECT_FALSE(post());
  EXPECT_FALSE(post()) << "at its new address nobody listens yet";
  EXPECT_EQ(asked, 2);
}

TEST_F(CurlNames, AreRememberedWhileRequestsAreAnswered) {
  for (int i = 0; i < 5; ++i) server.scripts.push_back({reply("200 OK", "{}")});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(post());
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace wardend
