#include "protocol/fhircast/subscription.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace wardend::fhircast {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using namespace std::chrono_literals;

const SubscriptionForm form{
    .topic = "t 1", .events = {"Patient-open", "UserLogout"}, .lease = 900s, .subscriber = "wardend"};

std::vector<std::pair<std::string, std::string>> fields(const Secret& body) {
  return parse_form(body.reveal()).value();
}

TEST(FhircastForm, AsksForAWebSocketOnTheTopic) {
  EXPECT_THAT(fields(subscribe_body(form)),
              ElementsAre(Pair("hub.channel.type", "websocket"), Pair("hub.mode", "subscribe"),
                          Pair("hub.topic", "t 1"), Pair("hub.events", "Patient-open,UserLogout"),
                          Pair("hub.lease_seconds", "900"), Pair("subscriber.name", "wardend")));
}

TEST(FhircastForm, RenewsOnTheSocketThatIsOpen) {
  const auto sent = fields(renew_body(form, Secret("wss://hub.example.org/ws/1")));
  EXPECT_THAT(sent, Contains(Pair("hub.mode", "subscribe")));
  EXPECT_THAT(sent, Contains(Pair("hub.channel.endpoint", "wss://hub.example.org/ws/1")));
}

TEST(FhircastForm, LeavesOutWhatIsNotSaid) {
  EXPECT_THAT(fields(subscribe_body({.topic = "t", .events = {"SyncError"}, .subscriber = ""})), SizeIs(4));
}

TEST(FhircastEvents, AreAllAskedForWhereTheTokenSaysNothingOfThem) {
  const auto events = events_to_ask(smart::ScopeSet("launch patient/Observation.rs"));
  EXPECT_THAT(events, SizeIs(12));
  for (const char* event : {"Patient-open", "UserLogout", "UserHibernate", "SyncError"})
    EXPECT_THAT(events, Contains(event));
}

TEST(FhircastEvents, AreThoseThatTheTokenLetsUsRead) {
  EXPECT_THAT(
      events_to_ask(smart::ScopeSet("fhircast/patient-open.read fhircast/UserLogout.* fhircast/SyncError.write")),
      ElementsAre("Patient-open", "UserLogout"));
  EXPECT_THAT(events_to_ask(smart::ScopeSet("fhircast/*.read")), SizeIs(12));
  EXPECT_THAT(events_to_ask(smart::ScopeSet("fhircast/*.*")), SizeIs(12));
  EXPECT_THAT(events_to_ask(smart::ScopeSet("fhircast/Patient-open.write")), IsEmpty());
  EXPECT_THAT(events_to_ask(smart::ScopeSet("fhircast/nonsense")), IsEmpty());
}

TEST(FhircastLease, EndsWithTheTokenAndAfterAnHourAtTheLatest) {
  EXPECT_EQ(lease_to_ask(300s), 300s);
  EXPECT_EQ(lease_to_ask(24h), 3600s);
  EXPECT_EQ(lease_to_ask(0s), 1s);
  EXPECT_EQ(lease_to_ask(-5s), 1s);
}

TEST(FhircastLease, IsRenewedAfterFourFifths) {
  EXPECT_EQ(renew_after(3600s), 48min);
  EXPECT_EQ(renew_after(5s), 4s);
  EXPECT_EQ(renew_after(1s), 1s);
}

TEST(FhircastReconnect, WaitsTwiceAsLongEachTimeUpToAMinute) {
  std::vector<std::chrono::seconds> delays;
  for (unsigned attempt = 0; attempt < 8; ++attempt) delays.push_back(reconnect_delay(attempt));
  EXPECT_THAT(delays, ElementsAre(1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s));
  EXPECT_EQ(reconnect_delay(4'000'000'000U), 60s);
}

}  // namespace
}  // namespace wardend::fhircast
