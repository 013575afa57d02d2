// What the EHR shows, as apps and operators are told it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/service/office.hpp"

namespace wardend {
namespace {

using test::FakeHub;
using test::json;
using test::Office;
using test::Peer;

// An app's session whose hub is followed.
struct Ward : Office {
  Ward() {
    server().fhircast.enabled = true;
    launches.spawn("follower", follower.run());
    session = &begin_here("s");
    session->hub = oauth::HubOffer{.url = "https://ehr.example.org/hub", .topic = Secret("topic-of-the-user")};
    hub.publish({.kind = events::EventKind::session_started,
                 .at = clock.wall_now(),
                 .session = "s",
                 .app = session->app,
                 .server = "ehr",
                 .epoch = session->epoch});
    clock.advance(10s);
  }
  void open_patient(const std::string& id) {
    fhircast_hub.tell(fhircast_hub.socket(), "event-" + id, "Patient-open", FakeHub::patient(id));
    clock.settle();
  }
  config::Server& server() { return settings->servers.front(); }
  session::Session* session = nullptr;
};

TEST(OnScreen, IsToldBesideTheTokensPatient) {
  Ward ward;
  Peer app = ward.connect_peer();
  json told = ward.call(app, "GetSession", {{"session", "s"}})["parameters"]["session"];
  EXPECT_EQ(told["on_screen"], (json{{"state", "none"}}));
  ward.open_patient("p9");
  told = ward.call(app, "GetSession", {{"session", "s"}})["parameters"]["session"];
  EXPECT_EQ(told["on_screen"], (json{{"state", "known"}, {"patient", "p9"}}));
  EXPECT_EQ(told["context"]["patient"], "p1");
  const json token = ward.call(app, "GetToken");
  EXPECT_EQ(token["parameters"]["context"]["patient"], "p1");
  EXPECT_EQ(token.dump().find("p9"), std::string::npos);
}

TEST(OnScreen, IsNotFollowedWhereNoHubIs) {
  Office office;
  office.begin_here("s");
  Peer app = office.connect_peer();
  const json told = office.call(app, "GetSession", {{"session", "s"}})["parameters"]["session"];
  EXPECT_EQ(told["on_screen"], (json{{"state", "not_followed"}}));
}

TEST(OnScreen, ReachesThoseWhoWatchAndBringsNoLaunchContext) {
  Ward ward;
  Peer app = ward.connect_peer();
  app.put_frame({{"method", "org.wardend.Broker.Monitor"}, {"parameters", json::object()}, {"more", true}});
  ward.clock.settle();
  const auto first = app.replies();
  ASSERT_FALSE(first.empty());
  EXPECT_EQ(first[0]["parameters"]["event"]["on_screen"]["state"], "none");
  ward.open_patient("p9");
  const auto replies = app.replies();
  ASSERT_EQ(replies.size(), 1U);
  const json& event = replies[0]["parameters"]["event"];
  EXPECT_EQ(event["kind"], "context_changed");
  EXPECT_EQ(event["session"], "s");
  EXPECT_EQ(event["on_screen"], (json{{"state", "known"}, {"patient", "p9"}}));
  EXPECT_FALSE(event.contains("context"));
}

TEST(OnScreen, IsNoMatterOfOtherApps) {
  Ward ward;
  ward.session->app = "another-app";
  Peer app = ward.connect_peer();
  app.put_frame({{"method", "org.wardend.Broker.Monitor"}, {"parameters", json::object()}, {"more", true}});
  ward.clock.settle();
  static_cast<void>(app.replies());
  ward.open_patient("p9");
  EXPECT_TRUE(app.replies().empty());
}

TEST(OnScreen, AppearsInStatusWithoutPatientTopicOrAddress) {
  Ward ward;
  ward.open_patient("p9");
  test::Client root = ward.connect(test::in_system_unit(0, "x.service"));
  const auto status = ward.ask(ward.control.status(root.call, {}));
  ASSERT_TRUE(status && status->hubs);
  ASSERT_EQ(status->hubs->size(), 1U);
  const auto& row = status->hubs->front();
  EXPECT_EQ(row.server, "ehr");
  EXPECT_EQ(row.state, ipc::control::HubRowState::following);
  EXPECT_EQ(row.sessions, 1);
  EXPECT_EQ(row.tells_of_locks, true);
  EXPECT_EQ(row.trouble, std::nullopt);
}

}  // namespace
}  // namespace wardend
