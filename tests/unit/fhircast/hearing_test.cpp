#include "daemon/fhircast/hearing.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/fake_hub.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::fhircast {
namespace {

struct Ear {
  Heard hear(std::string_view text) {
    Incoming message(topic);
    message.take(Secret(text));
    return hearing.take(message, topic);
  }
  static std::string event(const std::string& name, const std::string& context = "", const std::string& of = "t1") {
    return R"({"timestamp":"2027-01-15T08:00:00Z","id":"e-1","event":{"hub.topic":")" + of + R"(","hub.event":")" +
           name + R"(","context":[)" + context + "]}}";
  }
  static int status_in(const Heard& heard) {
    return heard.answer ? nlohmann::json::parse(*heard.answer)["status"].get<int>() : 0;
  }
  asio::io_context loop;
  test::VirtualClock clock{loop};
  test::FakeAudit audit;
  HubTrail trail{clock, audit, "ehr"};
  Secret topic{"t1"};
  Hearing hearing{clock, trail};
};

TEST(Hearing, AnswersAnEventAndShowsItsPatient) {
  Ear ear;
  const Heard heard = ear.hear(Ear::event("Patient-open", test::FakeHub::patient("p1")));
  EXPECT_EQ(heard.answer, R"({"id":"e-1","status":200})");
  EXPECT_TRUE(heard.changed);
  EXPECT_EQ(ear.hearing.on_screen().patient, "p1");
}

TEST(Hearing, DoubtsTheScreenAfterAMessageThatCannotBeRead) {
  Ear ear;
  ear.hear(Ear::event("Patient-open", test::FakeHub::patient("p1")));
  const Heard heard = ear.hear(R"({"id":"e-2","event":{"hub.topic":"t1"}})");
  EXPECT_TRUE(heard.changed) << "it may have been an open";
  EXPECT_EQ(ear.hearing.on_screen().who, OnScreen::Who::unknown);
  EXPECT_EQ(Ear::status_in(heard), 0) << "nothing is confirmed that was not understood";
}

TEST(Hearing, TellsAConfirmationAndADenial) {
  Ear ear;
  EXPECT_TRUE(ear.hear(R"({"hub.mode":"subscribe","hub.topic":"t1","hub.events":"SyncError"})").confirmation);
  const Heard denied = ear.hear(R"({"hub.mode":"denied","hub.topic":"t1","hub.events":"","hub.reason":"over"})");
  ASSERT_TRUE(denied.denial);
  EXPECT_EQ(denied.denial->reason, "over");
}

TEST(Hearing, RecordsASignOutAndAnswersIt) {
  Ear ear;
  const Heard heard = ear.hear(Ear::event("UserLogout"));
  EXPECT_EQ(Ear::status_in(heard), 200);
  ASSERT_EQ(ear.audit.records.size(), 1U);
  EXPECT_EQ(ear.audit.records[0].action, "user_logout");
  ear.hear("{UserHibernate");
  EXPECT_EQ(ear.audit.records.back().action, "user_hibernate");
  EXPECT_EQ(ear.audit.records.back().detail, "its message cannot be read");
}

TEST(Hearing, FollowsNoSignOutOfAnotherTopic) {
  Ear ear;
  const Heard heard = ear.hear(Ear::event("UserLogout", "", "t2"));
  EXPECT_EQ(Ear::status_in(heard), not_followed);
  EXPECT_FALSE(heard.sign_out);
  EXPECT_EQ(ear.audit.records.back().action, "other_topic");
  EXPECT_EQ(ear.audit.records.back().reason, "user_logout");
}

TEST(Hearing, ReadsAFloodNoFurtherThanItMay) {
  Ear ear;
  int answered = 0;
  for (int i = 0; i < 2000; ++i) answered += ear.hear(Ear::event("SyncError")).answer ? 1 : 0;
  EXPECT_GT(answered, 10);
  EXPECT_LT(answered, 2000);
  EXPECT_EQ(ear.hearing.on_screen().who, OnScreen::Who::unknown);
  EXPECT_EQ(Ear::status_in(ear.hear(Ear::event("UserLogout"))), 200) << "a sign-out is answered all the same";
}

TEST(Hearing, TakesNoMessageThatIsTooLarge) {
  Ear ear;
  ear.hear(Ear::event("Patient-open", test::FakeHub::patient("p1")));
  EXPECT_TRUE(ear.hear(std::string(max_message + 1, ' ')).changed);
  EXPECT_EQ(ear.hearing.on_screen().who, OnScreen::Who::unknown);
}

}  // namespace
}  // namespace wardend::fhircast
