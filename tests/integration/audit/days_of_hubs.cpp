// What the EHR's hub tells, and where it fails.
#include "tests/integration/audit/audit_day.hpp"
#include "tests/integration/hub.hpp"

namespace wardend::test {
namespace {

class HubDay {
 public:
  explicit HubDay(AuditDay& day, const std::string& fhircast = "") : day_(day) {
    hub.start();
    offer(hub.url());
    day.settings.fhircast = "enabled = true\n" + fhircast;
    day.start();
  }
  void offer(const std::string& url) const {
    day_.ehr.set("config", {{"token_members", {{"hub.url", url}, {"hub.topic", topic}}}});
  }
  // Until the hub has answered an event, which the trail has before that.
  void tell(const std::string& event, const json& context) const {
    const std::string id = hub.publish(topic, event, context);
    EXPECT_FALSE(hub.acknowledgements(id).empty()) << event << " is not answered";
  }
  void followed() {
    day_.id = day_.site.launched_session();
    day_.expect("a launch, and its hub",
                {"launch/standalone/granted", "patient/check/granted", "fhircast/subscribed/granted"});
  }

 private:
  AuditDay& day_;

 public:
  const std::string topic = "canary-topic-5d1f0a77";
  Hub hub{day_.site};
};

void what_a_hub_tells(AuditDay& day) {
  HubDay hub(day);
  hub.followed();
  hub.hub.send_raw(hub.topic, "[]");
  day.expect("what means nothing", {"fhircast/chatter/granted"});
  hub.tell("Encounter-open", json::array({encounter_entry("E", "B"), patient_entry("A")}));
  day.expect("what contradicts itself", {"fhircast/doubtful/granted"});
  hub.tell("SyncError", json::array());
  day.expect("an app that did not follow", {"fhircast/sync_error/granted"});
  const json event = {{"hub.topic", "somebody-elses"}, {"hub.event", "userLogout"}};
  hub.hub.send_raw(hub.topic, json({{"id", "x-2"}, {"event", event}}).dump());
  day.expect("a sign-out of somebody else", {"fhircast/other_topic/granted"});
  hub.tell("UserHibernate", json::array());
  day.expect("the EHR locked", with_end({"fhircast/user_hibernate/granted", "clear/login_session/granted"}));
  EXPECT_EQ(day.entry("clear").value("reason", ""), "fhircast_hibernate");
}

void a_sign_out_at_the_ehr(AuditDay& day) {
  HubDay hub(day);
  hub.followed();
  hub.tell("UserLogout", json::array());
  day.expect("the user signed out", with_end({"fhircast/user_logout/granted", "clear/login_session/granted"}));
  EXPECT_EQ(day.entry("clear").value("reason", ""), "fhircast_logout");
}

void hubs_that_fail(AuditDay& day) {
  HubDay hub(day, "loss_grace = \"1s\"\non_loss = \"degrade\"\n");
  hub.hub.mode({{"subscribe_status", 404}});
  day.id = day.site.launched_session();
  day.expect("a hub that gives no subscription",
             {"launch/standalone/granted", "patient/check/granted", "fhircast/subscription_ended/granted"});
  EXPECT_EQ(day.app("EndSession", {{"session", day.id}}), "ok");
  day.expect("an end", with_end({}));
  hub.hub.mode({{"subscribe_status", 0}});
  hub.followed();
  hub.hub.stop();
  day.expect("a hub that is gone", {"fhircast/subscription_ended/granted"});
  day.expect("and cannot be reached within loss_grace",
             {"fhircast/channel_lost/granted", "fhircast/subscription_ended/granted"});
  hub.offer("http://ehr.example.org/hub");
  EXPECT_EQ(day.app("EndSession", {{"session", day.id}}), "ok");
  day.expect("an end", with_end({}));
  static_cast<void>(day.site.launched_session());
  day.expect("a hub elsewhere", {"launch/standalone/granted", "patient/check/granted", "fhircast/hub_refused/denied"});
}

void an_override(AuditDay& day) {
  day.settings.app = "break_glass = true\n";
  HubDay hub(day);
  hub.followed();
  hub.tell("Encounter-open", json::array({encounter_entry("E", "B"), patient_entry("A")}));
  day.expect("nobody knows whom the EHR shows", {"fhircast/doubtful/granted"});
  const json question = creation(day.id, observation("patient-1"), {{"override_reason", "cardiac arrest"}});
  EXPECT_EQ(day.authorized(question), "permitted") << day.told;
  day.expect("a write in spite of that", {"write/create/granted"});
  EXPECT_EQ(day.entry("write").value("reason", ""), "emergency_override");
  EXPECT_TRUE(day.entry("write").value("detail", "").contains("cardiac arrest")) << day.last;
}

}  // namespace

std::vector<Day> days_of_hubs() {
  using enum AuditAct;
  return {
      {"WhatAHubTells",
       what_a_hub_tells,
       {fhircast_subscribed, fhircast_chatter, fhircast_doubtful, fhircast_sync_error, fhircast_other_topic,
        fhircast_user_hibernate}},
      {"ASignOutAtTheEhr", a_sign_out_at_the_ehr, {fhircast_user_logout, clear_login_session}},
      {"HubsThatFail", hubs_that_fail, {fhircast_subscription_ended, fhircast_channel_lost, fhircast_hub_refused}},
      {"AnOverride", an_override, {write_create}},
  };
}

}  // namespace wardend::test
