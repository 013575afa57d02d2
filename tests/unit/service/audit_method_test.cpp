#include "daemon/service/audit_method.hpp"

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/service/service_world.hpp"
#include "tests/unit/trail/trails.hpp"
#include "trail/anchor.hpp"

namespace wardend {
namespace {

using test::Client;

class VerifyAudit : public ::testing::Test {
 protected:
  VerifyAudit() {
    world.settings->audit.file = folder.file("audit.jsonl");
    world.settings->broker.state_dir = folder.file("");
  }
  ipc::control::VerifyAuditReply ask() {
    Client root(test::in_login_session(0, "c1"));
    const auto reply = world.ask(world.control.verify_audit(root.call, {}));
    EXPECT_TRUE(reply);
    return reply ? *reply : ipc::control::VerifyAuditReply{};
  }

  test::TemporaryFolder folder;
  test::ServiceWorld world;
  test::WrittenTrail trail;
};

TEST_F(VerifyAudit, TellsAWholeTrailAndRecordsTheCall) {
  test::write_file(folder.file("audit.jsonl"), trail.fill(4).text);
  const auto reply = ask();
  EXPECT_TRUE(reply.intact);
  EXPECT_EQ(reply.entries, 5);
  EXPECT_FALSE(reply.first_bad);
  EXPECT_EQ(world.audit.records.back().action, "VerifyAudit");
  EXPECT_EQ(world.audit.records.back().detail, "5 entries: whole");
}

TEST_F(VerifyAudit, NamesTheFirstEntryThatIsMissingAtTheEnd) {
  test::write_file(folder.file("audit.jsonl"), trail.fill(4).text);
  trail.fill(2);
  ASSERT_EQ(trail::write_anchor(trail::anchor_in(folder.file("")), trail.last), "");
  const auto reply = ask();
  EXPECT_FALSE(reply.intact);
  EXPECT_EQ(reply.first_bad, 6);
}

TEST_F(VerifyAudit, ATrailThatCannotBeReadIsNotIntact) {
  const auto reply = ask();
  EXPECT_FALSE(reply.intact);
  EXPECT_EQ(reply.entries, 0);
  EXPECT_EQ(world.audit.records.back().detail, "the trail cannot be read: there is no such file");
}

}  // namespace
}  // namespace wardend
