// Every fact in every state, as a table; and what counts over several of them.
#include "daemon/fhircast/topic_state.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ostream>

namespace wardend::fhircast {
namespace {

using enum TopicState;
using K = FactKind;

constexpr std::array states = {asking, opening, following, waiting, refreshing, stopped, gone, leaving, ended};

const BootTime start = BootTime(1h);
Moment at(Duration since_start, double jitter = 0) {
  return {.now = start + since_start, .jitter = jitter, .grace = 60s};
}

Fact failed(Ending kind, End::Pause pause = End::Pause::grows) {
  return {.kind = K::failed, .end = {.kind = kind, .code = "x", .pause = pause}};
}

struct Row {
  const char* what;
  Fact fact;
  std::array<TopicState, states.size()> then;  // from each of `states`, in order
};

const Row table[] = {
    // clang-format off
    //                                  asking      opening    following   waiting   refreshing  stopped   gone     leaving   ended
    {"agreed", {K::agreed},            {opening,    opening,   following,  waiting,  refreshing, stopped,  gone,    leaving,  ended}},
    {"confirmed", {K::confirmed},      {asking,     following, following,  waiting,  refreshing, stopped,  gone,    leaving,  ended}},
    {"lost", failed(Ending::lost),     {waiting,    waiting,   waiting,    waiting,  refreshing, stopped,  gone,    ended,    ended}},
    {"no_token", failed(Ending::no_token),
                                       {waiting,    waiting,   waiting,    waiting,  refreshing, stopped,  gone,    ended,    ended}},
    {"transient", failed(Ending::transient),
                                       {waiting,    waiting,   waiting,    waiting,  refreshing, stopped,  gone,    ended,    ended}},
    {"unauthorized", failed(Ending::unauthorized),
                                       {refreshing, refreshing, refreshing, waiting, refreshing, stopped,  gone,    ended,    ended}},
    {"topic_gone", failed(Ending::topic_gone),
                                       {stopped,    stopped,   stopped,    waiting,  refreshing, stopped,  gone,    ended,    ended}},
    {"refused", failed(Ending::refused),
                                       {stopped,    stopped,   stopped,    waiting,  refreshing, stopped,  gone,    ended,    ended}},
    {"token_came", {K::token_came},    {asking,     opening,   following,  asking,   asking,     stopped,  gone,    leaving,  ended}},
    {"no_token_came", {K::no_token_came},
                                       {asking,     opening,   following,  waiting,  stopped,    stopped,  gone,    leaving,  ended}},
    {"pause_over", {K::pause_over},    {asking,     opening,   following,  waiting,  refreshing, stopped,  gone,    leaving,  ended}},
    {"wanted", {K::wanted},            {asking,     opening,   following,  asking,   refreshing, asking,   asking,  leaving,  ended}},
    {"slept", {K::slept},              {asking,     opening,   following,  asking,   refreshing, stopped,  gone,    leaving,  ended}},
    {"restored", {K::restored},        {asking,     opening,   following,  waiting,  refreshing, stopped,  gone,    leaving,  ended}},
    {"grace_over", {K::grace_over},    {asking,     opening,   following,  waiting,  refreshing, stopped,  gone,    leaving,  ended}},
    {"unwanted", {K::unwanted},        {ended,      leaving,   leaving,    ended,    ended,      ended,    ended,   leaving,  ended}},
    {"left", {K::left},                {asking,     opening,   following,  waiting,  refreshing, stopped,  gone,    ended,    ended}},
    // clang-format on
};

TEST(TopicState, FollowsTheTableFromEveryState) {
  for (const Row& row : table)
    for (std::size_t i = 0; i < states.size(); ++i) {
      const Progress before{.state = states[i]};
      EXPECT_EQ(next(before, row.fact, at(0s)).state, row.then[i])
          << row.what << " in state " << i << ": " << name_of(states[i]);
    }
}

TEST(TopicState, TakesATopicThatWasFollowedAndIsGoneForASignOut) {
  for (const TopicState state : {asking, opening, following})
    EXPECT_EQ(next({.state = state, .followed = true}, failed(Ending::topic_gone), at(0s)).state, gone);
}

TEST(TopicState, AsksAgainWhenThePauseIsOverAndNotBefore) {
  const Progress waits = next({}, failed(Ending::lost), at(0s));
  EXPECT_EQ(waits.until, start + 1s);
  EXPECT_EQ(next(waits, {K::pause_over}, at(999ms)).state, waiting);
  EXPECT_EQ(next(waits, {K::pause_over}, at(1s)).state, asking);
}

TEST(TopicState, PausesLongerAfterEachFailure) {
  Progress progress;
  std::vector<Duration> pauses;
  for (int i = 0; i < 8; ++i) {
    progress.state = asking;
    progress = next(progress, failed(Ending::transient), at(0s));
    pauses.push_back(progress.until - start);
  }
  EXPECT_EQ(pauses, (std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}));
}

TEST(TopicState, PausesNotAtAllWhereNothingHasFailed) {
  const Progress progress = next({.attempts = 5}, failed(Ending::lost, End::Pause::none), at(0s));
  EXPECT_EQ(progress.until, start);
  EXPECT_EQ(progress.attempts, 5U);
}

TEST(TopicState, LooksForALostHubSixTimesWithinTheGrace) {
  const Progress lost{.state = asking, .attempts = 6, .followed = true, .lost_at = start};
  EXPECT_EQ(next(lost, failed(Ending::transient), at(1s)).until, start + 11s);
  Progress told = lost;
  told.loss_told = true;
  EXPECT_EQ(next(told, failed(Ending::transient), at(1s)).until, start + 61s);
}

TEST(TopicState, CountsFailuresAnewOnceItHasStoodAMinute) {
  Progress progress{.state = opening, .attempts = 5, .refusals = 1};
  progress = next(progress, {K::confirmed}, at(0s));
  EXPECT_EQ(next(progress, failed(Ending::lost), at(59s)).attempts, 6U);
  EXPECT_EQ(next(progress, failed(Ending::lost), at(60s)).attempts, 1U);
  EXPECT_EQ(next(progress, failed(Ending::unauthorized), at(59s)).state, stopped);
  EXPECT_EQ(next(progress, failed(Ending::unauthorized), at(60s)).state, refreshing);
}

TEST(TopicState, AsksOnceMoreAfterARefusalAndThenStops) {
  Progress progress = next({}, failed(Ending::unauthorized), at(0s));
  progress = next(progress, {K::token_came}, at(1s));
  ASSERT_EQ(progress.state, asking);
  progress = next(progress, failed(Ending::unauthorized), at(2s));
  EXPECT_EQ(progress.state, stopped);
  progress = next(progress, {K::wanted}, at(3s));
  EXPECT_EQ(next(progress, failed(Ending::unauthorized), at(4s)).state, refreshing) << "a launch begins anew";
}

TEST(TopicState, CountsALossFromTheLastConfirmation) {
  Progress progress{.state = opening};
  progress = next(progress, failed(Ending::lost), at(0s));
  EXPECT_EQ(progress.lost_at, std::nullopt) << "what was never followed is not lost";
  progress.state = opening;
  progress = next(progress, {K::confirmed}, at(10s));
  progress = next(progress, failed(Ending::lost), at(20s));
  EXPECT_EQ(progress.lost_at, start + 20s);
  progress.state = asking;
  progress = next(progress, failed(Ending::transient), at(30s));
  EXPECT_EQ(progress.lost_at, start + 20s) << "it stays the same loss";
  progress = next(progress, {K::grace_over}, at(80s));
  EXPECT_TRUE(progress.loss_told);
  progress.state = opening;
  progress = next(progress, {K::confirmed}, at(90s));
  EXPECT_EQ(progress.lost_at, std::nullopt);
  EXPECT_FALSE(progress.loss_told);
}

TEST(TopicState, CountsALossFromARestart) {
  const Progress progress = next({}, {K::restored}, at(5s));
  EXPECT_EQ(progress.lost_at, start + 5s);
  EXPECT_EQ(next({.state = following}, {K::restored}, at(5s)).lost_at, std::nullopt);
}

TEST(TopicState, BeginsWithShortPausesAfterASleep) {
  EXPECT_EQ(next({.state = following, .attempts = 6}, {K::slept}, at(0s)).attempts, 0U);
}

TEST(TopicState, SaysInOneWordHowItIsFollowed) {
  EXPECT_EQ(name_of(asking), "connecting");
  EXPECT_EQ(name_of(opening), "connecting");
  EXPECT_EQ(name_of(refreshing), "waiting");
  EXPECT_EQ(name_of(gone), "stopped");
  EXPECT_EQ(name_of(leaving), "ended");
}

}  // namespace
}  // namespace wardend::fhircast
