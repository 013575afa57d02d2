#include "daemon/gateway/gateway_record.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/session/vault_record.hpp"
#include "tests/unit/gateway/gateway_world.hpp"

namespace wardend {
namespace {

using test::GatewayWorld;

TEST(GatewayRecord, CountsByAppInteractionAndResult) {
  GatewayWorld world;
  world.writer();
  static_cast<void>(world.asked({}));
  static_cast<void>(world.asked({.path = "/Patient/p2"}));
  world.upstream.usual.body = R"({"resourceType":"OperationOutcome"})";
  world.upstream.usual.status = 500;
  static_cast<void>(world.asked({}));
  world.upstream.usual.status = 404;
  static_cast<void>(world.asked({}));
  const auto& counts = world.core.gateway_record.requests();
  EXPECT_EQ(counts.at({"vitals", "read", "ok"}), 1U);
  EXPECT_EQ(counts.at({"vitals", "read", "PatientMismatch"}), 1U);
  EXPECT_EQ(counts.at({"vitals", "read", "server_error"}), 1U);
  EXPECT_EQ(counts.at({"vitals", "read", "client_error"}), 1U);
  EXPECT_GT(world.core.gateway_record.bytes().at("vitals"), 0U);
}

TEST(GatewayRecord, SaysWhatWasAskedOfWhomByWhom) {
  GatewayWorld world;
  world.writer();
  world.upstream.usual.body = R"({"resourceType":"Bundle","type":"searchset"})";
  EXPECT_EQ(world.asked({.path = "/Observation", .query = "patient=p1&code=8867-4"}), "200");
  const AuditRecord& record = world.audit.records.back();
  EXPECT_EQ(record.action, "search");
  EXPECT_EQ(record.resource, "Observation");
  EXPECT_EQ(record.query, "patient=p1&code=8867-4");
  EXPECT_EQ(record.patient, "p1");
  EXPECT_EQ(record.session, "s");
  EXPECT_EQ(record.request_id, world.upstream.asked.back().headers.at("X-Request-Id"));
  EXPECT_TRUE(record.detail.starts_with("through the gateway: HTTP 200, ")) << record.detail;
}

TEST(GatewayRecord, AStrangersRequestIsRecordedWithoutASession) {
  GatewayWorld world;
  world.writer();
  test::Client stranger = world.connect({.pid = 9, .uid = 4242, .gid = 4242, .birth = "1"});
  test::FakeClient app(stranger.caller, stranger.call.epoch_tag, "");
  world.send(app, {});
  world.clock.advance(1s);
  EXPECT_EQ(app.said(), "NotAuthorized");
  EXPECT_EQ(world.audit.records.back().action, "refused");
  EXPECT_EQ(world.audit.records.back().patient, "");
}

TEST(GatewayRecord, SaysOfARefusalWhatWasAskedFor) {
  GatewayWorld world;
  world.writer();
  EXPECT_EQ(world.asked({.path = "/Patient/$export"}), "NotSupported");
  EXPECT_TRUE(world.audit.records.back().detail.contains("(GET /Patient/$export)"))
      << world.audit.records.back().detail;
  EXPECT_EQ(world.asked({.path = "/Observation/o1", .patient = "p2"}), "PatientMismatch");
  EXPECT_EQ(world.audit.records.back().resource, "Observation/o1");
}

TEST(GatewayRecord, SaysOfAWriteWhatItsAnswerShows) {
  GatewayWorld world;
  world.writer();
  world.upstream.usual.status = 201;
  world.upstream.usual.body = test::WriteWorld::observation("p2");
  const std::size_t before = world.audit.records.size();
  EXPECT_EQ(
      world.asked({.method = "POST", .path = "/Observation", .patient = "p1", .body = test::WriteWorld::observation()}),
      "201");
  const AuditRecord& outcome = world.audit.records.back();
  EXPECT_EQ(outcome.kind, AuditKind::write);
  EXPECT_TRUE(outcome.detail.contains("holds another patient")) << outcome.detail;
  const auto is_access = [](const AuditRecord& record) { return record.kind == AuditKind::access; };
  EXPECT_EQ(std::count_if(world.audit.records.begin() + static_cast<std::ptrdiff_t>(before), world.audit.records.end(),
                          is_access),
            0)
      << "the server has one account of it";
}

// The server has an entry for each of them, so that the trail must not tell several as one.
TEST(GatewayRecord, WhatWentToTheServerIsNeverCountedTogether) {
  GatewayWorld world;
  world.writer();
  world.app().gateway.foreign = config::Foreign::enforce;
  world.upstream.usual.body = R"({"resourceType":"Observation","subject":{"reference":"Patient/p2"}})";
  EXPECT_EQ(world.asked({.path = "/Observation/o1"}), "ResourceRejected");
  EXPECT_EQ(world.audit.records.back().action, "read");
  EXPECT_EQ(world.audit.counted, 0U);
  EXPECT_EQ(world.asked({.path = "/Patient/p2"}), "PatientMismatch");
  EXPECT_EQ(world.audit.counted, 1U) << "this one never went";
}

TEST(GatewayRecord, ThatThereWasAnAccessOutlastsACrash) {
  GatewayWorld world;
  session::Session& session = world.writer();
  world.session_vault.keep(session);
  ASSERT_NE(session.kept, 0U);
  EXPECT_EQ(world.asked({}), "200");
  std::uint64_t kept = 0;
  world.vault.each([&](Vault::RecordId id, Vault::Kind, std::string_view bytes) {
    if (id == session.kept) kept = session::session_from(bytes)->accesses_recorded;
  });
  EXPECT_EQ(kept, 1U);
}

}  // namespace
}  // namespace wardend
