// GetToken as its callers see it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/service/service_world.hpp"

namespace wardend {
namespace {

using ipc::broker::GetTokenParameters;
using ipc::broker::GetTokenReply;
using test::Client;
using test::in_login_session;
using test::ServiceWorld;
using test::told;

Result<ipc::PreparedReply> get_token(ServiceWorld& world, Client& client, GetTokenParameters in = {}) {
  auto answered = world.within(20s, world.broker.get_token(client.call, std::move(in)));
  return answered ? std::move(*answered) : fail(test::no_answer("no answer at all"));
}

GetTokenReply read(const ipc::PreparedReply& reply) {
  const auto json = nlohmann::json::parse(reply.parameters_json.reveal());
  auto read = GetTokenReply::from_json(json);
  EXPECT_TRUE(read) << json.dump();
  return read ? *read : GetTokenReply{};
}

TEST(GetToken, HandsOutTheTokenWithItsContext) {
  ServiceWorld world;
  world.begin("s").launcher = {77, "1"};
  Client client = world.user();
  const auto answered = get_token(world, client);
  ASSERT_TRUE(answered) << answered.error().detail();
  const GetTokenReply reply = read(*answered);
  EXPECT_EQ(reply.access_token, "at-s.1");
  EXPECT_EQ(reply.session, "s");
  EXPECT_EQ(reply.context.patient, "p1");
  EXPECT_EQ(reply.expires_in, 300);
  EXPECT_EQ(reply.fhir_base_url, "https://ehr.example.org/fhir");
  const auto& record = world.audit.records.back();
  EXPECT_EQ(record.kind, AuditKind::token);
  EXPECT_EQ(record.outcome, "granted");
  EXPECT_EQ(record.request_id, reply.request_id);
  EXPECT_EQ(record.patient, "p1");
  EXPECT_EQ(record.pid, 77);
}

struct Refusal {
  const char* name;
  GetTokenParameters in;
  Errc error;
  void (*change)(ServiceWorld&) = nullptr;
};
class GetTokenRefuses : public ::testing::TestWithParam<Refusal> {};
TEST_P(GetTokenRefuses, ByTheTable) {
  ServiceWorld world;
  world.begin("s").launcher = {77, "1"};
  Client client = world.user();
  if (GetParam().change != nullptr) GetParam().change(world);
  const auto before = world.audit.count(AuditKind::token);
  const auto answered = get_token(world, client, GetParam().in);
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code(), GetParam().error) << answered.error().detail();
  ASSERT_EQ(world.audit.count(AuditKind::token), before + 1) << "every refusal is in the trail";
  EXPECT_EQ(world.audit.records.back().outcome, "denied");
  EXPECT_EQ(world.audit.records.back().result, name_of(GetParam().error));
}
INSTANTIATE_TEST_SUITE_P(
    GetToken, GetTokenRefuses,
    ::testing::Values(Refusal{"ASessionThatIsNotThere", {.session = "none"}, Errc::UnknownSession},
                      Refusal{"ASessionOfAnotherUser",
                              {.session = "s"},
                              Errc::UnknownSession,
                              [](ServiceWorld& world) { world.store.find("s")->uid = 1001; }},
                      Refusal{"ASessionOfAnotherApp",
                              {.session = "s"},
                              Errc::UnknownSession,
                              [](ServiceWorld& world) { world.store.find("s")->app = "other"; }},
                      Refusal{"AnotherPatientThanOnScreen", {.session = "s", .patient = "p2"}, Errc::PatientMismatch},
                      Refusal{"APatientWhereTheEhrNamedNone",
                              {.session = "s", .patient = "p1"},
                              Errc::PatientContextMissing,
                              [](ServiceWorld& world) { world.store.find("s")->context.patient.reset(); }},
                      Refusal{"ANegativeValidity", {.session = "s", .min_validity = -1}, Errc::InvalidRequest},
                      Refusal{"AValidityOverADay", {.session = "s", .min_validity = 86'401}, Errc::InvalidRequest},
                      Refusal{
                          "MoreValidityThanTheTokensLife", {.session = "s", .min_validity = 301}, Errc::InvalidRequest},
                      Refusal{"ADisabledApp",
                              {.session = "s"},
                              Errc::AppDisabled,
                              [](ServiceWorld& world) { world.app().enabled = false; }},
                      Refusal{"ATrailThatCannotBeWritten",
                              {.session = "s"},
                              Errc::WorkstationLocked,
                              [](ServiceWorld& world) { world.audit.can_write = false; }},
                      Refusal{"ASessionThatWasCleared",
                              {.session = "s"},
                              Errc::SessionCleared,
                              [](ServiceWorld& world) {
                                world.clearing.clear_session(*world.store.find("s"), {ClearReason::ended_by_app, ""});
                              }},
                      Refusal{"AnUnnamedSessionThatWasCleared",
                              {},
                              Errc::SessionCleared,
                              [](ServiceWorld& world) {
                                world.clearing.clear_session(*world.store.find("s"), {ClearReason::ended_by_app, ""});
                              }},
                      Refusal{"ALockedWorkstation",
                              {.session = "s"},
                              Errc::WorkstationLocked,
                              [](ServiceWorld& world) {
                                world.logind.at("c1").locked = true;
                                world.clearing.must_clear({ClearReason::os_lock, "c1", {}});
                              }},
                      Refusal{"NoSessionOfThisProcess",
                              {},
                              Errc::UnknownSession,
                              [](ServiceWorld& world) { world.store.find("s")->launcher = {78, "1"}; }},
                      Refusal{"AProcessThatReusedTheNumber",
                              {},
                              Errc::UnknownSession,
                              [](ServiceWorld& world) { world.store.find("s")->launcher = {77, "0"}; }}),
    [](const auto& info) { return info.param.name; });

TEST(GetToken, OnFailureAllowServesOnWithoutATrail) {
  ServiceWorld world;
  world.begin("s");
  world.audit.can_write = false;
  world.settings->audit.on_failure = config::OnFailure::allow;
  Client client = world.user();
  EXPECT_TRUE(get_token(world, client, {.session = "s"}));
}

TEST(GetToken, WithoutASessionItTakesTheOneThatTheEhrLaunched) {
  ServiceWorld world;
  world.begin("s").launcher = {};
  Client client = world.user();
  EXPECT_TRUE(get_token(world, client));
}

TEST(GetToken, AForcedRefreshReplacesARejectedToken) {
  ServiceWorld world;
  world.begin("s");
  Client client = world.user();
  const auto answered = get_token(world, client, {.session = "s", .rejected = hex(sha256("at-s.1"))});
  ASSERT_TRUE(answered) << answered.error().detail();
  EXPECT_EQ(read(*answered).access_token, "at-s.2");
}

TEST(GetToken, TakesADigestInPlaceOfNothingElse) {
  ServiceWorld world;
  world.begin("s");
  Client client = world.user();
  for (const auto& odd : {std::string(), std::string("at-s.1"), std::string(" "), std::string(63, '0'),
                          std::string(65, '0'), std::string(64, 'g'), std::string(42, 'A'), std::string(45, 'A')}) {
    const auto answered = get_token(world, client, {.session = "s", .rejected = odd});
    ASSERT_FALSE(answered) << odd;
    EXPECT_EQ(*told<errors::InvalidRequest>(answered.error()).field, "rejected") << odd;
  }
  EXPECT_TRUE(get_token(world, client, {.session = "s", .rejected = std::string(64, 'A')})) << "of another token";
  EXPECT_TRUE(get_token(world, client, {.session = "s", .rejected = base64url(sha256("other")) + "="}));
  EXPECT_TRUE(world.ehr.refresh_requests.empty());
}

TEST(GetToken, TellsOfOneSecondAtLeast) {
  for (const auto left : {1999ms, 1000ms}) {
    ServiceWorld world;
    world.ehr.down_token_only = true;  // every refresh fails
    world.begin("s");
    world.clock.advance(300s - left);
    Client client = world.user();
    const auto answered = get_token(world, client, {.session = "s", .min_validity = 0});
    ASSERT_TRUE(answered) << answered.error().detail();
    EXPECT_EQ(read(*answered).expires_in, 1);
  }
}

TEST(GetToken, ALockWhileItWaitsForARefreshIsSaidAndHandsOutNothing) {
  ServiceWorld world;
  world.begin("s");
  world.ehr.latency = 3s;
  Client client = world.user();
  const auto answer =
      world.start(world.broker.get_token(client.call, {.session = "s", .rejected = hex(sha256("at-s.1"))}));
  world.clock.advance(1s);
  ASSERT_FALSE(*answer);
  world.logind.at("c1").locked = true;
  world.clearing.must_clear({ClearReason::os_lock, "c1", {}});
  world.clock.settle();
  ASSERT_TRUE(*answer);
  ASSERT_FALSE(**answer);
  EXPECT_EQ((**answer).error().code(), Errc::WorkstationLocked);
}

TEST(GetToken, AServerThatIsDownIsNamedWithTheAppsAdvice) {
  ServiceWorld world;
  world.begin("s");
  world.ehr.down = true;
  world.clock.advance(310s);
  Client client = world.user();
  const auto answered = get_token(world, client, {.session = "s"});
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code(), Errc::ServerUnavailable);
  const auto& unavailable = told<errors::ServerUnavailable>(answered.error());
  EXPECT_EQ(*unavailable.server, "ehr");
  EXPECT_EQ(unavailable.advice, "Use the flowsheet.");
}

TEST(GetToken, GivesEachAnswerAnIdOfItsOwn) {
  ServiceWorld world;
  world.begin("s");
  Client client = world.user();
  const auto first = get_token(world, client, {.session = "s"});
  const auto second = get_token(world, client, {.session = "s"});
  ASSERT_TRUE(first && second);
  EXPECT_NE(read(*first).request_id, read(*second).request_id);
}

TEST(GetToken, IsCountedByAppAndAnswer) {
  ServiceWorld world;
  world.begin("s");
  Client client = world.user();
  static_cast<void>(get_token(world, client, {.session = "s"}));
  static_cast<void>(get_token(world, client, {.session = "s", .patient = "p2"}));
  const auto& counts = world.token_record.counts().at("vitals");
  EXPECT_EQ(counts[0], 1U);
  EXPECT_EQ(counts[static_cast<std::size_t>(Errc::PatientMismatch) + 1], 1U);
  EXPECT_EQ(counts.size(), all_errcs().size() + 1) << "every error has its place";
}

}  // namespace
}  // namespace wardend
