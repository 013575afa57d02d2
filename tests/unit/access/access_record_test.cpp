#include "daemon/access/access_record.hpp"

#include <gtest/gtest.h>

#include "daemon/session/vault_record.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend::access {
namespace {

struct Told : test::World {
  AccessRecord& record = core.access_record;
  session::Session& session = begin("s");
  ipc::Caller caller{{.pid = 77, .uid = 1000, .cgroup = {.login_session = "c1"}, .birth = "1"}};

  Told() {
    session.held_by({77, "1"});
    audit.records.clear();
  }
  [[nodiscard]] workstation::EpochNumber epoch() { return core.gate.epoch_at_accept(caller); }
  [[nodiscard]] std::string tell(const std::vector<ToldAccess>& accesses, const std::string& id = "s") {
    const auto told = record.record(caller, session.epoch, id, accesses);
    return told ? std::to_string(*told) : std::string(name_of(told.error().code()));
  }
  [[nodiscard]] static ToldAccess read(const std::string& resource, std::optional<std::string> patient = "p1") {
    return {.act = AuditAct::access_read,
            .resource = resource,
            .patient = std::move(patient),
            .outcome = ToldAccess::Outcome::success};
  }
  void lock() { clearing.clear_all({ClearReason::os_lock, "test"}); }
};

TEST(AccessRecord, WritesAnEntryForEachAccess) {
  Told world;
  ToldAccess search{.act = AuditAct::access_search,
                    .resource = "Observation",
                    .outcome = ToldAccess::Outcome::denied,
                    .query = "code=1",
                    .request_id = "r-1"};
  EXPECT_EQ(world.tell({Told::read("Observation/7"), search}), "2");
  ASSERT_EQ(world.audit.count(AuditKind::access), 2U);
  const AuditRecord& first = world.audit.records[0];
  EXPECT_EQ(first.outcome, "granted");
  EXPECT_EQ(first.action, "read");
  EXPECT_EQ(first.resource, "Observation/7");
  EXPECT_EQ(first.patient, "p1");
  EXPECT_EQ(first.session, "s");
  EXPECT_EQ(first.server, "ehr");
  EXPECT_EQ(first.pid, 77);
  EXPECT_EQ(first.detail, "");
  const AuditRecord& second = world.audit.records[1];
  EXPECT_EQ(second.outcome, "denied");
  EXPECT_EQ(second.reason, "denied");
  EXPECT_EQ(second.query, "code=1");
  EXPECT_EQ(second.request_id, "r-1");
  EXPECT_EQ(first.request_id, "") << "the token's own is no word on what was done with it";
  EXPECT_EQ(second.patient, "") << "the app does not know whose it is, and nobody guesses";
}

TEST(AccessRecord, OneBadAccessRecordsNothing) {
  Told world;
  EXPECT_EQ(world.tell({Told::read("Observation/7"), Told::read("Nonsense/7")}), "InvalidRequest");
  ASSERT_EQ(world.audit.records.size(), 1U);
  const AuditRecord& refused = world.audit.records.back();
  EXPECT_EQ(refused.action, "refused");
  EXPECT_EQ(refused.result, "InvalidRequest");
  EXPECT_EQ(refused.session, "s");
  EXPECT_TRUE(refused.detail.contains("accesses[1].resource")) << refused.detail;
  EXPECT_EQ(world.session.accesses_recorded, 0U);
}

TEST(AccessRecord, NotesAnotherPatientAndATimeBeforeTheSession) {
  Told world;
  world.session.started_at = world.clock.wall_now();
  ToldAccess other = Told::read("Observation/7", "p2");
  other.at = unix_seconds(world.clock.wall_now()) - 60;
  EXPECT_EQ(world.tell({other}), "1");
  const AuditRecord& entry = world.audit.records.back();
  EXPECT_EQ(entry.patient, "p2");
  EXPECT_TRUE(entry.detail.contains("another patient")) << entry.detail;
  EXPECT_TRUE(entry.detail.contains("before its session began")) << entry.detail;
  EXPECT_EQ(entry.done_at, WallTime(std::chrono::seconds(*other.at)));
}

TEST(AccessRecord, TakesAHundredAtOnceAndNoneOfNone) {
  Told world;
  EXPECT_EQ(world.tell({}), "InvalidRequest");
  EXPECT_EQ(world.tell(std::vector<ToldAccess>(101, Told::read("Observation/7"))), "TooLarge");
  EXPECT_EQ(world.tell(std::vector<ToldAccess>(100, Told::read("Observation/7"))), "100");
}

TEST(AccessRecord, RefusesWhatIsTooFastWholeAndTakesItLater) {
  Told world;
  const std::vector<ToldAccess> hundred(100, Told::read("Observation/7"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.tell(hundred), "100");
  EXPECT_EQ(world.tell(hundred), "RateLimited");
  EXPECT_EQ(world.tell(hundred), "RateLimited") << "a refused call costs no turns";
  world.clock.advance(20s);
  EXPECT_EQ(world.tell(hundred), "100");
  EXPECT_EQ(world.session.accesses_recorded, 400U);
}

TEST(AccessRecord, KnowsTheCallersOwnSessionsAlone) {
  Told world;
  EXPECT_EQ(world.tell({Told::read("Observation/7")}, "other"), "UnknownSession");
  const ipc::Caller stranger({.pid = 9, .uid = 4711, .birth = "1"});
  const auto told = world.record.record(stranger, world.session.epoch, "s", {Told::read("Observation/7")});
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code(), Errc::NotAuthorized);
  EXPECT_EQ(world.audit.records.back().session, "") << "a stranger learns nothing, and names nobody's session";
}

TEST(AccessRecord, TakesForAMinuteAfterAClearWhatWasReadBefore) {
  Told world;
  const workstation::EpochNumber epoch = world.session.epoch;
  world.lock();
  EXPECT_EQ(world.tell({Told::read("Observation/7")}), "1");
  const AuditRecord& entry = world.audit.records.back();
  EXPECT_TRUE(entry.detail.contains("after its session had ended")) << entry.detail;
  EXPECT_EQ(entry.patient, "p1") << "as the app says: the session does not know any more";
  EXPECT_EQ(entry.subject, "");
  const ipc::Caller other({.pid = 78, .uid = 1000, .cgroup = {.login_session = "c1"}, .birth = "1"});
  const auto foreign = world.record.record(other, epoch, "s", {Told::read("Observation/7")});
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code(), Errc::SessionCleared) << "another process never had its token";
  world.clock.advance(61s);
  EXPECT_EQ(world.tell({Told::read("Observation/7")}), "SessionCleared");
}

TEST(AccessRecord, WaitsForATrailThatCanBeWritten) {
  Told world;
  world.audit.can_write = false;
  EXPECT_EQ(world.tell({Told::read("Observation/7")}), "WorkstationLocked");
  EXPECT_EQ(world.session.accesses_recorded, 0U);
}

TEST(AccessRecord, IsCountedWhereItOutlivesTheProcess) {
  Told world;
  world.session.tokens_given = 2;
  EXPECT_EQ(world.tell({Told::read("Observation/7"), Told::read("Observation/8")}), "2");
  std::unique_ptr<session::Session> kept;
  world.vault.each([&](Vault::RecordId id, Vault::Kind, std::string_view bytes) {
    if (id == world.session.kept) kept = session::session_from(bytes);
  });
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->accesses_recorded, 2U);
  EXPECT_EQ(kept->tokens_given, 2U);
}

}  // namespace
}  // namespace wardend::access
