// Who signed in: the keys behind an id_token, and what becomes of a launch whose id_token cannot be believed.
#include "daemon/launch/identity.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

struct IdentityWorld : test::LaunchWorld {
  IdentityWorld() {
    app().identity = config::Identity::required;
    ask_who_signs_in();
  }
  // The launch of a user whose id_token is `token`; the error's code where it is refused.
  std::string launched(const std::string& token) {
    ehr.extra_members = test::with_id_token(token);
    const auto outcome = launch_with_code("g" + std::to_string(++launched_));
    return outcome ? "" : test::code_of(outcome.error());
  }

 private:
  unsigned launched_ = 0;
};

TEST(Identity, IsTheIdTokensOnceItsSignatureHolds) {
  IdentityWorld world;
  ASSERT_EQ(world.launched(test::id_token("dr-1")), "");
  const session::Session* session = world.store.all().front();
  EXPECT_EQ(session->user.subject, "dr-1");
  EXPECT_EQ(session->user.fhir_user, "https://ehr.example.org/fhir/Practitioner/dr-1");
}

TEST(Identity, OfATokenThatSomebodyElseSignedIsNotBelieved) {
  IdentityWorld world;
  std::string token = test::id_token("dr-1");
  token.replace(token.rfind('.') + 1, 4, token.substr(token.rfind('.') + 1, 4) == "AAAA" ? "BBBB" : "AAAA");
  EXPECT_EQ(world.launched(token), "bad_signature");
  EXPECT_TRUE(world.store.all().empty());
  world.clock.advance(1s);
  EXPECT_EQ(world.ehr.revoked.size(), 1U) << "what came with it is revoked";
}

TEST(Identity, OfAnotherIssuerOrForAnotherClientIsNotBelieved) {
  IdentityWorld world;
  EXPECT_EQ(world.launched(test::id_token("dr-1", {}, "https://evil.example")), "issuer_mismatch");
  EXPECT_EQ(world.launched(test::id_token("dr-1", {}, "https://ehr.example.org/")), "issuer_mismatch");
  EXPECT_EQ(world.launched(test::id_token("dr-1", {}, "https://ehr.example.org", "other-client")), "audience_mismatch");
}

TEST(Identity, KeysAreFetchedOnceAndAgainForOneThatIsUnknown) {
  IdentityWorld world;
  const std::string keys = std::exchange(world.ehr.jwks, R"({"keys":[]})");
  EXPECT_EQ(world.launched(test::id_token("dr-1")), "unknown_key");
  EXPECT_TRUE(std::ranges::any_of(world.audit.records, [](const AuditRecord& record) {
    return record.detail.contains("(the server publishes no key)");
  }));
  const std::size_t asked = world.wire.key_requests;
  world.ehr.jwks = keys;
  EXPECT_EQ(world.launched(test::id_token("dr-1")), "unknown_key") << "asked less than a minute ago";
  EXPECT_EQ(world.wire.key_requests, asked);
  world.clock.advance(61s);
  EXPECT_EQ(world.launched(test::id_token("dr-1")), "");
  EXPECT_EQ(world.launched(test::id_token("dr-1")), "");
  EXPECT_EQ(world.wire.key_requests, asked + 1);
}

TEST(Identity, WithoutKeysTheLaunchSaysThatTheyAreMissing) {
  IdentityWorld world;
  world.ehr.jwks = "<html>";
  EXPECT_EQ(world.launched(test::id_token("dr-1")), "jwks_not_json");
}

TEST(Identity, IsNotAskedOfAnAppThatHasNone) {
  IdentityWorld world;
  world.app().identity = config::Identity::none;
  EXPECT_TRUE(world.launch_with_code("g1"));
  EXPECT_TRUE(world.store.all().front()->user.subject.empty());
}

TEST(Identity, RepeatsTheNonceWhereOneWasSent) {
  IdentityWorld world;
  world.server().oauth.nonce = true;
  EXPECT_EQ(world.launched(test::id_token("dr-1")), "nonce_mismatch");
  const auto begun = world.begin(world.standalone());
  const launch::Pending& pending = *world.pending.find(begun->launch_id);
  EXPECT_EQ(test::parameter(pending.authorization_url.reveal(), "nonce"), pending.nonce);
  EXPECT_GE(pending.nonce.size(), 20U);
}

}  // namespace
}  // namespace wardend
