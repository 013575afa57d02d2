// What is taken back of replies that nobody has read.
#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc::test {
namespace {

using Json = nlohmann::json;

class ServerWipes : public Served {
 public:
  static constexpr std::string_view of_s = R"({"method":"org.wardend.Broker.GetToken","parameters":{"session":"s"}})";
  void wipe(std::string_view session) {
    unsent.take_back([session](std::string_view about) { return about == session; },
                     errors::WorkstationLocked{"locked"});
  }
  // A peer for which several replies wait: the first is half written.
  Peer waiting() {
    fake.token.assign(20'000, 't');
    auto peer = connect(4096);
    std::string calls;
    for (int i = 0; i < 3; ++i) calls += std::string(of_s) + '\0';
    peer.put(calls);
    clock.settle();
    return peer;
  }
};

TEST_F(ServerWipes, CloseAConnectionWithAHalfWrittenSecret) {
  auto peer = waiting();
  wipe("s");
  clock.settle();
  EXPECT_TRUE(peer.closed());
}

// It carries the launch context of a session that is over.
TEST_F(ServerWipes, PutTheErrorInThePlaceOfAnErrorThatNamesTheSession) {
  fake.error = errors::ReauthenticationRequired{
      .session = "s", .reason = std::string(20'000, 'r'), .context = LaunchContext{.patient = "p1"}};
  auto peer = connect(4096);
  for (int i = 0; i < 3; ++i) peer.call("GetSession", {{"session", "another"}});
  clock.settle();
  wipe("s");
  clock.settle();
  EXPECT_TRUE(peer.replies().empty());
  EXPECT_TRUE(peer.closed()) << "the first is half written";
}

TEST_F(ServerWipes, PutTheErrorInThePlaceOfASecretThatHasNotBegun) {
  auto peer = connect(4096);
  std::string calls;
  const std::string describe =
      R"({"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"org.wardend.Broker"}})";
  for (int i = 0; i < 5; ++i) calls += describe + '\0';
  calls += std::string(of_s) + '\0';
  peer.put(calls);
  clock.settle();
  wipe("s");
  std::vector<Json> replies;
  for (int turns = 0; turns < 100 && replies.size() < 6; ++turns) {
    for (auto& reply : peer.replies()) replies.push_back(std::move(reply));
    clock.settle();
  }
  ASSERT_EQ(replies.size(), 6U);
  EXPECT_TRUE(replies[4].contains("parameters"));
  EXPECT_EQ(fake.tokens, 1) << "the token was answered, and its reply wiped";
  EXPECT_EQ(replies[5]["error"], "org.wardend.Broker.WorkstationLocked");
  EXPECT_TRUE(ask(peer, "GetHealth").contains("parameters"));
}

TEST_F(ServerWipes, LeaveOtherTagsAlone) {
  auto peer = waiting();
  wipe("other");
  clock.settle();
  EXPECT_FALSE(peer.closed());
}

}  // namespace
}  // namespace wardend::ipc::test
