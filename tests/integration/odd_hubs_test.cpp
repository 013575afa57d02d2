// What hubs say that is not quite FHIRcast: the patient is followed where he stands, and nobody else is told of a
// fault.
#include "tests/integration/hub.hpp"

namespace wardend::test {
namespace {

class OddHubs : public Followed {
 protected:
  // Sends an event as it is; the status that it is answered with.
  json answered(const std::string& id, const std::string& event, const json& context, const json& changes = {}) {
    json message = {{"id", id},
                    {"timestamp", "2036-01-01T00:00:00Z"},
                    {"event", {{"hub.topic", topic}, {"hub.event", event}, {"context", context}}}};
    if (changes.is_object()) message.merge_patch(changes);
    hub.send_raw(topic, message.dump());
    const auto answers = hub.acknowledgements(id);
    return answers.size() == 1 ? answers[0].value("status", json()) : json();
  }
  static json resource(const std::string& key, const std::string& type, const std::string& id) {
    return {{"key", key}, {"resource", {{"resourceType", type}, {"id", id}}}};
  }
};

// C14.11
TEST_F(OddHubs, AConfirmationThatGrantsNothingByNameIsToldAsThat) {
  for (const json& events : {json(""), json(nullptr), json(",")}) {
    SCOPED_TRACE(events);
    hub.mode({{"confirm", "none"}});
    offer();
    start(following());
    const std::string id = site.launched_session();
    ASSERT_TRUE(
        eventually([&] { return !hub.subscriptions().empty() && hub.subscriptions()[0].value("open", false); }));
    hub.send_raw(
        topic,
        json({{"hub.mode", "subscribe"}, {"hub.topic", topic}, {"hub.events", events}, {"hub.lease_seconds", 60}})
            .dump());
    EXPECT_TRUE(followed());
    EXPECT_TRUE(logged({"warn", "the hub does not say what it grants"})) << site.wardend().output();
    EXPECT_FALSE(logged({"grants no UserLogout"}));
    EXPECT_EQ(site.stop(), 0);
    hub.control("reset", json::object());
  }
}

// C20.1
TEST_F(OddHubs, APatientIsFollowedBesideKeysThatAreNotKnown) {
  const std::string id = follow();
  EXPECT_EQ(answered("x-1", "ImagingStudy-open",
                     json::array({patient_entry("A"), resource("imagingstudy", "ImagingStudy", "s")})),
            200);
  EXPECT_TRUE(shows(id, "known", "A")) << on_screen(id);
  EXPECT_EQ(
      answered("x-2", "ImagingStudy-open", json::array({resource("study", "ImagingStudy", "s"), patient_entry("B")}),
               {{"timestamp", "2036-01-01T00:00:01Z"}}),
      200);
  EXPECT_TRUE(shows(id, "known", "B")) << on_screen(id);
  EXPECT_EQ(
      answered("x-3", "Patient-open", json::array({resource("Patient", "Patient", "C"), resource("x", "Basic", "b")}),
               {{"timestamp", "2036-01-01T00:00:02Z"}}),
      200);
  EXPECT_TRUE(shows(id, "known", "C")) << on_screen(id);
}

// C20.2 and its kind: it has neither an event nor the answer to one.
TEST_F(OddHubs, WhatIsNoEventChangesNothing) {
  const std::string id = follow();
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
  const char* table[] = {"null",
                         "true",
                         "42",
                         R"("hello")",
                         "{}",
                         "",
                         " \r\n",
                         R"({"type":"heartbeat","at":1})",
                         R"({"id":7,"status":200})",
                         "<html>"};
  for (const char* text : table) hub.send_raw(topic, text);
  const json status = answered("x-last", "Vendor.special-update", json::array({resource("x", "Basic", "b")}));
  EXPECT_LT(status.is_number() ? status.get<int>() : 500, 300) << "what is not followed is no fault of ours";
  EXPECT_TRUE(shows(id, "known", "A")) << on_screen(id);
}

// C20.4
TEST_F(OddHubs, AnEventThatIsNotOursIsNotAnsweredAsIfItWere) {
  const std::string id = follow();
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
  const json other = {{"event", {{"hub.topic", "somebody-elses"}}}};
  EXPECT_EQ(answered("x-1", "Patient-open", json::array({patient_entry("D")}), other), 202);
  EXPECT_TRUE(shows(id, "known", "A"));
  const json none = {{"event", {{"hub.topic", nullptr}}}};
  EXPECT_EQ(answered("x-2", "Patient-open", json::array({patient_entry("D")}), none), 202);
  EXPECT_TRUE(shows(id, "unknown")) << "it may have been for this one";
  open("A");
  EXPECT_TRUE(shows(id, "known", "A"));
}

}  // namespace
}  // namespace wardend::test
