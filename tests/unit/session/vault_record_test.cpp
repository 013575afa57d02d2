#include "daemon/session/vault_record.hpp"

#include <gtest/gtest.h>

namespace wardend::session {
namespace {

std::unique_ptr<Session> full() {
  auto session = std::make_unique<Session>(Active{{.access = Secret("at-\x01-token"),
                                                   .refresh = Secret("rt"),
                                                   .obtained_at = BootTime(150s),
                                                   .expires_at = BootTime(450s),
                                                   .generation = 3}});
  session->id = "s1";
  session->app = "vitals";
  session->server = "ehr";
  session->login_session = "c2";
  session->epoch = 7;
  session->uid = 1000;
  session->launcher = {.pid = 42, .birth = "99"};
  session->user = {.fhir_user = "https://ehr/Practitioner/1", .subject = "dr-a", .issuer = "https://ehr"};
  session->context = {.patient = "p1",
                      .encounter = "e1",
                      .fhir_context = {R"({"reference":"ImagingStudy/1"})"},
                      .intent = "order",
                      .need_patient_banner = false,
                      .smart_style_url = "https://ehr/style",
                      .tenant = "t1"};
  session->granted = smart::ScopeSet("patient/Observation.rs openid");
  session->missing = {"patient/Condition.r"};
  session->client = {.identity = {.method = oauth::ClientAuth::private_key_jwt,
                                  .client_id = "vitals-client",
                                  .basic_encoding = oauth::BasicEncoding::raw},
                     .credential = "vitals.jwk"};
  session->terms = "digest";
  session->hub = oauth::HubOffer{.url = "https://ehr/hub", .topic = Secret("t-1")};
  session->started_at = WallTime(std::chrono::seconds(1'800'000'000));
  session->started_boot = BootTime(100s);
  session->last_used = BootTime(160s);
  session->set_plan({.phase = RefreshPlan::Phase::unanswered,
                     .refreshed_at = BootTime(150s),
                     .longest_life = 300s,
                     .failures = 2,
                     .last_failure = "no_reply"});
  return session;
}

TEST(VaultRecord, BringsASessionBackAsItWas) {
  const auto whole = full();
  const Session& before = *whole;
  const auto after = session_from(to_record(before).reveal());
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(after->id, before.id);
  EXPECT_EQ(after->login_session, before.login_session);
  EXPECT_EQ(after->epoch, before.epoch);
  EXPECT_EQ(after->uid, before.uid);
  EXPECT_EQ(after->launcher.pid, 42);
  EXPECT_EQ(after->launcher.birth, "99");
  EXPECT_EQ(after->user.subject, "dr-a");
  EXPECT_EQ(after->user.issuer, "https://ehr");
  EXPECT_EQ(after->user.fhir_user, before.user.fhir_user);
  EXPECT_EQ(after->context, before.context);
  EXPECT_EQ(after->granted.list(), before.granted.list());
  EXPECT_EQ(after->missing, before.missing);
  EXPECT_EQ(after->client.identity.method, oauth::ClientAuth::private_key_jwt);
  EXPECT_EQ(after->client.identity.client_id, "vitals-client");
  EXPECT_EQ(after->client.identity.basic_encoding, oauth::BasicEncoding::raw);
  EXPECT_EQ(after->client.credential, "vitals.jwk");
  EXPECT_EQ(after->terms, "digest");
  ASSERT_TRUE(after->hub);
  EXPECT_EQ(after->hub->url, "https://ehr/hub");
  EXPECT_EQ(after->hub->topic.reveal(), "t-1");
  EXPECT_EQ(after->on_screen, std::nullopt) << "what the EHR showed before a restart is not what it shows";
  EXPECT_EQ(after->started_at, before.started_at);
  EXPECT_EQ(after->started_boot, before.started_boot);
  EXPECT_EQ(after->last_used, before.last_used);
  EXPECT_EQ(after->plan(), before.plan());
  EXPECT_EQ(after->state(), State::active);
  EXPECT_EQ(after->tokens()->access.reveal(), "at-\x01-token");
  EXPECT_EQ(after->tokens()->refresh.reveal(), "rt");
  EXPECT_EQ(after->tokens()->obtained_at, BootTime(150s));
  EXPECT_EQ(after->tokens()->expires_at, BootTime(450s));
  EXPECT_EQ(after->tokens()->generation, 3U);
}

TEST(VaultRecord, KeepsTheStateASessionWasIn) {
  const auto whole = full();
  Session& session = *whole;
  session.begin_refresh();
  EXPECT_EQ(session_from(to_record(session).reveal())->state(), State::refreshing);
  session.end_attempt();
  session.expire();
  const auto expired = session_from(to_record(session).reveal());
  EXPECT_EQ(expired->state(), State::expired);
  EXPECT_TRUE(expired->tokens()->access.empty());
  session.end_grant("invalid_grant");
  EXPECT_EQ(session_from(to_record(session).reveal())->state(), State::reauthentication_required);
}

TEST(VaultRecord, ReadsWhatANewerVersionWroteAndMissesWhatAnOlderDidNot) {
  const auto session = session_from(
      R"({"id":"s","app":"a","server":"e","login_session":"c1","epoch":1,"state":"active","tokens":{"access":"at"},"new":{"x":[1]}})");
  ASSERT_NE(session, nullptr);
  EXPECT_TRUE(session->context.need_patient_banner);
}

TEST(VaultRecord, RefusesWhatIsNoRecord) {
  for (const char* text : {"", "{", "[]", "{}", R"({"id":"s","login_session":"c1","epoch":0,"state":"active"})",
                           R"({"id":"s","login_session":"c1","epoch":1,"state":"cleared"})",
                           R"({"id":"s","login_session":"c1","epoch":1,"state":"active"})"}) {
    EXPECT_EQ(session_from(text), nullptr) << text;
  }
}

}  // namespace
}  // namespace wardend::session
