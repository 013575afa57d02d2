#include "protocol/http/allowed_hosts.hpp"

#include <gtest/gtest.h>

namespace wardend::http {
namespace {

bool allowed(const char* address, std::string_view own = "ehr.example.org") {
  return is_on_allowed_host(*Url::parse(address), own, {"Login.example.org"});
}

TEST(AllowedHosts, AreTheOwnOneAndThoseListedInAnyCase) {
  EXPECT_TRUE(allowed("https://EHR.example.org:8443/token"));
  EXPECT_TRUE(allowed("https://login.EXAMPLE.org/token"));
}

TEST(AllowedHosts, AreNoneThatOnlyLookAlike) {
  for (const char* address : {"https://ehr.example.org.evil.net/", "https://evil-ehr.example.org/",
                              "https://example.org/", "https://login.example.org.evil.net/"})
    EXPECT_FALSE(allowed(address)) << address;
}

TEST(AllowedHosts, AreThoseListedWhereThereIsNoOwnOne) {
  EXPECT_FALSE(allowed("https://ehr.example.org/", ""));
  EXPECT_TRUE(allowed("https://login.example.org/", ""));
}

}  // namespace
}  // namespace wardend::http
