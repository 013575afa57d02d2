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
  const gateway::Refusal fault{.error = errors::InvalidRequest{.field = "target", .reason = "a slash that is escaped"}};
  EXPECT_EQ(world.asked({.path = "/Observation/../Patient/p2", .fault = fault}), "InvalidRequest");
  EXPECT_TRUE(world.audit.records.back().detail.contains("(GET /Observation/../Patient/p2)"))
      << world.audit.records.back().detail;
  EXPECT_TRUE(world.upstream.asked.empty());
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

const GatewayWorld::Request create{
    .method = "POST", .path = "/Observation", .patient = "p1", .body = test::WriteWorld::observation()};

// The server says by its status what became of a write, whatever became of its answer.
TEST(GatewayRecord, AWriteWhoseAnswerIsKeptBackHasTheOutcomeThatTheStatusSays) {
  struct Row {
    int status;
    const char* body;
    const char* outcome;
    const char* reason;
    const char* detail;
  };
  const std::string foreign = test::WriteWorld::observation("p2");
  for (const Row& row : {Row{201, foreign.c_str(), "granted", "success", "HTTP 201, and its answer was kept back: Res"},
                         Row{201, "no JSON", "granted", "success", "HTTP 201, and its answer was kept back: Server"},
                         Row{412, "", "denied", "failure", "HTTP 412, and its answer was kept back"},
                         Row{403, "<html>", "denied", "denied", "HTTP 403, and its answer was kept back"},
                         Row{500, "<html>", "denied", "failure", "HTTP 500, and its answer was kept back"},
                         Row{504, "<html>", "denied", "ServerUnavailable", "nobody said what became of"}}) {
    GatewayWorld world;
    world.writer();
    world.app().gateway.foreign = config::Foreign::enforce;
    world.upstream.usual.status = row.status;
    world.upstream.usual.body = row.body;
    static_cast<void>(world.asked(create));
    const AuditRecord& told = world.audit.records.back();
    EXPECT_EQ(told.action, "outcome") << row.status;
    EXPECT_EQ(told.outcome, row.outcome) << row.status;
    EXPECT_EQ(told.reason, row.reason) << row.status;
    EXPECT_TRUE(told.detail.contains(row.detail)) << row.status << told.detail;
  }
}

TEST(GatewayRecord, NamesTheEntriesOfABundle) {
  GatewayWorld world;
  world.writer();
  world.upstream.usual.body = R"({"resourceType":"Bundle","type":"batch-response"})";
  const std::string reads =
      R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Observation?patient=p1&code=x"}}]})";
  EXPECT_EQ(world.asked({.method = "POST", .path = "", .body = reads}), "200")
      << "it names no patient, and writes nothing";
  const AuditRecord& access = world.audit.records.back();
  EXPECT_EQ(access.kind, AuditKind::access);
  EXPECT_EQ(access.action, "operation");
  EXPECT_EQ(access.interaction, "batch");
  EXPECT_EQ(access.resource, "Bundle");
  EXPECT_TRUE(access.detail.contains("for GET Observation?patient=p1&code=x")) << access.detail;
  const std::string writes = R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" +
                             test::WriteWorld::observation() + R"(,"request":{"method":"POST","url":"Observation"}}]})";
  EXPECT_EQ(world.asked({.method = "POST", .path = "", .body = writes}), "InvalidRequest");
  EXPECT_TRUE(world.audit.records.back().detail.starts_with("Bundle (POST Observation): X-Wardend-Patient"))
      << world.audit.records.back().detail;
  EXPECT_EQ(world.asked({.method = "POST", .path = "", .patient = "p1", .body = writes}), "200");
  const AuditRecord& outcome = world.audit.records.back();
  EXPECT_EQ(outcome.kind, AuditKind::write);
  EXPECT_EQ(outcome.resource, "Bundle");
  EXPECT_TRUE(outcome.detail.starts_with("transaction Bundle (POST Observation); HTTP 200, ")) << outcome.detail;
}

TEST(GatewayRecord, SaysOfAWriteItsConditionItsStatusAndItsSize) {
  GatewayWorld world;
  world.writer();
  world.upstream.usual.status = 204;
  world.upstream.usual.body = "";
  EXPECT_EQ(world.asked({.method = "DELETE", .path = "/Observation", .query = "patient=p1&code=x", .patient = "p1"}),
            "204");
  const AuditRecord& outcome = world.audit.records.back();
  EXPECT_EQ(outcome.query, "patient=p1&code=x");
  EXPECT_EQ(outcome.detail, "delete Observation; HTTP 204, 0 bytes");
}

TEST(GatewayRecord, SaysOfARefusalWhomItNamedAndWhichRequestItWas) {
  GatewayWorld world;
  world.writer();
  EXPECT_EQ(world.asked({.path = "/Observation", .query = "patient=p2"}), "PatientMismatch");
  EXPECT_TRUE(world.audit.records.back().detail.contains("(it names p2)")) << world.audit.records.back().detail;
  GatewayWorld::Request about_another = create;
  about_another.body = test::WriteWorld::observation("p2");
  EXPECT_EQ(world.asked(about_another), "ResourceRejected");
  EXPECT_TRUE(world.audit.records.back().detail.ends_with("about Patient/p2")) << world.audit.records.back().detail;
  EXPECT_FALSE(world.audit.records.back().request_id.empty());
}

TEST(GatewayRecord, NamesWhatWasReadToJudgeAWrite) {
  GatewayWorld world;
  world.writer();
  const std::string body = test::WriteWorld::observation("p1", R"(,"id":"o1")");
  EXPECT_EQ(world.asked({.method = "PUT", .path = "/Observation/o1", .patient = "p1", .body = body}), "200");
  const AuditRecord& permitted = world.audit.records[world.audit.records.size() - 2];
  EXPECT_EQ(permitted.detail, "Observation/o1; read for it: Observation/o1");
  ASSERT_FALSE(permitted.request_id.empty());
  EXPECT_EQ(world.ehr.request_ids.back(), "Observation/o1 " + permitted.request_id);
  const std::size_t counted = world.audit.counted;
  EXPECT_EQ(world.asked({.method = "DELETE", .path = "/Observation/o2", .patient = "p1"}), "ResourceRejected");
  EXPECT_TRUE(world.audit.records.back().detail.ends_with("; nothing was sent; read for it: Observation/o2"))
      << world.audit.records.back().detail;
  EXPECT_EQ(world.audit.counted, counted) << "each is an entry of its own, as the server has each of those reads";
  world.app().gateway.operations = {"$x"};
  EXPECT_EQ(world.asked({.method = "POST",
                         .path = "/Observation/o2/$x",
                         .patient = "p1",
                         .body = R"({"resourceType":"Parameters"})"}),
            "ResourceRejected");
  EXPECT_TRUE(world.audit.records.back().detail.ends_with("read for it: Observation/o2"))
      << world.audit.records.back().detail;
  EXPECT_EQ(world.audit.counted, counted) << "an operation, too";
  EXPECT_EQ(world.asked({.method = "DELETE", .path = "/Patient/p1", .patient = "p1"}), "ScopeNotGranted");
  EXPECT_EQ(world.audit.counted, counted + 1);
}

TEST(GatewayRecord, APageSaysWhichSearchItGoesOnWith) {
  GatewayWorld world;
  world.writer();
  world.upstream.usual.body =
      R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"https://ehr.example.org/fhir?_getpages=7"}]})";
  EXPECT_EQ(world.asked({.path = "/Observation", .query = "patient=p1&code=x"}), "200");
  const std::string search = world.audit.records.back().request_id;
  const auto turn = [&] {
    gateway::RequestHead head = GatewayWorld::head_of({.path = ""});
    const std::string mark = "/-page/";
    head.page = world.last.substr(world.last.find(mark) + mark.size(), 22);
    test::FakeClient app = world.connected();
    world.tasks.spawn("request", world.core.gateway.answer(std::move(head), app));
    world.clock.advance(1s);
    world.last = app.text;
    return app.said();
  };
  for (int page = 0; page < 2; ++page) {
    EXPECT_EQ(turn(), "200");
    EXPECT_EQ(world.audit.records.back().query, "patient=p1&code=x");
    EXPECT_TRUE(world.audit.records.back().detail.ends_with("; a page of " + search))
        << world.audit.records.back().detail;
  }
}

TEST(GatewayRecord, SaysWhatWasAskedForWhereThereIsNoSession) {
  GatewayWorld world;
  world.writer();
  EXPECT_EQ(world.asked({.path = "/Patient/p2", .session = "made-up"}), "UnknownSession");
  EXPECT_EQ(world.audit.records.back().resource, "Patient/p2");
  EXPECT_EQ(world.audit.records.back().app, "vitals");
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
