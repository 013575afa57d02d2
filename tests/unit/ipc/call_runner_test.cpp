// What goes back to a caller: the interface's errors with their members, and streams of replies.
#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc::test {
namespace {

using Json = nlohmann::json;

class ServerErrors : public Served {
 public:
  Json failing(Error error) {
    if (!peer) peer.emplace(connect());
    fake.error = std::move(error);
    return ask(*peer, "GetSession", {{"session", "s"}});
  }
  std::optional<Peer> peer;
};

TEST_F(ServerErrors, CarryTheMembersThatTheInterfaceDeclares) {
  const WallTime at{std::chrono::seconds(5)};
  EXPECT_EQ(failing(errors::SessionCleared{.reason = ClearReason::os_lock, .at = at}),
            Json::parse(R"({"error":"org.wardend.Broker.SessionCleared",
                            "parameters":{"reason":"os_lock","at":5}})"));
  EXPECT_EQ(failing(errors::ReauthenticationRequired{
                .session = "s",
                .reason = "invalid_grant",
                .context = LaunchContext{.patient = "p", .fhir_context = {R"({"type":"X"})"}}})["parameters"],
            Json::parse(R"({"session":"s","reason":"invalid_grant",
                            "context":{"patient":"p","fhir_context":[{"type":"X"}],"need_patient_banner":true}})"));
  EXPECT_EQ(failing(errors::LaunchFailed{.stage = LaunchStage::token, .code = "x", .description = "y"})["parameters"],
            Json::parse(R"({"stage":"token","code":"x","description":"y"})"));
}

TEST_F(ServerErrors, LeaveOutWhatIsAbsent) {
  EXPECT_EQ(failing(errors::ServerUnavailable{.server = "ehr", .reason = "down"})["parameters"],
            Json::parse(R"({"server":"ehr","reason":"down"})"));
}

TEST_F(ServerErrors, TellTimesInTheUnitsOfTheInterface) {
  EXPECT_EQ(failing(errors::RateLimited{.retry_after_ms = std::chrono::milliseconds(1500),
                                        .reason = "wait"})["parameters"]["retry_after_ms"],
            1500);
  EXPECT_EQ(
      failing(errors::ServerUnavailable{
          .server = "ehr", .reason = "down", .retry_after = std::chrono::minutes(2)})["parameters"]["retry_after"],
      120);
}

class ServerStreams : public Served {
 public:
  Peer monitor() {
    auto peer = connect();
    peer.put_frame({{"method", "org.wardend.Broker.Monitor"}, {"more", true}});
    clock.settle();
    return peer;
  }
};

TEST_F(ServerStreams, SendEachReplyWithContinues) {
  fake.events = 2;
  auto peer = monitor();
  const auto replies = peer.replies();
  ASSERT_EQ(replies.size(), 2U);
  for (const auto& reply : replies) EXPECT_EQ(reply["continues"], true);
  fake.happened.notify_all();
  clock.settle();
  EXPECT_EQ(peer.reply()["parameters"]["event"]["kind"], "app_enabled");
}

TEST_F(ServerStreams, EndWithAnError) {
  auto peer = monitor();
  peer.replies();
  fake.error = errors::SessionCleared{.reason = ClearReason::os_lock, .at = WallTime{}};
  fake.happened.notify_all();
  clock.settle();
  const auto last = peer.reply();
  EXPECT_EQ(last["error"], "org.wardend.Broker.SessionCleared");
  EXPECT_FALSE(last.contains("continues"));
}

TEST_F(ServerStreams, AreCancelledWhenThePeerLeaves) {
  auto peer = monitor();
  peer.leave();
  clock.settle();
  EXPECT_EQ(fake.cancelled, 1);
  EXPECT_EQ(server->counters().connections, 0U);
}

TEST_F(ServerStreams, DoNotGrowBehindAReaderThatStops) {
  fake.events = 1'000'000;
  auto peer = monitor();
  clock.advance(6s);
  EXPECT_EQ(rejected(Rejection::timeout), 1U);
  EXPECT_EQ(fake.cancelled + fake.stopped, 1);
}

TEST_F(ServerStreams, AnswerOnceWhereAMethodDoesNotStream) {
  auto peer = connect();
  peer.put_frame({{"method", "org.wardend.Broker.GetHealth"}, {"more", true}});
  clock.settle();
  EXPECT_EQ(peer.reply(), Json::parse(R"({"parameters":{"servers":[]}})"));
}

}  // namespace
}  // namespace wardend::ipc::test
