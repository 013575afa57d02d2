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
  EXPECT_TRUE(why_no_token("vendors_own_word").contains("vendors_own_word"));
}

}  // namespace
}  // namespace wardend::refresh
