// [[app.requires]]: what no server will ever declare is noted. [[app.write]]: what no resource has is refused.
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
      {"resource = \"Goal\"\nsearch = [\"-x\"]", "note: FHIR has no search parameter that begins otherwise"},
      {"resource = \"Goal\"\nsearch = [\"\"]", "note: FHIR has no search parameter that begins otherwise"},
      {"resource = \"Goal\"", "note: asks for nothing"},
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
  site.write("wardend.toml",
             least("[[app.requires]]\nresource = \"MedicationOrder\"\ninteractions = [\"read\", "
                   "\"search-type\", \"batch\", \"$everything\"]\nsearch = [\"patient\", \"_id\", \"code:in\"]\n"));
  EXPECT_THAT(site.notes(), Not(Contains(HasSubstr("FHIR has no"))));
  EXPECT_THAT(site.errors(), IsEmpty());
}

// Each of them would refuse every write of the app, or none.
TEST(Writes, NameRequiredElementsAsTheGuardLooksForThem) {
  const auto with = [](const std::string& element) {
    return least(scope("patient/Observation.cu") + "[[app.write]]\nresource = \"Observation\"\nrequired = [\"" +
                 element + "\"]\n");
  };
  for (const char* wrong : {"", ".status", "status.", "code..coding"})
    expect_error(with(wrong), "a part of its path is");
  for (const char* wrong : {"Observation.status", "Observation"})
    expect_error(with(wrong), "a path begins below the resource: leave out Observation.");
  for (const char* wrong : {"code coding", "code/coding", "value[y]", "code[0]"})
    expect_error(with(wrong), "letters, digits and dots alone");
  for (const char* right : {"status", "code.coding.system", "value[x]", "component.value[x]"}) {
    const Site site;
    site.write("wardend.toml", with(right));
    EXPECT_THAT(site.errors(), IsEmpty()) << right;
  }
}

}  // namespace
}  // namespace wardend::config
