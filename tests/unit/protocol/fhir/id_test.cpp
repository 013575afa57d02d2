#include "protocol/fhir/id.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::fhir {
namespace {

struct Id {
  std::string id;
  bool valid;
};

class FhirId : public testing::TestWithParam<Id> {};

TEST_P(FhirId, CannotLeaveItsPlaceInAPath) { EXPECT_EQ(valid_id(GetParam().id), GetParam().valid) << GetParam().id; }

INSTANTIATE_TEST_SUITE_P(Table, FhirId,
                         testing::ValuesIn<Id>({
                             {"123", true},
                             {"a-B.9", true},
                             {"...", true},
                             {std::string(64, 'x'), true},
                             {std::string(256, 'x'), true},
                             {std::string(257, 'x'), false},
                             {"a_b", true},
                             {"", false},
                             {".", false},
                             {"..", false},
                             {"a/b", false},
                             {"../Observation", false},
                             {"a?b", false},
                             {"a%2fb", false},
                             {"a b", false},
                             {"a\n", false},
                             {"ä", false},
                             {std::string("a\0b", 3), false},
                         }));

TEST(FhirId, IsToldApartFromOneByFhirsOwnRule) {
  EXPECT_TRUE(conformant_id(std::string(64, 'x')));
  for (const std::string& id : {std::string(65, 'x'), std::string("a_b"), std::string("a/b")})
    EXPECT_FALSE(conformant_id(id)) << id;
}

}  // namespace
}  // namespace wardend::fhir
