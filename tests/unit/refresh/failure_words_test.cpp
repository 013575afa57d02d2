#include "daemon/refresh/failure_words.hpp"

#include <gtest/gtest.h>

namespace wardend::refresh {
namespace {

TEST(FailureWords, SayTheCauseAndWhatHelps) {
  EXPECT_TRUE(why_no_token("tls").contains("certificate is not trusted"));
  EXPECT_EQ(why_no_token("discovery_tls"), why_no_token("tls"));
  EXPECT_TRUE(why_no_token("discovery_changed").contains("an operator must accept"));
  EXPECT_TRUE(why_no_token("http_503").contains("HTTP 503"));
  EXPECT_TRUE(why_no_token("proxy").contains("the proxy lets nothing through"));
  EXPECT_TRUE(why_no_token("").contains("in time"));
  EXPECT_EQ(why_no_token("http_307 redirects to https://new.org/t, which is not followed"),
            "the token endpoint redirects to https://new.org/t, which is not followed: ask IT to have the server's "
            "administrators correct token_endpoint in its discovery document, and use the app's fallback until then");
  EXPECT_TRUE(why_no_token("http_401").contains("a proxy, a firewall or a gateway"));
  EXPECT_TRUE(why_no_token("discovery_foreign_host").contains("allowed_token_hosts"));
  EXPECT_TRUE(why_no_token("discovery_not_json").contains("sign-in page"));
  EXPECT_TRUE(why_no_token("vendors_own_word").contains("vendors_own_word"));
}

TEST(FailureWords, KeepTextFromOutsideOutOfTheTrail) {
  EXPECT_EQ(bare_word("http_307 redirects to https://new.org/t, which is not followed"), "http_307");
  for (const char* word : {"http_503", "invalid_grant", "a word of theirs", ""}) EXPECT_EQ(bare_word(word), word);
}

TEST(FailureWords, SayWhereTheNextAttemptIsVain) {
  for (const char* word : {"tls", "http_307 redirects to https://new.org/t"})
    EXPECT_TRUE(waits_for_people(word)) << word;
  for (const char* word : {"unreachable", "timeout", "no_reply", "proxy", "http_503", "no_access_token", ""})
    EXPECT_FALSE(waits_for_people(word)) << word;
}

}  // namespace
}  // namespace wardend::refresh
