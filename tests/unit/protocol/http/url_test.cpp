#include "protocol/http/url.hpp"

#include <gtest/gtest.h>

namespace wardend::http {
namespace {

struct Address {
  const char* text;
  bool accepted;
};

class UrlRules : public testing::TestWithParam<Address> {};

TEST_P(UrlRules, AcceptHttpsAndHttpOnLoopbackOnly) {
  const auto url = Url::parse(GetParam().text);
  EXPECT_EQ(url.has_value(), GetParam().accepted) << GetParam().text << (url ? "" : ": " + url.error());
}

INSTANTIATE_TEST_SUITE_P(Accepted, UrlRules,
                         testing::ValuesIn<Address>({
                             {"https://ehr.example.org", true},
                             {"https://ehr.example.org/fhir/r4/", true},
                             {"HTTPS://EHR.example.org/fhir", true},
                             {"https://ehr.example.org:8443/a?b=c", true},
                             {"https://[2001:db8::1]/fhir", true},
                             {"https://10.1.2.3:8443/fhir", true},
                             {"https://10.1.2.3.example.org/fhir", true},
                             {"http://127.0.0.1:8080/fhir", true},
                             {"http://[::1]:8080/fhir", true},
                             {"http://localhost/fhir", true},
                         }));

INSTANTIATE_TEST_SUITE_P(Refused, UrlRules,
                         testing::ValuesIn<Address>({
                             {"", false},
                             {"ehr.example.org/fhir", false},
                             {"//ehr.example.org/fhir", false},
                             {"/fhir", false},
                             {"https:///fhir", false},
                             {"https:fhir", false},
                             {"http:x/://localhost/", false},
                             {"ftp://ehr.example.org/fhir", false},
                             {"file:///etc/passwd", false},
                             {"javascript:alert(1)", false},
                             {"http://ehr.example.org/fhir", false},
                             {"http://127.0.0.1.example.org/fhir", false},
                             {"http://127.0.0.1:80.example.org/", false},
                             {"http://127.0.0.1x/fhir", false},
                             {"http://[::1].example.org/fhir", false},
                             {"http://127.0.0.2/fhir", false},
                             {"http://localhost.example.org/", false},
                             {"https://user@ehr.example.org/fhir", false},
                             {"https://user:word@ehr.example.org/fhir", false},
                             {"http://127.0.0.1@ehr.example.org/", false},
                             {"https://ehr.example.org/fhir#part", false},
                             {"https://ehr.example.org/with space", false},
                             {"https://ehr.example.org/line\nfeed", false},
                             {"https://ehr.example.org:port/", false},
                             {"https://ehr.example.org:8443x/", false},
                             {"https://ehr.example.org:1:2/", false},
                             {"https://[::1/", false},
                             {"https://[]/", false},
                             {"https://%65hr.example.org/", false},
                             {"https://ehr.example.org\\@127.0.0.1/", false},
                             {"https://ehr.example.org:0/", false},
                             {"https://ehr.example.org:65536/", false},
                             {"https://ehr.example.org/%zz", false},
                         }));

TEST(Url, RefusesMoreThanEightKibibytes) {
  const std::string start = "https://ehr.example.org/";
  EXPECT_TRUE(Url::parse(start + std::string(8192 - start.size(), 'a')));
  EXPECT_FALSE(Url::parse(start + std::string(8193 - start.size(), 'a')));
}

TEST(Url, SaysWhereItLeadsInLowerCaseWithThePort) {
  const auto url = Url::parse("HTTPS://EHR.Example.org/FHIR");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin(), "https://ehr.example.org:443");
  EXPECT_EQ(url->text(), "HTTPS://EHR.Example.org/FHIR");
  EXPECT_EQ(Url::parse("http://[::1]/x")->origin(), "http://[::1]:80");
  EXPECT_EQ(Url::parse("https://ehr.example.org:8443")->port(), "8443");
  EXPECT_EQ(Url::parse("https://ehr.example.org:0443/x")->origin(), "https://ehr.example.org:443");
  EXPECT_EQ(Url::parse("https://10.1.2.3.example.org/x")->host(), "10.1.2.3.example.org");
  EXPECT_EQ(Url::parse("https://ehr.example.org:/x")->port(), "443");
}

TEST(Url, KnowsItsHostInAnyCaseAndNoOther) {
  const auto url = Url::parse("https://EHR.Example.org:8443/fhir");
  for (const char* host : {"ehr.example.org", "EHR.EXAMPLE.ORG"}) EXPECT_TRUE(url->is_at(host)) << host;
  for (const char* host : {"", "example.org", "ehr.example.org.", "ehr.example.org:8443", "*.example.org"})
    EXPECT_FALSE(url->is_at(host)) << host;
}

TEST(Url, NeverRepeatsTheAddressInItsError) {
  for (const char* text : {"https://user:hunter2@ehr.example.org", "http://hunter2.example.org", "hunter2"})
    EXPECT_EQ(Url::parse(text).error().find("hunter2"), std::string::npos) << text;
}

}  // namespace
}  // namespace wardend::http
