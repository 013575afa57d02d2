#include "ipc/client/wardend/client.hpp"

#include <gtest/gtest.h>

#include "tests/unit/client/scripted_broker.hpp"

namespace wardend::client::test {
namespace {

using Kind = Failure::Kind;
using namespace std::chrono_literals;

const auto nothing = nlohmann::json::object();

class ClientCalls : public ::testing::Test {
 protected:
  Client connected() {
    auto made = Client::connect(broker.path());
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  // The kind of failure of a call that is answered with `bytes`.
  Kind failure_of(const std::string& bytes) {
    broker.answer("x.Y", bytes);
    auto client = connected();
    const auto reply = client.call("x.Y", nothing);
    EXPECT_FALSE(reply);
    EXPECT_EQ(client.call("x.Y", nothing).error().kind, Kind::closed) << "of no further use";
    return reply ? Kind::refused : reply.error().kind;
  }
  TemporaryFolder folder;
  ScriptedBroker broker{folder.file("broker")};
};

TEST_F(ClientCalls, SendTheirParametersAndReturnTheReplys) {
  broker.answer("x.Y", reply_frame({{"b", 2}}));
  const auto reply = connected().call("x.Y", {{"a", 1}});
  ASSERT_TRUE(reply);
  EXPECT_EQ(*reply, (nlohmann::json{{"b", 2}}));
  EXPECT_EQ(broker.parameters_of("x.Y"), (nlohmann::json{{"a", 1}}));
}

TEST_F(ClientCalls, FollowOneAnotherOnOneConnection) {
  broker.answer("x.One", reply_frame({{"n", 1}}));
  broker.answer("x.Two", reply_frame({{"n", 2}}));
  auto client = connected();
  EXPECT_EQ(client.call("x.One", nothing).value()["n"], 1);
  EXPECT_EQ(client.call("x.Two", nothing).value()["n"], 2);
}

TEST_F(ClientCalls, TakeAReplyWithoutParametersForAnEmptyOne) {
  broker.answer("x.Y", frame(nothing));
  EXPECT_EQ(connected().call("x.Y", nothing).value(), nothing);
  broker.answer("x.Y", frame({{"parameters", nullptr}}));
  EXPECT_EQ(connected().call("x.Y", nothing).value(), nothing);
}

TEST_F(ClientCalls, TellARefusalsNameAndMembersAndGoOn) {
  broker.answer("x.Y", error_frame("x.No", {{"reason", "because"}}));
  auto client = connected();
  const auto refused = client.call("x.Y", nothing);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::refused);
  EXPECT_EQ(refused.error().error, "x.No");
  EXPECT_EQ(refused.error().parameters_json, R"({"reason":"because"})");
  broker.answer("x.Y", reply_frame(nothing));
  EXPECT_TRUE(client.call("x.Y", nothing));
}

TEST_F(ClientCalls, FailOnWhatIsNotAVarlinkReply) {
  for (const std::string text : {"{", "[]", "3", R"({"parameters":[]})", R"({"error":1})", R"({"continues":1})",
                                 R"({"parameters":{},"parameters":{}})", R"({"continues":true,"parameters":{}})"})
    EXPECT_EQ(failure_of(text + '\0'), Kind::protocol) << text;
}

TEST_F(ClientCalls, NeverQuoteWhatWasReceived) {
  broker.answer("x.Y", std::string(R"({"access_token":"planted)") + '\0');
  EXPECT_EQ(connected().call("x.Y", nothing).error().detail.find("planted"), std::string::npos);
}

TEST_F(ClientCalls, RefuseAReplyThatIsTooLarge) {
  EXPECT_EQ(failure_of(std::string(Client::max_frame_bytes + 65536, 'x')), Kind::protocol);
}

TEST_F(ClientCalls, TakeALargeReplyInPieces) {
  const std::string text(700'000, 'x');
  broker.answer("x.Y", reply_frame({{"text", text}}));
  EXPECT_EQ(connected().call("x.Y", nothing).value()["text"], text);
}

TEST_F(ClientCalls, FailWhenTheBrokerClosesInTheMiddle) {
  broker.answer_and_close("x.Y", R"({"parameters")");
  EXPECT_EQ(connected().call("x.Y", nothing).error().kind, Kind::closed);
}

TEST_F(ClientCalls, GiveUpAtTheirDeadlineAndCloseTheConnection) {
  broker.answer("x.Y", "");
  auto client = connected();
  EXPECT_EQ(client.call("x.Y", nothing, 0ms).error().kind, Kind::timed_out);
  EXPECT_EQ(client.call("x.Y", nothing).error().kind, Kind::closed);
}

TEST_F(ClientCalls, WithMoreHandOverEachReplyUntilTheLast) {
  broker.answer("x.Y", frame({{"parameters", {{"n", 1}}}, {"continues", true}}) +
                           frame({{"parameters", {{"n", 2}}}, {"continues", true}}) + reply_frame({{"n", 3}}));
  std::vector<int> seen;
  const auto ended = connected().call_more("x.Y", nothing, [&](const nlohmann::json& reply) {
    seen.push_back(reply["n"]);
    return true;
  });
  EXPECT_TRUE(ended);
  EXPECT_EQ(seen, (std::vector{1, 2, 3}));
  EXPECT_EQ(broker.calls().front()["more"], true);
}

TEST_F(ClientCalls, WithMoreStopWhenToldTo) {
  broker.answer("x.Y", frame({{"parameters", {{"n", 1}}}, {"continues", true}}) +
                           frame({{"parameters", {{"n", 2}}}, {"continues", true}}));
  int seen = 0;
  auto client = connected();
  EXPECT_TRUE(client.call_more("x.Y", nothing, [&](const nlohmann::json&) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(client.call("x.Y", nothing).error().kind, Kind::closed);
}

TEST_F(ClientCalls, WithMoreTellAnErrorAndAnEnd) {
  const auto first = frame({{"parameters", nothing}, {"continues", true}});
  const auto go_on = [](const nlohmann::json&) { return true; };
  broker.answer("x.Y", first + error_frame("x.No", nothing));
  EXPECT_EQ(connected().call_more("x.Y", nothing, go_on).error().error, "x.No");
  broker.answer_and_close("x.Y", first);
  EXPECT_EQ(connected().call_more("x.Y", nothing, go_on).error().kind, Kind::closed);
}

TEST(ClientConnect, TellsWhyThereIsNoConnection) {
  const TemporaryFolder folder;
  EXPECT_EQ(Client::connect(folder.file("nobody")).error().kind, Kind::unreachable);
  EXPECT_EQ(Client::connect("").error().kind, Kind::unreachable);
  EXPECT_EQ(Client::connect(std::string(200, 'x')).error().kind, Kind::unreachable);
  {
    const ScriptedBroker gone(folder.file("gone"));
  }
  EXPECT_EQ(Client::connect(folder.file("gone")).error().kind, Kind::unreachable);
}

}  // namespace
}  // namespace wardend::client::test
