// org.wardend.Broker.Monitor over the real server and a pair of sockets.
#include <gtest/gtest.h>

#include "tests/unit/service/office.hpp"

namespace wardend {
namespace {

using test::json;
using test::Office;
using test::Peer;

std::vector<std::string> kinds(const std::vector<json>& replies) {
  std::vector<std::string> names;
  for (const json& reply : replies) names.push_back(reply["parameters"]["event"]["kind"]);
  return names;
}
const json monitor = {{"method", "org.wardend.Broker.Monitor"}, {"parameters", json::object()}, {"more", true}};

TEST(BrokerMethods, MonitorTellsThePictureFirstAndThenWhatHappens) {
  Office office;
  office.begin_here("s");
  office.begin_here("foreign").uid = ::getuid() + 1;
  Peer peer = office.connect_peer();
  peer.put_frame(monitor);
  office.clock.settle();
  auto replies = peer.replies();
  ASSERT_EQ(kinds(replies), (std::vector<std::string>{"session_present", "server_health_changed"}));
  EXPECT_EQ(replies[0]["parameters"]["event"]["session"], "s");
  EXPECT_EQ(replies[0]["parameters"]["event"]["context"]["patient"], "p1");
  EXPECT_EQ(replies[1]["parameters"]["event"]["freshness"]["server"], "ehr");
  for (const json& reply : replies) EXPECT_EQ(reply["continues"], true);

  office.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::answered});
  office.clearing.clear_session(*office.store.find("s"), {ClearReason::operator_request, ""});
  office.clock.settle();
  replies = peer.replies();
  ASSERT_EQ(kinds(replies), (std::vector<std::string>{"server_health_changed", "session_cleared"}));
  EXPECT_EQ(replies[1]["parameters"]["event"]["reason"], "operator");
  EXPECT_FALSE(replies[1]["parameters"]["event"].contains("context"));
}

// Forty sessions are more than the socket takes: the clear comes while most of the picture waits for its reader.
TEST(BrokerMethods, AClearTakesThePictureOfItsSessionsBack) {
  Office office;
  for (int i = 0; i < 40; ++i) office.begin_here("s" + std::to_string(i)).context.patient = std::string(2'000, 'p');
  Peer peer = office.connect_peer(4096);
  peer.put_frame(monitor);
  office.clock.settle();
  office.clearing.clear_all({.reason = ClearReason::ehr_lock, .detail = ""});
  office.clock.settle();
  EXPECT_LT(peer.replies().size(), 10U);
  office.clock.advance(1s);
  // What was half written ends the connection; else the clears are told.
  for (const json& reply : peer.replies())
    EXPECT_FALSE(reply["parameters"]["event"].contains("context")) << reply["parameters"]["event"]["kind"];
}

TEST(BrokerMethods, MonitorTellsNothingOfOtherAppsAndOtherEpochs) {
  Office office;
  office.begin_here("mine");
  Peer peer = office.connect_peer();
  peer.put_frame(monitor);
  office.clock.settle();
  static_cast<void>(peer.replies());
  session::Session& other = office.begin_here("other");
  other.app = "another-app";
  office.clearing.clear_session(other, {ClearReason::idle, ""});
  office.begin("elsewhere", "c1");
  office.clearing.clear_session(*office.store.find("elsewhere"), {ClearReason::idle, ""});
  office.clock.settle();
  EXPECT_TRUE(peer.replies().empty());
}

TEST(BrokerMethods, MonitorTellsAnAppWhatItsServerNoLongerDeclares) {
  Office office;
  Peer peer = office.connect_peer();
  peer.put_frame(monitor);
  office.clock.settle();
  static_cast<void>(peer.replies());
  for (const char* app : {"another-app", "vitals"})
    office.hub.publish({.kind = events::EventKind::capabilities_changed, .app = app, .server = "ehr", .reason = "why"});
  office.clock.settle();
  const auto replies = peer.replies();
  ASSERT_EQ(kinds(replies), std::vector<std::string>{"capabilities_changed"});
  const json& event = replies[0]["parameters"]["event"];
  EXPECT_EQ(event["app"], "vitals");
  EXPECT_EQ(event["server"], "ehr");
  EXPECT_EQ(event["reason"], "why");
}

TEST(BrokerMethods, AMonitorThatDoesNotReadIsLetGo) {
  Office office;
  Peer peer = office.connect_peer();
  peer.put_frame(monitor);
  office.clock.settle();
  static_cast<void>(peer.replies());
  for (std::size_t i = 0; i < 2 * events::EventHub::max_queue; ++i)
    office.hub.publish({.kind = events::EventKind::server_health_changed, .server = "ehr"});
  office.clock.settle();
  office.clock.advance(10s);
  EXPECT_TRUE(peer.closed());
}

}  // namespace
}  // namespace wardend
