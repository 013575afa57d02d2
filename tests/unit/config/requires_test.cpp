// [[app.requires]]: what no server will ever declare is noted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Requires, WhatFhirDoesNotKnowIsNoted) {
  const std::pair<const char*, const char*> table[] = {
      {"resource = \"Observations\"", "note: FHIR has no resource type Observations: did you mean Observation?"},
      {"resource = \"Vitals\"", "note: FHIR has no resource type Vitals"},
      {"resource = \"Goal\"\ninteractions = [\"search\"]",
       "note: FHIR has no interaction search: did you mean search-type?"},
      {"resource = \"Goal\"\ninteractions = [\"Read\"]", "note: FHIR has no interaction Read: did you mean read?"},
  };
  for (const auto& [lines, note] : table) {
    const Site site;
    site.write("wardend.toml", least("[[app.requires]]\n" + std::string(lines) + "\n"));
    EXPECT_THAT(site.notes(), Contains(HasSubstr(note))) << lines;
    EXPECT_THAT(site.errors(), IsEmpty()) << lines;
  }
}

TEST(Requires, WhatFhirKnowsHasNoNote) {
  const Site site;
  site.write("wardend.toml", least("[[app.requires]]\nresource = \"MedicationOrder\"\ninteractions = [\"read\", "
                                   "\"search-type\", \"batch\", \"$everything\"]\nsearch = [\"patient\"]\n"));
  EXPECT_THAT(site.notes(), Not(Contains(HasSubstr("FHIR has no"))));
  EXPECT_THAT(site.errors(), IsEmpty());
}

}  // namespace
}  // namespace wardend::config
