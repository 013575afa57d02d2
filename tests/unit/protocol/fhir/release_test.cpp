#include "protocol/fhir/release.hpp"

#include <gtest/gtest.h>

namespace wardend::fhir {
namespace {

TEST(Release, IsFoundByTheNameThatItHas) {
  for (const Release release : {Release::dstu2, Release::stu3, Release::r4, Release::r4b, Release::r5})
    EXPECT_EQ(release_named(name_of(release)), release) << name_of(release);
  for (const char* other : {"", "r4", "R4 ", "4.0.1", "R6"}) EXPECT_FALSE(release_named(other)) << other;
}

TEST(Release, IsReadFromTheFirstTwoNumbersOfAVersion) {
  EXPECT_EQ(release_of_version("1.0.2"), Release::dstu2);
  EXPECT_EQ(release_of_version("3.0.1"), Release::stu3);
  EXPECT_EQ(release_of_version("4.0.0"), Release::r4);
  EXPECT_EQ(release_of_version("4.0.1"), Release::r4);
  EXPECT_EQ(release_of_version("4.3.0"), Release::r4b);
  EXPECT_EQ(release_of_version("5.0.0"), Release::r5);
  for (const char* other : {"", "four", "9.9.9", "R4"}) EXPECT_FALSE(release_of_version(other)) << other;
}

}  // namespace
}  // namespace wardend::fhir
