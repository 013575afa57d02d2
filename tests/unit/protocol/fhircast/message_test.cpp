#include "protocol/fhircast/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::fhircast {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const char* const topic_text = "fdb2f928-5546-4f52-87a0-0648e9ded065";

std::expected<Message, std::string> read(const std::string& text) { return read_message(text, Secret(topic_text)); }

std::string event_named(const std::string& name, const std::string& topic = topic_text) {
  return nlohmann::json{{"timestamp", "2026-01-15T09:31:02.140Z"},
                        {"id", "e-1"},
                        {"event", {{"hub.topic", topic}, {"hub.event", name}, {"context", nlohmann::json::array()}}}}
      .dump();
}

std::string answer(const char* changes) {
  nlohmann::json text = {{"hub.mode", "subscribe"},
                         {"hub.topic", topic_text},
                         {"hub.events", "Patient-open,Patient-close,SyncError"},
                         {"hub.lease_seconds", 3600}};
  text.merge_patch(nlohmann::json::parse(changes));
  return text.dump();
}

Confirmation confirmed(const char* changes) { return std::get<Confirmation>(read(answer(changes)).value()); }

TEST(FhircastMessage, ReadsAConfirmation) {
  const auto confirmation = confirmed("{}");
  EXPECT_THAT(confirmation.events, ElementsAre("Patient-open", "Patient-close", "SyncError"));
  EXPECT_EQ(confirmation.lease, std::chrono::seconds(3600));
  EXPECT_TRUE(confirmation.tells(EventKind::patient_open));
  EXPECT_FALSE(confirmation.tells(EventKind::user_logout));
}

TEST(FhircastMessage, KnowsAGrantedEventInWhateverCaseItIsNamed) {
  const auto confirmation = confirmed(R"({"hub.events": " userlogout , PATIENT-OPEN,, "})");
  EXPECT_THAT(confirmation.events, ElementsAre("userlogout", "PATIENT-OPEN"));
  EXPECT_TRUE(confirmation.tells(EventKind::user_logout));
  EXPECT_TRUE(confirmation.tells(EventKind::patient_open));
}

struct Lease {
  const char* changes;
  std::optional<std::chrono::seconds> lease;
};

TEST(FhircastMessage, TakesALeaseOnlyWhereItIsAPositiveNumber) {
  using std::chrono::seconds;
  for (const auto& row :
       {Lease{R"({"hub.lease_seconds": "900"})", seconds(900)}, Lease{R"({"hub.lease_seconds": 12.9})", seconds(12)},
        Lease{R"({"hub.lease_seconds": 1e99})", seconds(7L * 24 * 3600)},
        Lease{R"({"hub.lease_seconds": 0})", std::nullopt}, Lease{R"({"hub.lease_seconds": -5})", std::nullopt},
        Lease{R"({"hub.lease_seconds": "soon"})", std::nullopt}, Lease{R"({"hub.lease_seconds": null})", std::nullopt}})
    EXPECT_EQ(confirmed(row.changes).lease, row.lease) << row.changes;
}

TEST(FhircastMessage, ReadsADenialWithItsReason) {
  const auto message = read(answer(R"({"hub.mode": "denied", "hub.reason": "session\u0007 ended"})"));
  const auto& denial = std::get<Denial>(message.value());
  EXPECT_EQ(denial.reason, "session ended");
  EXPECT_THAT(denial.events, ElementsAre("Patient-open", "Patient-close", "SyncError"));
}

TEST(FhircastMessage, LetsNoHubBringTheTopicIntoALog) {
  const std::string quoting = std::string("no session ") + topic_text;
  const auto message = read(answer(
      (R"({"hub.mode": "denied", "hub.events": ")" + quoting + R"(", "hub.reason": ")" + quoting + "\"}").c_str()));
  const auto& denial = std::get<Denial>(message.value());
  EXPECT_THAT(denial.reason, Not(HasSubstr(topic_text)));
  EXPECT_THAT(denial.events, ElementsAre(Not(HasSubstr(topic_text))));
  const auto event = read(event_named(quoting));
  EXPECT_THAT(std::get<HubEvent>(event.value()).name, Not(HasSubstr(topic_text)));
}

TEST(FhircastMessage, ReadsAnEvent) {
  const auto message = read(event_named("Home-open"));
  const auto& event = std::get<HubEvent>(message.value());
  EXPECT_EQ(event.id, R"("e-1")");
  EXPECT_EQ(event.kind, EventKind::home_open);
  EXPECT_EQ(event.name, "Home-open");
  EXPECT_EQ(event.timestamp, parse_timestamp("2026-01-15T09:31:02.140Z"));
  EXPECT_EQ(event.fault, ContextFault::none);
}

TEST(FhircastMessage, FollowsNoOtherTopic) {
  for (const std::string topic : {"fdb2f928-5546-4f52-87a0-0648e9ded066", "fdb2f928", "*"}) {
    const auto message = read(event_named("userLogout", topic));
    ASSERT_TRUE(message) << topic;
    const auto* other = std::get_if<OtherTopic>(&*message);
    ASSERT_NE(other, nullptr) << topic;
    EXPECT_EQ(other->kind, EventKind::user_logout);
  }
  for (const char* changes : {R"({"hub.topic": "another"})", R"({"hub.topic": null})", R"({"hub.topic": 7})"})
    EXPECT_TRUE(std::holds_alternative<OtherTopic>(read(answer(changes)).value())) << changes;
}

TEST(FhircastMessage, BelongsToNobodyWithoutATopicOfOurs) {
  const auto message = read_message(event_named("userLogout"), Secret());
  EXPECT_TRUE(std::holds_alternative<OtherTopic>(message.value()));
}

TEST(FhircastMessage, TakesChatterForWhatItIs) {
  for (const char* text : {"", "ping", "[]", "{}", R"({"ok":true})", R"({"id":"first","status":"200"})"}) {
    const auto message = read(text);
    ASSERT_TRUE(message) << text;
    EXPECT_TRUE(std::holds_alternative<Chatter>(*message)) << text;
  }
}

TEST(FhircastMessage, SaysWhyAMessageCannotBeRead) {
  const auto fault = [](const std::string& text) { return read(text).error(); };
  EXPECT_THAT(fault(R"({"hub.mode":"subsc)"), HasSubstr("not valid JSON"));
  EXPECT_THAT(fault(R"({"hub.mode":"unsubscribe"})"), HasSubstr("hub.mode"));
  EXPECT_THAT(fault(R"({"id":"1","event":{}})"), HasSubstr("without a name"));
  EXPECT_THAT(fault(R"({"id":"1","event":[]})"), HasSubstr("without a name"));
  EXPECT_THAT(fault(R"({"id":"1","id":"2","event":{}})"), HasSubstr("the member id is there twice"));
  EXPECT_THAT(fault(std::string(max_message + 1, ' ')), HasSubstr("larger than"));
  EXPECT_THAT(fault(std::string(70, '[')), HasSubstr("nested deeper"));
}

TEST(FhircastMessage, QuotesNothingInItsErrors) {
  for (const std::string& text : {std::string(R"({"hub.mode":"canary-7"})"), std::string(R"({"canary-7)"),
                                  std::string(R"({"id":7,"event":"canary-7"})")})
    EXPECT_THAT(read(text).error(), Not(HasSubstr("canary"))) << text;
}

TEST(FhircastMessage, AnswersWithTheIdAsItCameAndANumber) {
  EXPECT_EQ(acknowledgement(R"("e-1")", 200), R"({"id":"e-1","status":200})");
  EXPECT_EQ(acknowledgement("17", 500), R"({"id":17,"status":500})");
}

struct Id {
  std::string member;
  std::optional<std::string> id;
};

TEST(FhircastMessage, TellsEventsApartByAnyId) {
  for (const auto& row : {Id{R"("id":"e-1",)", R"("e-1")"}, Id{R"("id":1234,)", "1234"}, Id{R"("id":null,)", "null"},
                          Id{R"("id":{"a":[1]},)", R"({"a":[1]})"}, Id{"", std::nullopt},
                          Id{R"("id":")" + std::string(max_event_id, 'x') + "\",", std::nullopt}}) {
    const auto message =
        read("{" + row.member + R"("event":{"hub.topic":")" + topic_text + R"(","hub.event":"Home-open"}})");
    ASSERT_TRUE(message) << row.member << message.error();
    EXPECT_EQ(std::get<HubEvent>(*message).id, row.id) << row.member;
  }
}

TEST(FhircastMessage, BelievesNobodyInAnEventWithoutATopic) {
  for (const std::string topic : {R"("hub.topic":"",)", R"("hub.topic":null,)", R"("hub.topic":7,)", ""}) {
    const auto message = read(
        R"({"id":"e","event":{)" + topic +
        R"("hub.event":"Patient-open","context":[{"key":"patient","resource":{"resourceType":"Patient","id":"p"}}]}})");
    ASSERT_TRUE(message) << topic << message.error();
    EXPECT_EQ(std::get<HubEvent>(*message).fault, ContextFault::no_topic) << topic;
    EXPECT_EQ(std::get<HubEvent>(*message).patient, std::nullopt) << topic;
  }
}

TEST(FhircastMessage, ReadsWhyTheUserLeft) {
  const auto text = [](const std::string& code) {
    return R"({"event":{"context":[{"key":"parameters","resource":{"resourceType":"Parameters","parameter":[
             {"name":"code","valueCoding":{"code":")" +
           code + R"("}},{"name":"hub","valueBoolean":true}]}}]}})";
  };
  EXPECT_EQ(read_leave(text("system-timeout"), EventKind::user_hibernate).code, LeaveCode::system_timeout);
  EXPECT_TRUE(read_leave(text("x"), EventKind::user_hibernate).hub_sleeps);
  EXPECT_EQ(read_leave(text("x"), EventKind::user_hibernate).code, LeaveCode::unknown);
  for (const char* odd : {"", "[]", "{}", R"({"event":[]})", R"({"event":{"context":7}})"})
    EXPECT_EQ(read_leave(odd, EventKind::user_logout).code, LeaveCode::unknown) << odd;
}

}  // namespace
}  // namespace wardend::fhircast
