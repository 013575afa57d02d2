// What makes it unknown who is on screen, and what ends a stay.
#include "tests/unit/protocol/fhircast/screen.hpp"

namespace wardend::fhircast {
namespace {

TEST_F(Screen, IsUnknownWhereAnEventContradictsItself) {
  apply(patient_open("A"));
  auto contradiction = made(EventKind::encounter_open);
  contradiction.fault = ContextFault::other_subject;
  auto applied = apply(contradiction);
  EXPECT_EQ(applied.effect, Effect::doubtful);
  EXPECT_TRUE(applied.changed);
  EXPECT_EQ(applied.status, 202);
  EXPECT_EQ(who(), Who::unknown);
  EXPECT_EQ(patient(), "");
  applied = apply(contradiction);
  EXPECT_EQ(applied.status, 202) << "sent again, it is no better";
  EXPECT_FALSE(applied.changed);
}

TEST_F(Screen, IsUnknownAfterASyncErrorUntilTheNextOpen) {
  const auto before = patient_open("A");
  apply(patient_open("B"));
  EXPECT_TRUE(apply(made(EventKind::sync_error)).changed);
  EXPECT_EQ(who(), Who::unknown);
  EXPECT_EQ(apply(patient_close("B")).effect, Effect::ignored);
  EXPECT_EQ(apply(before).effect, Effect::outdated);
  EXPECT_EQ(who(), Who::unknown);
  apply(patient_open("B"));
  EXPECT_EQ(patient(), "B");
}

TEST_F(Screen, KnowsAgainWithAnOpenOfTheSyncErrorsOwnTime) {
  auto opened = patient_open("B");
  const auto fault = made(EventKind::sync_error);
  opened.timestamp = fault.timestamp;
  apply(fault);
  apply(opened);
  EXPECT_EQ(patient(), "B");
}

TEST_F(Screen, EndsWithALogoutOfAnyTime) {
  auto left = made(EventKind::user_logout);
  apply(patient_open("A"));
  left.timestamp = start - 24h;
  const auto applied = apply(left);
  EXPECT_EQ(applied.effect, Effect::logout);
  EXPECT_EQ(applied.status, 200);
  EXPECT_TRUE(applied.changed);
  EXPECT_EQ(who(), Who::unknown);
}

TEST_F(Screen, EndsWithAHibernation) {
  apply(patient_open("A"));
  auto left = made(EventKind::user_hibernate);
  left.timestamp.reset();
  EXPECT_EQ(apply(left).effect, Effect::hibernate);
  EXPECT_EQ(who(), Who::unknown);
}

TEST_F(Screen, PassesOverWhatMeansNothingHere) {
  apply(patient_open("A"));
  const auto applied = apply(made(EventKind::other));
  EXPECT_EQ(applied.effect, Effect::ignored);
  EXPECT_EQ(applied.status, 200);
  EXPECT_EQ(patient(), "A");
}

TEST_F(Screen, IsUnknownTheMomentTheSocketIsLost) {
  EXPECT_FALSE(context_.lost());
  apply(patient_open("A"));
  EXPECT_TRUE(context_.lost());
  EXPECT_EQ(who(), Who::unknown);
  EXPECT_FALSE(context_.lost());
}

TEST_F(Screen, IsUnknownAfterAMessageThatCannotBeRead) {
  apply(patient_open("A"));
  EXPECT_TRUE(context_.doubt());
  EXPECT_EQ(who(), Who::unknown);
  EXPECT_FALSE(context_.quiet()) << "something was said";
  apply(patient_open("A"));
  EXPECT_EQ(patient(), "A");
}

TEST_F(Screen, ShowsNobodyWhereAHubHasNothingToReplay) {
  EXPECT_TRUE(context_.quiet());
  EXPECT_EQ(who(), Who::nobody);
  EXPECT_FALSE(context_.quiet());
  apply(patient_open("A"));
  EXPECT_FALSE(context_.quiet());
  EXPECT_EQ(patient(), "A");
}

TEST_F(Screen, IsNotMadeEmptyByQuietAfterASyncErrorOrALogout) {
  apply(made(EventKind::sync_error));
  EXPECT_FALSE(context_.quiet());
  EXPECT_EQ(who(), Who::unknown);
  context_.lost();
  apply(made(EventKind::user_logout));
  EXPECT_FALSE(context_.quiet());
  EXPECT_EQ(who(), Who::unknown);
}

}  // namespace
}  // namespace wardend::fhircast
