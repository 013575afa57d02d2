#include "protocol/fhir/user.hpp"

#include <gtest/gtest.h>

namespace wardend::fhir {
namespace {

struct Claim {
  const char* claim;
  const char* text;  // nullptr: refused
  bool same_server;
  const char* fault = nullptr;
};

class FhirUserClaim : public testing::TestWithParam<Claim> {};

TEST_P(FhirUserClaim, NamesAPersonHereOrElsewhere) {
  const auto& [claim, text, same_server, fault] = GetParam();
  const auto user = resolve_user(claim, BaseUrl::parse("https://ehr.example.org/fhir/").value());
  if (fault != nullptr) {
    ASSERT_FALSE(user) << claim;
    EXPECT_EQ(user.error(), fault) << claim;
    return;
  }
  ASSERT_TRUE(user) << claim << user.error();
  EXPECT_EQ(user->text, text);
  EXPECT_EQ(user->same_server, same_server) << claim;
}

INSTANTIATE_TEST_SUITE_P(
    Accepted, FhirUserClaim,
    testing::ValuesIn<Claim>({
        {"Practitioner/7", "https://ehr.example.org/fhir/Practitioner/7", true},
        {"Patient/a-1.b", "https://ehr.example.org/fhir/Patient/a-1.b", true},
        {"PractitionerRole/7", "https://ehr.example.org/fhir/PractitionerRole/7", true},
        {"RelatedPerson/7", "https://ehr.example.org/fhir/RelatedPerson/7", true},
        {"Person/7", "https://ehr.example.org/fhir/Person/7", true},
        {"https://ehr.example.org/fhir/Person/7", "https://ehr.example.org/fhir/Person/7", true},
        {"https://EHR.example.org:443/fhir/Practitioner/7", "https://ehr.example.org/fhir/Practitioner/7", true},
        {"HTTPS://EHR.example.org/fhir//Practitioner/7", "https://ehr.example.org/fhir/Practitioner/7", true},
        {"Practitioner/7/_history/2", "https://ehr.example.org/fhir/Practitioner/7", true},
        {"Practitioner/a_7", "https://ehr.example.org/fhir/Practitioner/a_7", true},
        {"https://directory.example.net/r4/Practitioner/7", "https://directory.example.net/r4/Practitioner/7", false},
        {"https://ehr.example.org.evil.net/fhir/Person/7", "https://ehr.example.org.evil.net/fhir/Person/7", false},
        {"https://ehr.example.org:8443/fhir/Person/7", "https://ehr.example.org:8443/fhir/Person/7", false},
        {"https://ehr.example.org/other/Person/7", "https://ehr.example.org/other/Person/7", false},
        {"https://ehr.example.org/fhir/../x/Person/7", "https://ehr.example.org/fhir/../x/Person/7", false},
        {"https://ehr.example.org/Person/7", "https://ehr.example.org/Person/7", false},
        {"http://ehr.example.org/fhir/Person/7", "http://ehr.example.org/fhir/Person/7", false},
        {"http://directory.example.net/Person/7", "http://directory.example.net/Person/7", false},
    }));

INSTANTIATE_TEST_SUITE_P(Refused, FhirUserClaim,
                         testing::ValuesIn<Claim>({
                             {"Device/7", nullptr, false, "fhir_user_type"},
                             {"Organization/7", nullptr, false, "fhir_user_type"},
                             {"https://ehr.example.org/fhir/Group/7", nullptr, false, "fhir_user_type"},
                             {"practitioner/7", nullptr, false, "fhir_user_malformed"},
                             {"", nullptr, false, "fhir_user_malformed"},
                             {"7", nullptr, false, "fhir_user_malformed"},
                             {"/7", nullptr, false, "fhir_user_malformed"},
                             {"Practitioner", nullptr, false, "fhir_user_malformed"},
                             {"Practitioner/", nullptr, false, "fhir_user_malformed"},
                             {"Practitioner/..", nullptr, false, "fhir_user_malformed"},
                             {"Practitioner/a b", nullptr, false, "fhir_user_malformed"},
                             {"Practitioner/7?_format=json", nullptr, false, "fhir_user_malformed"},
                             {"/Practitioner/7", nullptr, false, "fhir_user_malformed"},
                             {"//evil.example.net/Practitioner/7", nullptr, false, "fhir_user_malformed"},
                             {"fhir/Practitioner/7", nullptr, false, "fhir_user_malformed"},
                             {"../Practitioner/7", nullptr, false, "fhir_user_malformed"},
                             {"Practitioner/7/_history/", nullptr, false, "fhir_user_malformed"},
                             {"https://user@ehr.example.org/fhir/Person/7", nullptr, false, "fhir_user_malformed"},
                             {"https://ehr.example.org/fhir?x=/Person/7", nullptr, false, "fhir_user_malformed"},
                             {"https://ehr.example.org/fhir#/Person/7", nullptr, false, "fhir_user_malformed"},
                             {"urn:uuid:Person/7", nullptr, false, "fhir_user_malformed"},
                             {"ftp://ehr.example.org/Person/7", nullptr, false, "fhir_user_malformed"},
                         }));

TEST(FhirUser, IsOnePersonInEverySpelling) {
  const std::string known = "https://ehr.example.org/fhir/Practitioner/7";
  EXPECT_EQ(compare_users(known, known), SamePerson::yes);
  EXPECT_EQ(compare_users(known, "https://ehr.example.org/fhir/r4/Practitioner/7"), SamePerson::yes);
  EXPECT_EQ(compare_users(known, "https://ehr.example.org/fhir/PractitionerRole/7"), SamePerson::other_type);
  EXPECT_EQ(compare_users(known, "https://ehr.example.org/fhir/Person/8"), SamePerson::other_type);
  EXPECT_EQ(compare_users(known, "https://ehr.example.org/fhir/Practitioner/8"), SamePerson::no);
  // A proxy that ends TLS, and a second name of the host.
  EXPECT_EQ(compare_users(known, "http://ehr.example.org/fhir/Practitioner/7"), SamePerson::yes);
  EXPECT_EQ(compare_users(known, "https://ehr.example.org./fhir/Practitioner/7"), SamePerson::yes);
  EXPECT_EQ(compare_users(known, "https://other.example.org/fhir/Practitioner/7"), SamePerson::yes);
  EXPECT_EQ(compare_users(known, "https://ehr.example.org:8443/fhir/Practitioner/7"), SamePerson::yes);
  EXPECT_EQ(compare_users(known, "https://other.example.org/fhir/Practitioner/8"), SamePerson::no);
}

}  // namespace
}  // namespace wardend::fhir
