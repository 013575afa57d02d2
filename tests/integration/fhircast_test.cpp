// What the EHR shows, as its hub tells it: seen beside the token's patient, which it never changes.
#include <algorithm>

#include "base/encoding.hpp"
#include "tests/integration/hub.hpp"

namespace wardend::test {
namespace {

class Fhircast : public Followed {};

TEST_F(Fhircast, AsksForWhatItNeedsAndAnswersEveryEventWithANumber) {
  const std::string id = follow();
  const auto asked = hub.log("subscribe");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].value("topic", ""), topic);
  const std::string events = asked[0].value("events", "");
  for (const char* event :
       {"Patient-open", "Patient-close", "Encounter-open", "UserLogout", "UserHibernate", "SyncError"})
    EXPECT_TRUE(events.contains(event)) << events;
  auto fields = asked[0].at("fields").get<std::vector<std::string>>();
  std::ranges::sort(fields);
  EXPECT_EQ(std::ranges::adjacent_find(fields), fields.end()) << "each field at most once";
  EXPECT_LE(std::stoi(asked[0].value("lease", "0")), 300) << "the token's life";
  ASSERT_EQ(answer({{"session", id}}), "token");
  EXPECT_EQ(asked[0].value("bearer_sha256", ""), hex(sha256(reply.value("access_token", ""))));

  const std::string event = open("A");
  const auto answers = hub.acknowledgements(event);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].at("status").is_number_integer());
  EXPECT_TRUE(answers[0].value("known", false)) << "the id as it came";
  EXPECT_TRUE(shows(id, "known", "A"));
}

TEST_F(Fhircast, KnowsWhatWasOpenBeforeItCameHoweverOldThatIs) {
  hub.publish(topic, "Patient-open", json::array({patient_entry("A")}), {{"timestamp", "2026-01-01T00:00:00Z"}});
  hub.publish(topic, "Encounter-open", json::array({encounter_entry("E", "A"), patient_entry("A")}),
              {{"timestamp", "2026-01-01T00:00:01Z"}});
  const std::string id = follow();
  EXPECT_TRUE(eventually([&] { return on_screen(id).value("encounter", json()) == "E"; })) << on_screen(id);
  EXPECT_EQ(on_screen(id).value("patient", ""), "A");
}

TEST_F(Fhircast, IsUnknownUntilTheHubHasSaidSomething) {
  hub.mode({{"confirm_delay_ms", 1500}});
  offer();
  start(following());
  const std::string id = site.launched_session();
  EXPECT_EQ(on_screen(id).value("state", ""), "unknown");
  EXPECT_TRUE(followed());
  EXPECT_EQ(on_screen(id).value("state", ""), "unknown");
  EXPECT_TRUE(shows(id, "none"));
}

TEST_F(Fhircast, SaysSoWhereTheHubGrantsNoSignOut) {
  hub.mode({{"confirm", "none"}});
  offer();
  start(following());
  const std::string id = site.launched_session();
  ASSERT_TRUE(eventually([&] { return hub.count("upgrade") == 1; }));
  hub.send_raw(topic, json({{"hub.mode", "subscribe"},
                            {"hub.topic", topic},
                            {"hub.events", "Patient-open,Patient-close,SyncError"},
                            {"hub.lease_seconds", 60}})
                          .dump());
  EXPECT_TRUE(followed());
  EXPECT_TRUE(logged({"warn", "UserLogout"})) << site.wardend().output();
  EXPECT_TRUE(audited({R"("kind":"fhircast")", "no_lock_signal"}));
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
}

TEST_F(Fhircast, TakesATimeThatCannotBeReadAndANameInAnyCase) {
  const std::string id = follow();
  tell("Patient-open", json::array({patient_entry("A")}), {{"timestamp", "soon"}});
  EXPECT_TRUE(shows(id, "known", "A"));
  tell("pAtIeNt-OpEn", json::array({patient_entry("B")}));
  EXPECT_TRUE(shows(id, "known", "B"));
}

TEST_F(Fhircast, DiscardsWhatCameBeforeWhatIsOlderAndWhatIsOfAnotherTopic) {
  const std::string id = follow();
  const std::string first = open("A");
  open("B");
  hub.publish(topic, "Patient-open", json::array({patient_entry("A")}), {{"id", first}, {"times", 2}});
  const auto answers = hub.acknowledgements(first, 3);
  EXPECT_EQ(answers.size(), 3U);
  for (const json& line : answers) EXPECT_EQ(line.value("status", 0), 200);
  tell("Patient-open", json::array({patient_entry("C")}), {{"timestamp", "2026-01-01T00:00:00Z"}});
  hub.send_raw(topic, json({{"id", "x-1"},
                            {"timestamp", "2036-01-01T00:00:00Z"},
                            {"event",
                             {{"hub.topic", "somebody-elses"},
                              {"hub.event", "Patient-open"},
                              {"context", json::array({patient_entry("D")})}}}})
                          .dump());
  hub.send_raw(topic,
               json({{"id", "x-2"}, {"event", {{"hub.topic", "somebody-elses"}, {"hub.event", "userLogout"}}}}).dump());
  EXPECT_TRUE(audited({R"("kind":"fhircast")", "other_topic"}));
  open("B");
  EXPECT_TRUE(shows(id, "known", "B"));
  EXPECT_EQ(answer({{"session", id}}), "token");
}

TEST_F(Fhircast, TheLastOneOpenedIsOnScreenAndItsCloseLeavesNobody) {
  const std::string id = follow();
  open("A");
  open("B");
  EXPECT_TRUE(shows(id, "known", "B"));
  tell("Patient-close", json::array({patient_entry("B")}));
  EXPECT_TRUE(shows(id, "none"));
  tell("Patient-close", json::array({patient_entry("A")}));
  EXPECT_TRUE(shows(id, "none"));
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
  tell("Home-open", json::array());
  EXPECT_TRUE(shows(id, "none"));
}

TEST_F(Fhircast, AnEncounterBringsItsPatient) {
  const std::string id = follow();
  tell("Encounter-open", json::array({encounter_entry("E", "A"), patient_entry("A")}));
  EXPECT_TRUE(shows(id, "known", "A"));
  EXPECT_EQ(on_screen(id).value("encounter", ""), "E");
}

TEST_F(Fhircast, AnEncounterOfSomebodyElseIsRefusedAndLeavesItUnknown) {
  const std::string id = follow();
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
  tell("Encounter-open", json::array({encounter_entry("E", "B"), patient_entry("A")}), json::object(), 202);
  EXPECT_TRUE(shows(id, "unknown"));
  EXPECT_TRUE(audited({R"("kind":"fhircast")", "doubtful", "other_subject"}));
}

TEST_F(Fhircast, ChatterMeansNothing) {
  const std::string id = follow();
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
  for (const std::string text : {"[]", "ping", "{\"ok\":true}", R"({"id":"first","status":"200"})"})
    hub.send_raw(topic, text);
  EXPECT_TRUE(eventually([&] { return site.audited({R"("kind":"fhircast")", "chatter"}); }));
  EXPECT_TRUE(shows(id, "known", "A"));
}

TEST_F(Fhircast, IsUnknownAfterASyncErrorUntilTheNextOpen) {
  const std::string id = follow();
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
  tell("SyncError", json::array());
  EXPECT_TRUE(shows(id, "unknown"));
  tell("Patient-open", json::array({patient_entry("A")}), {{"timestamp", "2026-01-01T00:00:00Z"}});
  EXPECT_EQ(on_screen(id).value("state", ""), "unknown") << "an older one proves nothing";
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
}

TEST_F(Fhircast, TheTokensPatientNeverFollowsTheScreen) {
  const std::string id = follow();
  ASSERT_EQ(answer({{"session", id}}), "token");
  const json before = reply.at("context");
  open("somebody-else");
  EXPECT_TRUE(shows(id, "known", "somebody-else"));
  EXPECT_EQ(session(id).at("context"), before);
  ASSERT_EQ(answer({{"session", id}}), "token");
  EXPECT_EQ(reply.at("context"), before);
}

TEST_F(Fhircast, TellsAppsThatWatchWhatIsOnScreenNow) {
  const std::string id = follow();
  EXPECT_TRUE(shows(id, "none"));
  const json event = heard("context_changed", [&] { open("A"); });
  ASSERT_TRUE(event.is_object());
  EXPECT_EQ(event.value("session", ""), id);
  EXPECT_EQ(event.value("/on_screen/state"_json_pointer, ""), "known");
  EXPECT_EQ(event.value("/on_screen/patient"_json_pointer, ""), "A");
}

TEST_F(Fhircast, ReadsMessagesInPiecesInBurstsAndAnswersPings) {
  const std::string id = follow();
  tell("Patient-open", json::array({patient_entry("A")}), {{"fragment", 5}});
  EXPECT_TRUE(shows(id, "known", "A"));
  hub.control("ping");
  EXPECT_TRUE(eventually([&] { return hub.count("pong") >= 1; }));
  hub.control("burst", {{"topic", topic}, {"n", 300}});
  EXPECT_TRUE(shows(id, "known", "b299"));
  EXPECT_TRUE(eventually([&] { return hub.count("ack") >= 301; }));
}

TEST_F(Fhircast, TheTopicAndTheSocketsAddressAreToldToNobody) {
  const std::string id = follow();
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
  std::vector<std::string> secrets = {topic, hub.subscriptions().at(0).value("id", "")};
  hub.send_raw(topic, "{\"" + topic);
  hub.send_raw(topic, json({{"hub.mode", "denied"}, {"hub.topic", topic}, {"hub.reason", "no more " + topic}}).dump());
  hub.control("close", {{"how", "drop"}});
  EXPECT_TRUE(eventually([&] { return hub.count("subscribe") >= 2; }));
  EXPECT_TRUE(followed());
  secrets.push_back(hub.subscriptions().back().value("id", ""));
  std::string told = session(id).dump() + ask(broker(), "Broker.ListSessions").dump() + site.metrics() +
                     site.wardctl({"--json", "status"}).out + site.wardctl({"status"}).out;
  EXPECT_EQ(answer({{"session", id}}), "token");
  told += reply.dump();
  EXPECT_EQ(site.stop(), 0);
  told += site.wardend().output() + run({{"cat", site.audit()}}).out;
  for (const std::string& secret : secrets) EXPECT_FALSE(told.contains(secret)) << secret;
  EXPECT_TRUE(told.contains("fhircast"));
}

TEST_F(Fhircast, IsNotFollowedWhereTheServerIsNotConfiguredForIt) {
  offer();
  start();
  const std::string id = site.launched_session();
  EXPECT_EQ(on_screen(id).value("state", ""), "not_followed");
  EXPECT_EQ(hub.count("subscribe"), 0U);
}

TEST_F(Fhircast, IsNotFollowedWithoutATopic) {
  ehr.set("config", {{"token_members", {{"hub.url", hub.url()}}}});
  start(following());
  const std::string id = site.launched_session();
  EXPECT_EQ(on_screen(id).value("state", ""), "not_followed");
  EXPECT_EQ(hub.count("subscribe"), 0U);
}

}  // namespace
}  // namespace wardend::test
