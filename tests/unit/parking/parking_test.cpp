#include "daemon/parking/parking.hpp"

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using parking::Parking;
using session::Session;
using test::World;

const ProcessId app_process{.pid = 77, .birth = "1"};

struct Desk : World {
  Session& sign_in(const std::string& id, const std::string& subject, const std::string& login_session = "c1") {
    Session& session = begin(id, login_session);
    session.user = {.fhir_user = {}, .subject = subject, .issuer = "https://ehr.example.org"};
    session.launcher = app_process;
    return session;
  }
  Result<BootTime> park(const Session& session, const std::string& data = "half a note",
                        const std::string& label = "note") {
    return parking.park(session, {.label = label, .data = Secret(data)});
  }
  std::vector<std::string> waiting(const Session& session) {
    std::vector<std::string> texts;
    for (const parking::ParkedWork* work : parking.waiting_for(session).works) texts.emplace_back(work->data.reveal());
    return texts;
  }
  void lock(ClearReason reason = ClearReason::os_lock) {
    clearing.must_clear({.reason = reason, .login_session = reason == ClearReason::suspend ? "" : "c1"});
    static_cast<void>(workstation.prove_presence("c1", workstation::EhrLaunch{}));
  }
  [[nodiscard]] std::vector<std::string> recorded(const std::string& action) const {
    std::vector<std::string> reasons;
    for (const AuditRecord& record : audit.records)
      if (record.kind == AuditKind::work && record.action == action) reasons.push_back(record.reason);
    return reasons;
  }
};
using Texts = std::vector<std::string>;

std::int64_t limit_of(const Error& error) { return *test::told<errors::TooLarge>(error).limit; }

TEST(Parking, KeepsWorkForTheNextSessionOfTheSameUserAndPatient) {
  Desk desk;
  ASSERT_TRUE(desk.park(desk.sign_in("s", "u1"), "first"));
  ASSERT_TRUE(desk.park(*desk.store.find("s"), "second"));
  desk.lock();
  EXPECT_EQ(desk.waiting(desk.sign_in("t", "u1")), (Texts{"first", "second"}));
}

struct Stranger {
  const char* name;
  void (*change)(Session&);
};
class ParkingFor : public ::testing::TestWithParam<Stranger> {};
TEST_P(ParkingFor, IsEmptyForAnybodyElse) {
  Desk desk;
  ASSERT_TRUE(desk.park(desk.sign_in("s", "u1")));
  Session& other = desk.sign_in("t", "u1");
  GetParam().change(other);
  EXPECT_EQ(desk.waiting(other), Texts{});
  EXPECT_EQ(desk.waiting(*desk.store.find("s")), Texts{"half a note"}) << "it was not touched either";
}
INSTANTIATE_TEST_SUITE_P(
    Session, ParkingFor,
    ::testing::Values(Stranger{"AnotherSubject", [](Session& s) { s.user.subject = "u2"; }},
                      Stranger{"AnotherIssuer", [](Session& s) { s.user.issuer = "https://other"; }},
                      Stranger{"AnotherPatient", [](Session& s) { s.context.patient = "p2"; }},
                      Stranger{"NoPatient", [](Session& s) { s.context.patient.reset(); }},
                      Stranger{"NoUser", [](Session& s) { s.user = {}; }},
                      Stranger{"AnotherApp", [](Session& s) { s.app = "other"; }},
                      Stranger{"ThatPatientsNameAtAnotherServer", [](Session& s) { s.server = "other"; }}),
    [](const auto& info) { return info.param.name; });

TEST(Parking, WithoutAUserOrAPatientRefusesAndSaysWhatIsMissing) {
  Desk desk;
  Session& session = desk.sign_in("s", "u1");
  session.context.patient.reset();
  auto refused = desk.park(session);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::PatientContextMissing);
  session.context.patient = "p1";
  session.user = {};
  refused = desk.park(session);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::InvalidRequest);
  EXPECT_TRUE(refused.error().detail().contains("openid")) << refused.error().detail();
  EXPECT_EQ(desk.parking.size(), 0U);
}

TEST(Parking, TakesItemsUpToTheLimitsAndNamesTheOneThatIsReached) {
  Desk desk;
  Session& session = desk.sign_in("s", "u1");
  auto refused = desk.park(session, std::string(Parking::max_item + 1, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::TooLarge);
  EXPECT_EQ(limit_of(refused.error()), 65536);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(desk.park(session, std::string(Parking::max_item, 'x')));
  refused = desk.park(session, "x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(limit_of(refused.error()), 262144);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(desk.park(session, ""));
  refused = desk.park(session, "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::TooLarge);
  EXPECT_EQ(limit_of(refused.error()), 8);
}

TEST(Parking, CountsTheItemsOfOneUserSoThatNobodyLearnsOfAnothers) {
  Desk desk;
  Session& session = desk.sign_in("s", "u1");
  for (std::size_t i = 0; i < Parking::max_items; ++i) ASSERT_TRUE(desk.park(session));
  EXPECT_TRUE(desk.park(desk.sign_in("t", "u2")));
  session.context.patient = "p2";
  EXPECT_FALSE(desk.park(session)) << "eight of the app and user, whatever the patient";
}

TEST(Parking, IsBoundedForAllUsersTogether) {
  Desk desk;
  std::size_t taken = 0;
  for (std::size_t user = 0; user < 100; ++user) {
    Session& session = desk.sign_in("s" + std::to_string(user), "u" + std::to_string(user));
    while (desk.park(session, std::string(Parking::max_item, 'x'))) ++taken;
  }
  EXPECT_EQ(taken * Parking::max_item, Parking::max_bytes_in_all);
}

TEST(Parking, TakesOnlyLabelsThatCanBeShown) {
  Desk desk;
  Session& session = desk.sign_in("s", "u1");
  EXPECT_TRUE(desk.park(session, "d", "Verlauf · 07:30"));
  EXPECT_TRUE(desk.park(session, "d", std::string(128, 'l')));
  for (const std::string& label : {std::string(129, 'l'), std::string("two\nlines"), std::string("bell\a")}) {
    const auto refused = desk.park(session, "d", label);
    ASSERT_FALSE(refused) << label;
    EXPECT_EQ(refused.error().code(), Errc::InvalidRequest);
  }
}

TEST(Parking, EndsAtParkTtlToTheMomentAndSaysSo) {
  Desk desk;
  Session& session = desk.sign_in("s", "u1");
  const auto end = desk.park(session);
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, desk.clock.now() + 30min);
  desk.clock.advance(30min - 1s);
  EXPECT_EQ(desk.parking.size(), 1U);
  EXPECT_EQ(desk.vault.count(Vault::Kind::parked_work), 1U);
  desk.clock.advance(1s);
  EXPECT_EQ(desk.parking.size(), 0U);
  EXPECT_EQ(desk.vault.count(Vault::Kind::parked_work), 0U);
  EXPECT_EQ(desk.recorded("expire"), Texts{"park_ttl"});
}

TEST(Parking, GoesWhenTheAppHasIt) {
  Desk desk;
  Session& session = desk.sign_in("s", "u1");
  ASSERT_TRUE(desk.park(session, "one"));
  const auto waiting = desk.parking.waiting_for(session).ids;
  ASSERT_TRUE(desk.park(session, "two"));
  EXPECT_EQ(desk.waiting(session), (Texts{"one", "two"})) << "a look takes nothing";
  desk.parking.taken(waiting);
  desk.parking.taken(waiting);
  EXPECT_EQ(desk.waiting(session), Texts{"two"});
  EXPECT_EQ(desk.vault.count(Vault::Kind::parked_work), 1U);
}

struct Late {
  const char* name;
  ProcessId process;
  Duration after;
  ClearReason reason;
  bool taken;
};
class ParkingAfterAClear : public ::testing::TestWithParam<Late> {};
TEST_P(ParkingAfterAClear, ByTheTable) {
  Desk desk;
  Session& session = desk.sign_in("s", "u1");
  session.held_by({.pid = 78, .birth = "2"});
  desk.lock(GetParam().reason);
  desk.clock.advance(GetParam().after);
  EXPECT_EQ(desk.parking.in_grace("s", GetParam().process), GetParam().taken);
  if (!GetParam().taken) return;
  ASSERT_TRUE(desk.park(session));
  EXPECT_FALSE(session.context.patient) << "the session itself stays wiped";
  EXPECT_EQ(desk.waiting(session), Texts{}) << "nothing comes back to a cleared session";
  EXPECT_EQ(desk.waiting(desk.sign_in("other", "u2")), Texts{});
  EXPECT_EQ(desk.waiting(desk.sign_in("same", "u1")), Texts{"half a note"});
}
INSTANTIATE_TEST_SUITE_P(Session, ParkingAfterAClear,
                         ::testing::Values(Late{"TheLauncher", app_process, 59s, ClearReason::os_lock, true},
                                           Late{"AProcessThatHadAToken", {78, "2"}, 1s, ClearReason::ehr_lock, true},
                                           Late{"AfterAMinute", app_process, 60s, ClearReason::os_lock, false},
                                           Late{"AnotherProcess", {79, "1"}, 1s, ClearReason::os_lock, false},
                                           Late{"ItsNumberGivenToAnother", {77, "2"}, 1s, ClearReason::os_lock, false},
                                           Late{"NoProcessAtAll", {0, ""}, 1s, ClearReason::os_lock, false},
                                           Late{"AfterASuspend", app_process, 1s, ClearReason::suspend, false}),
                         [](const auto& info) { return info.param.name; });

TEST(Parking, RemembersNothingOfASessionThatNobodyCouldParkFor) {
  Desk desk;
  Session& nameless = desk.sign_in("s", "u1");
  nameless.user = {};
  Session& unheld = desk.sign_in("t", "u1");
  unheld.launcher = {};
  desk.lock();
  EXPECT_FALSE(desk.parking.in_grace("s", app_process));
  EXPECT_FALSE(desk.parking.in_grace("t", ProcessId{}));
}

TEST(Parking, OutlivesALockAndARestart) {
  Desk desk;
  ASSERT_TRUE(desk.park(desk.sign_in("s", "u1"), "mine"));
  desk.lock();
  Desk after;
  desk.vault.each([&](Vault::RecordId, Vault::Kind kind, std::string_view bytes) {
    ASSERT_NE(after.vault.put(0, kind, bytes), 0U);
  });
  after.clock.advance(29min);
  after.parking.restore();
  EXPECT_EQ(after.waiting(after.sign_in("other", "u2")), Texts{});
  EXPECT_EQ(after.waiting(after.sign_in("t", "u1")), Texts{"mine"});
  after.clock.advance(1min);
  EXPECT_EQ(after.parking.size(), 0U) << "the half hour began when it was parked";
  EXPECT_EQ(after.vault.count(Vault::Kind::parked_work), 0U);
}

TEST(Parking, BringsNothingBackThatHasExpiredOrCannotBeRead) {
  Desk before;
  ASSERT_TRUE(before.park(before.sign_in("s", "u1")));
  Desk after;
  before.vault.each([&](Vault::RecordId, Vault::Kind kind, std::string_view bytes) {
    EXPECT_NE(after.vault.put(0, kind, bytes), 0U);
    EXPECT_NE(after.vault.put(0, kind, bytes.substr(1)), 0U);
  });
  EXPECT_NE(after.vault.put(0, Vault::Kind::session, "another's record"), 0U);
  after.clock.advance(30min);
  after.parking.restore();
  EXPECT_EQ(after.parking.size(), 0U);
  EXPECT_EQ(after.vault.count(Vault::Kind::parked_work), 0U);
  EXPECT_TRUE(after.vault.holds("another's record")) << "what is not its own it leaves";
}

TEST(Parking, ASuspendEndsAllOfItEvenWithNobodyLoggedIn) {
  Desk desk;
  ASSERT_TRUE(desk.park(desk.sign_in("s", "u1")));
  desk.logind.sessions.clear();
  desk.clearing.must_clear({.reason = ClearReason::session_removed, .login_session = "c1"});
  EXPECT_EQ(desk.parking.size(), 1U);
  ASSERT_TRUE(desk.workstation.names().empty());
  desk.clearing.must_clear({.reason = ClearReason::suspend});
  EXPECT_EQ(desk.parking.size(), 0U);
  EXPECT_EQ(desk.vault.count(Vault::Kind::parked_work), 0U);
  EXPECT_FALSE(desk.parking.in_grace("s", app_process));
  EXPECT_EQ(desk.recorded("expire"), Texts{"suspend"});
}

TEST(Parking, KeepsInMemoryWhatTheVaultCannotTake) {
  Desk desk;
  Session& session = desk.sign_in("s", "u1");
  session.context.patient = std::string(Vault::max_record, 'p');
  ASSERT_TRUE(desk.park(session));
  EXPECT_EQ(desk.vault.count(Vault::Kind::parked_work), 0U);
  EXPECT_EQ(desk.waiting(session), Texts{"half a note"});
}

}  // namespace
}  // namespace wardend
