#include "protocol/http/redirect.hpp"

#include <gtest/gtest.h>

namespace wardend::http {
namespace {

struct Redirect {
  const char* location;
  const char* shown;
};

TEST(Redirect, IsShownWithoutWhatMayBeSecret) {
  for (const auto& [location, shown] : {
           Redirect{"https://login.new.org/token", "https://login.new.org/token"},
           Redirect{"http://127.0.0.1:1/", "http://127.0.0.1:1/"},
           Redirect{"/login?code=secret#token=secret", "/login"},
           Redirect{"https://user:word@ehr.example.org/a@b", "https://ehr.example.org/a@b"},
           Redirect{"//user@ehr.example.org/a", "//ehr.example.org/a"},
           Redirect{"https://a.org/x\r\n\x1b[31m\xE2\x80\xAEy", "https://a.org/x[31my"},
       })
    EXPECT_EQ(redirect_text(307, location),
              std::string("redirects to ") + shown + ", which is not followed (HTTP 307)");
  EXPECT_LT(redirect_text(302, "https://a.org/" + std::string(100'000, 'x')).size(), 260U);
}

TEST(Redirect, WithoutAnAddressIsItsStatus) {
  for (const char* location : {"", "?code=secret", "#", "\x01"})
    EXPECT_EQ(redirect_text(304, location), "answers HTTP 304, and nothing else") << location;
}

}  // namespace
}  // namespace wardend::http
