#include "config/scope_spelling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::config {
namespace {

struct Meant {
  const char* written;
  const char* meant;
};

TEST(ScopeSpelling, IsPutRightOrLeft) {
  for (const Meant& row : {
           Meant{"patient/Observation.rs", ""},
           Meant{"patient/observation.rs", "patient/Observation.rs"},
           Meant{"patient/Observations.rs", "patient/Observation.rs"},
           Meant{"patients/Observation.rs", "patient/Observation.rs"},
           Meant{"patient/Observation.sr", "patient/Observation.rs"},
           Meant{"patient/Observation.Read", "patient/Observation.read"},
           Meant{"patient/Observation.reed", "patient/Observation.read"},
           Meant{"patient/Observation.RS", "patient/Observation.rs"},
           Meant{"patient/Observation.", ""},
           Meant{"patient/Observation", ""},
           Meant{"patient/*.sr", "patient/*.rs"},
           Meant{"openID", "openid"},
           Meant{"openid", ""},
           Meant{"ofline_access", "offline_access"},
           Meant{"something-else", ""},
           Meant{"", ""},
       })
    EXPECT_EQ(probably_meant(row.written), row.meant) << row.written;
}

TEST(ScopeSpelling, NamesTheResourceTypeThatFhirDoesNotHave) {
  for (const Meant& row : {
           Meant{"patient/Observation.rs", ""},
           Meant{"patient/SubscriptionTopic.rs", ""},        // of R5 alone
           Meant{"patient/EffectEvidenceSynthesis.rs", ""},  // of R4 alone
           Meant{"patient/*.rs", ""},
           Meant{"patient/Observaton.rs", "Observaton"},
           Meant{"user/observation.rs?status=final", "observation"},
           Meant{"openid", ""},
           Meant{"fhircast/Patient-open.read", ""},
           Meant{"patient/Observaton", ""},
       })
    EXPECT_EQ(unknown_resource_type(row.written), row.meant) << row.written;
}

TEST(ScopeSpelling, KnowsAScopeThatAsksForEverything) {
  for (const char* scope : {"patient/*.cruds", "user/*.*", "system/*.*"})
    EXPECT_TRUE(asks_for_everything(scope)) << scope;
  for (const char* scope : {"patient/*.rs", "patient/Observation.cruds", "patient/*.cruds?status=final", "openid", "*"})
    EXPECT_FALSE(asks_for_everything(scope)) << scope;
}

}  // namespace
}  // namespace wardend::config
