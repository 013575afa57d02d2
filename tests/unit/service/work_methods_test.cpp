// ParkWork and ResumeWork over the real server: who may, what the wire says, and what a reply that never left means.
#include <gtest/gtest.h>

#include "tests/unit/service/office.hpp"

namespace wardend {
namespace {

using test::error_of;
using test::json;
using test::Office;
using test::Peer;

struct Ward : Office {
  session::Session& sign_in(const std::string& id, const std::string& subject = "u1") {
    session::Session& session = begin_here(id);
    session.user = {.fhir_user = {}, .subject = subject, .issuer = "https://ehr.example.org"};
    return session;
  }
  json park(Peer& peer, const std::string& session, const std::string& data = "half a note") {
    return call(peer, "ParkWork", {{"session", session}, {"label", "note"}, {"data", data}});
  }
  json resume(Peer& peer, const std::string& session) { return call(peer, "ResumeWork", {{"session", session}}); }
  void lock() { clearing.clear_login_session(home, {ClearReason::ehr_lock, ""}); }
  [[nodiscard]] std::vector<AuditRecord> trail() const {
    std::vector<AuditRecord> records;
    for (const AuditRecord& record : audit.records)
      if (record.kind == AuditKind::work) records.push_back(record);
    return records;
  }
};

const json nothing = {{"items", json::array()}};

TEST(BrokerWork, ComesBackOnceToTheSameUserAfterALockAndANewLaunch) {
  Ward ward;
  ward.sign_in("s");
  Peer peer = ward.connect_peer();
  const std::int64_t now = ward.wall();
  const json parked = ward.park(peer, "s");
  EXPECT_EQ(parked["parameters"]["expires_at"], now + 1800) << parked.dump();
  ward.lock();
  static_cast<void>(ward.workstation.prove_presence(ward.home, workstation::EhrLaunch{}));
  ward.sign_in("t");
  Peer again = ward.connect_peer();
  const json resumed = ward.resume(again, "t");
  EXPECT_EQ(resumed["parameters"],
            (json{{"items", {{{"label", "note"}, {"data", "half a note"}, {"parked_at", now}}}}}));
  EXPECT_EQ(ward.parking.size(), 0U) << "the reply was written";
  EXPECT_EQ(ward.resume(again, "t")["parameters"], nothing);
}

TEST(BrokerWork, IsNotThereForTheNextUserAndLooksLikeNothingParked) {
  Ward ward;
  ward.sign_in("s");
  Peer peer = ward.connect_peer();
  ward.park(peer, "s");
  ward.lock();
  static_cast<void>(ward.workstation.prove_presence(ward.home, workstation::EhrLaunch{}));
  ward.sign_in("t", "u2");
  Peer again = ward.connect_peer();
  EXPECT_EQ(ward.resume(again, "t")["parameters"], nothing);
  EXPECT_EQ(error_of(ward.resume(again, "s")), "SessionCleared");
  EXPECT_EQ(ward.parking.size(), 1U);
}

TEST(BrokerWork, WhileHeldIsTakenFromTheProcessThatHadATokenAndGivenToNobody) {
  Ward ward;
  ward.sign_in("s");
  ward.sign_in("unheld");
  Peer peer = ward.connect_peer();
  ASSERT_TRUE(ward.call(peer, "GetToken", {{"session", "s"}}).contains("parameters"));
  ward.lock();
  Peer again = ward.connect_peer();
  EXPECT_TRUE(ward.park(peer, "s").contains("parameters")) << "on the old connection";
  EXPECT_TRUE(ward.park(again, "s").contains("parameters")) << "and on a new one";
  EXPECT_EQ(error_of(ward.park(again, "unheld")), "SessionCleared") << "this process had no token of it";
  EXPECT_EQ(error_of(ward.resume(again, "s")), "WorkstationLocked");
  ward.clock.advance(1min);
  EXPECT_EQ(error_of(ward.park(again, "s")), "SessionCleared");
  EXPECT_EQ(ward.parking.size(), 2U);
}

TEST(BrokerWork, WhileLockedALiveSessionStillParks) {
  Ward ward;
  ward.sign_in("s");
  Peer peer = ward.connect_peer();
  ward.logind.is_live = false;
  EXPECT_EQ(error_of(ward.call(peer, "GetToken", {{"session", "s"}})), "WorkstationLocked");
  EXPECT_TRUE(ward.park(peer, "s").contains("parameters"));
}

TEST(BrokerWork, OfSomebodyElsesSessionIsUnknown) {
  Ward ward;
  ward.sign_in("foreign").uid = ::getuid() + 1;
  Peer peer = ward.connect_peer();
  EXPECT_EQ(error_of(ward.park(peer, "foreign")), "UnknownSession");
  EXPECT_EQ(error_of(ward.park(peer, "none")), "UnknownSession");
  EXPECT_EQ(error_of(ward.resume(peer, "foreign")), "UnknownSession");
}

TEST(BrokerWork, SaysWhichLimitWasReachedAndWhatABindingLacks) {
  Ward ward;
  session::Session& session = ward.sign_in("s");
  Peer peer = ward.connect_peer();
  const json large = ward.park(peer, "s", std::string(65537, 'x'));
  EXPECT_EQ(error_of(large), "TooLarge");
  EXPECT_EQ(large["parameters"]["limit"], 65536);
  session.user = {};
  const json nameless = ward.park(peer, "s");
  EXPECT_EQ(error_of(nameless), "InvalidRequest");
  EXPECT_EQ(nameless["parameters"]["field"], "session");
  session.context.patient.reset();
  EXPECT_EQ(error_of(ward.park(peer, "s")), "PatientContextMissing");
  EXPECT_EQ(ward.resume(peer, "s")["parameters"], nothing);
}

TEST(BrokerWork, StaysWhenALockWipesTheReplyBeforeItsReaderHasIt) {
  Ward ward;
  ward.sign_in("s");
  Peer peer = ward.connect_peer();
  for (int i = 0; i < 4; ++i) ward.park(peer, "s", std::string(65536, 'x'));
  peer.call("ResumeWork", {{"session", "s"}});
  ward.clock.settle();
  EXPECT_EQ(ward.parking.size(), 4U) << "the socket is full: the reply is not out";
  ward.lock();
  ward.clock.settle();
  EXPECT_TRUE(peer.closed());
  EXPECT_EQ(ward.parking.size(), 4U);
  static_cast<void>(ward.workstation.prove_presence(ward.home, workstation::EhrLaunch{}));
  ward.sign_in("t");
  Peer again = ward.connect_peer();
  again.call("ResumeWork", {{"session", "t"}});
  std::vector<json> replies;
  for (int turn = 0; turn < 100 && replies.empty(); ++turn) {
    ward.clock.settle();
    replies = again.replies();
  }
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies.front()["parameters"]["items"].size(), 4U);
  ward.clock.settle();
  EXPECT_EQ(ward.parking.size(), 0U);
}

TEST(BrokerWork, StaysWhenTheCallerWantedNoReply) {
  Ward ward;
  ward.sign_in("s");
  Peer peer = ward.connect_peer();
  ward.park(peer, "s");
  peer.put_frame({{"method", "org.wardend.Broker.ResumeWork"}, {"parameters", {{"session", "s"}}}, {"oneway", true}});
  ward.clock.settle();
  EXPECT_EQ(ward.parking.size(), 1U);
}

TEST(BrokerWork, IsAuditedWithoutAWordOfIt) {
  Ward ward;
  ward.sign_in("s");
  Peer peer = ward.connect_peer();
  ward.park(peer, "s", "the secret note");
  ward.resume(peer, "s");
  ward.resume(peer, "s");
  ward.park(peer, "none");
  const auto trail = ward.trail();
  ASSERT_EQ(trail.size(), 3U) << "a look at nothing is no record";
  EXPECT_EQ(trail[0].action, "park");
  EXPECT_EQ(trail[0].outcome, "granted");
  EXPECT_EQ(trail[0].session, "s");
  EXPECT_EQ(trail[0].patient, "p1");
  EXPECT_EQ(trail[0].subject, "u1");
  EXPECT_EQ(trail[0].detail, "15 bytes");
  EXPECT_EQ(trail[1].action, "resume");
  EXPECT_EQ(trail[1].detail, "15 bytes");
  EXPECT_EQ(trail[2].outcome, "denied");
  EXPECT_EQ(trail[2].result, "UnknownSession");
  for (const AuditRecord& record : trail) EXPECT_FALSE((record.detail + record.reason).contains("note"));
}

}  // namespace
}  // namespace wardend
