#include "daemon/session/user.hpp"

#include <gtest/gtest.h>

namespace wardend::session {
namespace {

TEST(Users, AreTwoByTheirSubjectsOrByTwoNamesOfOne) {
  const User known{.fhir_user = "https://e/Practitioner/1", .subject = "u1", .issuer = "https://e"};
  const auto likeness = [&](const User& said) { return compare(known, said); };
  EXPECT_EQ(likeness(known), Likeness::same);
  EXPECT_EQ(likeness({.subject = "u1", .issuer = "https://e"}), Likeness::same) << "a name left out says nothing";
  EXPECT_EQ(likeness({.subject = "u1", .issuer = "https://e/"}), Likeness::same);
  EXPECT_EQ(likeness({.subject = "u2", .issuer = "https://e"}), Likeness::other_user);
  const auto named = [&](const char* fhir_user) {
    return likeness({.fhir_user = fhir_user, .subject = "u1", .issuer = "https://e"});
  };
  EXPECT_EQ(named("https://e/Practitioner/2"), Likeness::other_name);
  EXPECT_EQ(named("https://e/r4/Practitioner/1"), Likeness::same);
  EXPECT_EQ(named("https://e/PractitionerRole/1"), Likeness::other_role);
  EXPECT_EQ(likeness({.subject = "u2", .issuer = "https://other"}), Likeness::foreign);
  EXPECT_EQ(likeness({}), Likeness::same);
}

TEST(Users, OfWhomTooLittleIsSaidAreNotToldApart) {
  const User known{.fhir_user = "https://e/Practitioner/1", .subject = "u1", .issuer = "https://e"};
  EXPECT_EQ(compare(known, {.fhir_user = "https://e/Practitioner/2"}), Likeness::same) << "without an id_token";
  EXPECT_EQ(compare(known, {.subject = "u2"}), Likeness::same) << "a subject is unique at its issuer only";
  EXPECT_EQ(compare({}, known), Likeness::same);
}

TEST(Users, OfAnIssuerWithASlashAndWithoutAreOfOne) {
  const User slash{.subject = "u1", .issuer = "https://e/"};
  const User bare{.subject = "u2", .issuer = "https://e"};
  EXPECT_EQ(compare(slash, bare), Likeness::other_user);
  EXPECT_EQ(compare(bare, slash), Likeness::other_user);
}

}  // namespace
}  // namespace wardend::session
