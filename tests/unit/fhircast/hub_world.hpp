// Sessions, a hub, and what follows it, in virtual time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/session/world.hpp"

namespace wardend::test {

struct HubWorld : World {
  static constexpr const char* hub_url = "https://ehr.example.org/hub";

  FakeHub& fake = fhircast_hub;
  TaskGroup following{loop.get_executor()};

  explicit HubWorld(const FakeVault& left = FakeVault()) : World(left) {
    ehr.token_life = 3600s;
    server().fhircast.enabled = true;
    following.spawn("follower", follower.run());
    clock.settle();
  }
  ~HubWorld() {
    following.cancel();
    clock.settle();
  }

  config::Server& server() { return settings->servers.front(); }

  void publish(events::EventKind kind, const session::Session& session, const std::string& reason = "") {
    hub.publish({.kind = kind,
                 .at = clock.wall_now(),
                 .session = session.id,
                 .app = session.app,
                 .server = session.server,
                 .epoch = session.epoch,
                 .reason = reason});
    clock.settle();
  }
  // A launch whose token response offered a topic.
  session::Session& launch(const std::string& id, const std::string& topic = "t1",
                           const std::string& login_session = "c1", const std::string& url = hub_url) {
    session::Session& session = begin(id, login_session);
    session.hub = oauth::HubOffer{.url = url, .topic = Secret(topic)};
    session_vault.keep(session);
    publish(events::EventKind::session_started, session);
    return session;
  }
  // The same, with the hub's confirmation and the quiet after it.
  session::Session& follow(const std::string& id, const std::string& topic = "t1",
                           const std::string& login_session = "c1") {
    session::Session& session = launch(id, topic, login_session);
    clock.advance(5s);
    EXPECT_EQ(state(), "following");
    return session;
  }
  // Of the one subscription; empty: there is none.
  [[nodiscard]] std::string state() const {
    const auto topics = follower.status();
    return topics.empty() ? "" : std::string(name_of(topics.front().state));
  }
  [[nodiscard]] std::string trouble() const {
    const auto topics = follower.status();
    return topics.empty() ? "" : topics.front().trouble;
  }
  // "unknown", "nobody", a patient, or "" for what is not followed.
  static std::string shown(const session::Session& session) {
    if (!session.on_screen) return "";
    switch (session.on_screen->who) {
      case fhircast::OnScreen::Who::unknown:
        return "unknown";
      case fhircast::OnScreen::Who::nobody:
        return "nobody";
      case fhircast::OnScreen::Who::patient:
        return session.on_screen->patient;
    }
    return "";
  }
  [[nodiscard]] const AuditRecord* audited(const std::string& action) const {
    const auto found = std::ranges::find(audit.records, action, &AuditRecord::action);
    return found == audit.records.end() ? nullptr : &*found;
  }
  [[nodiscard]] std::size_t count_audited(const std::string& action) const {
    return static_cast<std::size_t>(std::ranges::count(audit.records, action, &AuditRecord::action));
  }
};

}  // namespace wardend::test
