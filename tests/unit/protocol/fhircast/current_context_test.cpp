// Opens and closes in order, and what is discarded of them.
#include "tests/unit/protocol/fhircast/screen.hpp"

namespace wardend::fhircast {
namespace {

TEST_F(Screen, IsUnknownUntilTheHubSaysSomething) { EXPECT_EQ(who(), Who::unknown); }

TEST_F(Screen, ShowsThePatientThatWasOpenedLast) {
  EXPECT_TRUE(apply(patient_open("A")).changed);
  const auto applied = apply(patient_open("B"));
  EXPECT_EQ(applied.effect, Effect::followed);
  EXPECT_EQ(applied.status, 200);
  EXPECT_EQ(patient(), "B");
  EXPECT_EQ(who(), Who::patient);
}

TEST_F(Screen, ShowsNobodyAfterTheCurrentOneIsClosed) {
  apply(patient_open("A"));
  apply(patient_open("B"));
  EXPECT_TRUE(apply(patient_close("B")).changed);
  EXPECT_EQ(who(), Who::nobody);
  const auto applied = apply(patient_close("A"));
  EXPECT_EQ(applied.effect, Effect::ignored);
  EXPECT_EQ(who(), Who::nobody);
}

TEST_F(Screen, StaysWhenAnotherOneIsClosed) {
  apply(patient_open("A"));
  apply(patient_open("B"));
  const auto applied = apply(patient_close("A"));
  EXPECT_EQ(applied.effect, Effect::ignored);
  EXPECT_FALSE(applied.changed);
  EXPECT_EQ(applied.status, 200);
  EXPECT_EQ(patient(), "B");
}

TEST_F(Screen, ShowsNobodyAtHome) {
  apply(patient_open("A"));
  EXPECT_TRUE(apply(made(EventKind::home_open)).changed);
  EXPECT_EQ(who(), Who::nobody);
}

TEST_F(Screen, ShowsThePatientOfAnEncounterThatIsOpened) {
  apply(made(EventKind::encounter_open, "E", "A"));
  EXPECT_EQ(patient(), "A");
  EXPECT_EQ(context_.on_screen().encounter, "E");
}

TEST_F(Screen, ForgetsTheEncounterWithTheNextPatient) {
  apply(made(EventKind::encounter_open, "E", "A"));
  apply(patient_open("A"));
  EXPECT_EQ(patient(), "A");
  EXPECT_EQ(context_.on_screen().encounter, std::nullopt);
}

TEST_F(Screen, ShowsNobodyOnceTheEncounterIsClosed) {
  apply(patient_open("A"));
  apply(made(EventKind::encounter_open, "E", "A"));
  EXPECT_EQ(apply(made(EventKind::encounter_close, "F", "A")).effect, Effect::ignored);
  EXPECT_TRUE(apply(made(EventKind::encounter_close, "E", "A")).changed);
  EXPECT_EQ(who(), Who::nobody);
}

TEST_F(Screen, ShowsNobodyOnceThePatientOfTheEncounterIsClosed) {
  apply(made(EventKind::encounter_open, "E", "A"));
  EXPECT_TRUE(apply(patient_close("A")).changed);
  EXPECT_EQ(who(), Who::nobody);
}

TEST_F(Screen, ShowsThePatientOfAStudyOrReportUntilThatIsClosed) {
  for (const auto& [open, close] : {std::pair(EventKind::imaging_study_open, EventKind::imaging_study_close),
                                    std::pair(EventKind::diagnostic_report_open, EventKind::diagnostic_report_close)}) {
    apply(made(open, "S", "A"));
    EXPECT_EQ(patient(), "A");
    EXPECT_EQ(apply(made(close, "T", "A")).effect, Effect::ignored);
    EXPECT_TRUE(apply(made(close, "S", "A")).changed);
    EXPECT_EQ(who(), Who::nobody);
  }
}

TEST_F(Screen, StaysWithThePatientThatWasOpenedAfterAStudy) {
  apply(made(EventKind::imaging_study_open, "S", "A"));
  apply(patient_open("A"));
  EXPECT_EQ(apply(made(EventKind::imaging_study_close, "S", "A")).effect, Effect::ignored);
  EXPECT_EQ(patient(), "A");
}

TEST_F(Screen, IsUnknownWithAStudyOfNobody) {
  apply(patient_open("A"));
  EXPECT_TRUE(apply(made(EventKind::imaging_study_open, "S")).changed);
  EXPECT_EQ(who(), Who::unknown);
  EXPECT_TRUE(apply(made(EventKind::imaging_study_close, "S")).changed);
  EXPECT_EQ(who(), Who::nobody);
}

TEST_F(Screen, DiscardsAnIdThatItHasSeenAndSaysThatItFollowed) {
  const auto opened = patient_open("A");
  apply(opened);
  apply(patient_open("B"));
  const auto applied = apply(opened);
  EXPECT_EQ(applied.effect, Effect::duplicate);
  EXPECT_EQ(applied.status, 200);
  EXPECT_EQ(patient(), "B");
}

TEST_F(Screen, RemembersTheLastThousandIds) {
  auto first = patient_open("A");
  first.timestamp.reset();
  apply(first);
  for (int i = 0; i < 999; ++i) apply(patient_open("B"));
  EXPECT_EQ(apply(first).effect, Effect::duplicate);
  apply(patient_open("B"));
  EXPECT_EQ(apply(first).effect, Effect::followed);
}

TEST_F(Screen, LetsNoUsedIdHideALogout) {
  const auto opened = patient_open("A");
  apply(opened);
  auto left = made(EventKind::user_logout);
  left.id = opened.id;
  EXPECT_EQ(apply(left).effect, Effect::logout);
  EXPECT_EQ(apply(left).effect, Effect::logout);
}

TEST_F(Screen, FollowsEventsThatHaveNoId) {
  auto opened = patient_open("A");
  opened.id.reset();
  apply(opened);
  auto next = patient_open("B");
  next.id.reset();
  EXPECT_EQ(apply(next).effect, Effect::followed);
  EXPECT_EQ(patient(), "B");
}

TEST_F(Screen, DiscardsWhatIsOlderThanItself) {
  const auto late = patient_open("A");
  apply(patient_open("B"));
  const auto applied = apply(late);
  EXPECT_EQ(applied.effect, Effect::outdated);
  EXPECT_EQ(applied.status, 200);
  EXPECT_EQ(patient(), "B");
}

TEST_F(Screen, DiscardsAnOldCloseAndAnOldHome) {
  const auto home = made(EventKind::home_open);
  const auto close = patient_close("A");
  apply(patient_open("A"));
  EXPECT_EQ(apply(home).effect, Effect::outdated);
  EXPECT_EQ(apply(close).effect, Effect::outdated);
  EXPECT_EQ(patient(), "A");
}

TEST_F(Screen, TakesTheLastOfTwoWithOneTime) {
  auto first = patient_open("A");
  auto second = patient_open("B");
  first.timestamp = second.timestamp;
  apply(second);
  apply(first);
  EXPECT_EQ(patient(), "A");
}

TEST_F(Screen, TakesWhatIsReplayedAfterALossHoweverOldAndAgain) {
  const auto older = patient_open("A");
  const auto newer = made(EventKind::encounter_open, "E", "A");
  apply(older);
  apply(newer);
  EXPECT_TRUE(context_.lost());
  EXPECT_EQ(apply(newer).effect, Effect::followed);
  EXPECT_EQ(context_.on_screen().encounter, "E");
  EXPECT_EQ(apply(older).effect, Effect::outdated);
  EXPECT_EQ(context_.on_screen().encounter, "E");
}

TEST_F(Screen, FollowsAnEventWithoutATimeAndHoldsNothingBackForIt) {
  apply(patient_open("A"));
  auto untimed = patient_open("B");
  auto next = patient_open("C");
  untimed.timestamp.reset();
  EXPECT_EQ(apply(untimed).effect, Effect::followed);
  EXPECT_EQ(patient(), "B");
  apply(next);
  EXPECT_EQ(patient(), "C");
}

TEST_F(Screen, LetsNoTimeInTheFutureFreezeIt) {
  auto future = patient_open("A");
  future.timestamp = now() + 24h * 365;
  apply(future);
  EXPECT_EQ(patient(), "A");
  apply(patient_open("B"));
  EXPECT_EQ(patient(), "B");
}

}  // namespace
}  // namespace wardend::fhircast
