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
  const auto given = failing(Error{Errc::SessionCleared, ""}.with("reason", "os_lock").with("at", std::int64_t{5}));
  EXPECT_EQ(given, Json::parse(R"({"error":"org.wardend.Broker.SessionCleared",
                                   "parameters":{"reason":"os_lock","at":5}})"));
  EXPECT_EQ(failing(Error{Errc::AmbiguousSession, "several"})["parameters"], Json::parse(R"({"sessions":[]})"));
  EXPECT_EQ(failing(Error{Errc::RateLimited, "wait"})["parameters"],
            Json::parse(R"({"retry_after_ms":0,"reason":"wait"})"));
  EXPECT_EQ(failing(Error{Errc::ServerUnavailable, "down"})["parameters"],
            Json::parse(R"({"server":"","reason":"down"})"));
}

TEST_F(ServerErrors, PutTheDetailWhereTheInterfaceHasAPlaceForIt) {
  EXPECT_EQ(failing(Error{Errc::NotAuthorized, "no rule"})["parameters"]["reason"], "no rule");
  EXPECT_EQ(failing(Error{Errc::NotSupported, "that"})["parameters"]["what"], "that");
  const auto both = failing(Error{Errc::LaunchFailed, "said so"}.with("stage", "token").with("code", "x"));
  EXPECT_EQ(both["parameters"]["description"], "said so");
  EXPECT_EQ(failing(Error{Errc::UnknownApp, "who?"})["parameters"]["reason"], "who?");
  EXPECT_EQ(failing(Error{Errc::AppDisabled, "off"}.with("reason", "recall"))["parameters"]["reason"], "recall");
}

TEST_F(ServerErrors, TakeAnObjectMemberAsJsonText) {
  const auto reply =
      failing(Error{Errc::ReauthenticationRequired, "why"}.with("session", "s").with("context", R"({"patient":"p"})"));
  EXPECT_EQ(reply["parameters"]["context"]["patient"], "p");
  EXPECT_EQ(failing(Error{Errc::ReauthenticationRequired, "why"})["parameters"]["context"], Json::object());
}

TEST_F(ServerErrors, DropMembersThatNobodyDeclared) {
  EXPECT_EQ(failing(Error{Errc::UnknownSession, ""}.with("session", "s1"))["parameters"], Json::object());
}

TEST_F(ServerErrors, BecomeNotSupportedWhenTheInterfaceHasNoSuchError) {
  EXPECT_EQ(failing(Error{Errc::InvalidTarget, "target"})["error"], "org.wardend.Broker.NotSupported");
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
  fake.error = Error{Errc::SessionCleared, "gone"};
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
